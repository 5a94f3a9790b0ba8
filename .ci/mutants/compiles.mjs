/** Which mutants the compiler refuses: nobody could make that mistake. */
import { readFileSync } from 'node:fs';

import ts from 'typescript';

const { config } = ts.readConfigFile('tsconfig.json', (path) => readFileSync(path, 'utf8'));
const options = {
  ...ts.convertCompilerOptionsFromJson(config.compilerOptions, '.').options,
  // What a mutant leaves without a use is no fault of its own.
  noUnusedLocals: false,
  noUnusedParameters: false,
  allowUnreachableCode: true,
  incremental: false,
};

const host = ts.createCompilerHost(options);
const readSource = host.getSourceFile.bind(host);
const unchanged = new Map();
let program;

/** Whether a file still compiles with a mutant in it. Of other files that it may break nothing is said. */
export function compiles({ file, from, to, replacement }) {
  const text = readFileSync(file, 'utf8');
  const changed = text.slice(0, from) + replacement + text.slice(to);
  host.getSourceFile = (path, version) => {
    if (path === file) return ts.createSourceFile(path, changed, version);
    if (!unchanged.has(path)) unchanged.set(path, readSource(path, version));
    return unchanged.get(path);
  };
  program = ts.createProgram({ rootNames: [file], options, host, oldProgram: program });
  const source = program.getSourceFile(file);
  return program.getSyntacticDiagnostics(source).length === 0 && program.getSemanticDiagnostics(source).length === 0;
}
