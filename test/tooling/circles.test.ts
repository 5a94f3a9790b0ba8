/** No file of `src` imports itself by way of others, types included: each can be read, and moved, without what imports it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import ts from 'typescript';

/** All files below a folder, and the files that each imports, as paths in that folder. */
function importsBelow(root: string): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(root, { encoding: 'utf8', recursive: true }).filter((file) => file.endsWith('.ts'));
  return new Map(
    files.map((file) => {
      // It finds `import`, `import type`, `export … from` and `import()`.
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'));
      const relative = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith('.'));
      return [file, relative.map((name) => join(file, '..', name))];
    }),
  );
}

/** Each set of files that all lead to one another. */
function circlesAmong(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const reached = new Map([...imports.keys()].map((file) => [file, reachedFrom(file, imports)]));
  const circles = [...reached].flatMap(([file, others]) => {
    const circle = [...others].filter((other) => reached.get(other)?.has(file) === true);
    return circle.length === 0 ? [] : [circle.sort().join(', ')];
  });
  return [...new Set(circles)];
}

/** The file itself is among them only if its imports lead back to it. */
function reachedFrom(file: string, imports: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const left = [file];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const fresh = (imports.get(next) ?? []).filter((one) => !reached.has(one));
    for (const one of fresh) reached.add(one);
    left.push(...fresh);
  }
  return reached;
}

test('a circle of files is found, also one of types or through several files', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', ['e']],
    ['e', []],
    ['self', ['self', 'a']],
  ]);
  assert.deepEqual(circlesAmong(imports), ['a, b, c', 'self']);
});

test('no files of src import each other in a circle', () => {
  const imports = importsBelow('src');
  assert.ok(imports.size > 100, `only ${imports.size} files were found`);
  const astray = [...imports].flatMap(([file, others]) =>
    others.filter((other) => !imports.has(other)).map((other) => `${file} imports ${other}`),
  );
  assert.deepEqual(astray, []);
  assert.deepEqual(circlesAmong(imports), []);
});
