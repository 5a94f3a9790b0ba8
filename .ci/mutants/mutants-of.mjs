/** The mutants of source files (Stryker's instrumenter): all of them are in the sources that it makes, switched off. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { Instrumenter } from '@stryker-mutator/instrumenter';

import { hashOf } from './hash.mjs';

const QUIET = { isDebugEnabled: () => false, debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Where a position (line and column from 0) is in a text. */
function offsetOf(lines, { line, column }) {
  return lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, column);
}

/**
 * @returns the sources with all mutants, by path; and the mutants: `id` in these sources, `key` that is the same for as long
 *   as the file is, and what stands where
 */
export async function mutantsOf(paths) {
  const texts = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
  const files = [...texts].map(([name, content]) => ({ name, content, mutate: true }));
  const made = await new Instrumenter(QUIET).instrument(files, { plugins: null, excludedMutations: [], ignorers: [] });
  const mutants = made.mutants.map(({ id, fileName, location, replacement }) => {
    const text = texts.get(fileName);
    const lines = text.split('\n');
    const [from, to] = [location.start, location.end].map((position) => offsetOf(lines, position));
    const key = hashOf(fileName, text, from, to, replacement);
    return {
      id,
      key,
      file: fileName,
      line: location.start.line + 1,
      from,
      to,
      original: text.slice(from, to),
      replacement,
    };
  });
  return { sources: Object.fromEntries(made.files.map(({ name, content }) => [resolve(name), content])), mutants };
}
