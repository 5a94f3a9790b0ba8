/**
 * Finds what `src` exports and nothing uses: neither another file of `src` nor its own. What tests alone use is dead as well,
 * unless its own file uses it, which is then the unit under test. Ends with 1 where there is any.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

/** What a file exports of its own, passes on from others, and imports; and how often each name stands in it. */
function read(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found = { own: new Set(), passed: new Map(), imports: [], counts: new Map() };
  const target = (specifier) => (specifier.text.startsWith('.') ? join(dirname(path), specifier.text) : undefined);
  const visit = (node) => {
    if (ts.isIdentifier(node)) found.counts.set(node.text, (found.counts.get(node.text) ?? 0) + 1);
    if (node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
      for (const { name } of node.declarationList?.declarations ?? [node])
        for (const each of name.elements ?? [{ name }]) found.own.add(each.name.text);
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      const names = node.exportClause?.elements?.map((one) => [one.name.text, (one.propertyName ?? one.name).text]);
      // `export *` passes everything on, under names that are not known here.
      if (names === undefined) found.imports.push([target(node.moduleSpecifier), '*']);
      for (const [name, original] of names ?? []) found.passed.set(name, [target(node.moduleSpecifier), original]);
      return;
    }
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const names = bindings?.elements?.map((one) => (one.propertyName ?? one.name).text) ?? ['*'];
      for (const name of names) found.imports.push([target(node.moduleSpecifier), name]);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      found.imports.push([ts.isStringLiteral(node.arguments[0]) ? target(node.arguments[0]) : undefined, '*']);
    if (ts.isImportTypeNode(node)) found.imports.push([target(node.argument.literal), '*']);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = new Map(
  ['src', 'test'].flatMap((folder) => filesIn(join(root, folder))).map((path) => [path, read(path)]),
);
const isTest = (path) => path.startsWith(join(root, 'test'));

/** By whom each export is used: `path name` to `src` or `test`. */
const used = new Map();
function use(path, name, by) {
  const file = files.get(path);
  if (file === undefined) return;
  const names = name === '*' ? [...file.own, ...file.passed.keys()] : [name];
  for (const each of names) {
    const key = `${path} ${each}`;
    if (used.get(key) === 'src' || used.get(key) === by) continue;
    used.set(key, by);
    const [from, original] = file.passed.get(each) ?? [];
    if (from !== undefined) use(from, original, by);
  }
}
for (const [path, { imports }] of files)
  for (const [from, name] of imports) if (from !== undefined) use(from, name, isTest(path) ? 'test' : 'src');

const unused = [...files].flatMap(([path, { own, passed, counts }]) => {
  if (isTest(path)) return [];
  const dead = [...own].filter((name) => used.get(`${path} ${name}`) !== 'src' && counts.get(name) < 2);
  const idle = [...passed.keys()].filter((name) => !used.has(`${path} ${name}`));
  return [...dead, ...idle].map((name) => `${relative(root, path)}: ${name} is exported and used by nothing`);
});
for (const line of unused) console.error(line);
if (unused.length > 0) process.exitCode = 1;
