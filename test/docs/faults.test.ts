/** The tables of faults and of what security rests on name tests that are there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Documents, and the folder of the tests that they name without one. */
const DOCUMENTS = [
  { document: 'faults.md', folder: 'test/torture' },
  { document: 'security.md', folder: 'test' },
] as const;

for (const { document, folder } of DOCUMENTS) {
  /** The file of a test by its name in the document: `network/servers` is in the folder, `test/cli/service` is where it says. */
  const fileOf = (name: string): string =>
    join(root, name.startsWith('test/') ? name : join(folder, name)).concat('.test.ts');
  const text = readFileSync(join(root, 'docs', document), 'utf8');
  const tables = text
    .split('\n\n')
    .filter((table) => /^\|.*\| test \|$/m.test(table.trimStart().split('\n', 1)[0] ?? ''));
  const rows = tables.flatMap((table) =>
    table
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2),
  );
  const named = rows.flatMap((row) => {
    const tests = row.split(' | ').at(-1) ?? '';
    return [...tests.matchAll(/`([\w/-]+)`(?:: ([^|`]*))?/g)].flatMap(([, name = '', titles = '']) =>
      titles.split(';').map((title) => ({ row, name, title })),
    );
  });

  describe(document, () => {
    test('has a test in every row', () => {
      assert.notDeepEqual(rows, []);
      const withTests = new Set(named.map(({ row }) => row));
      assert.deepEqual(
        rows.filter((row) => !withTests.has(row)),
        [],
      );
    });

    test('names tests that are there', () => {
      for (const { name, title } of named) {
        assert.ok(existsSync(fileOf(name)), `there is no ${fileOf(name)}`);
        const source = readFileSync(fileOf(name), 'utf8');
        // A title may be left unfinished, and the words of a suite and of its test run together.
        const words = title
          .replace(/…|\.\.\./g, ' ')
          .split(/[\s,.]+/)
          .filter((word) => /^\p{L}{4,}/u.test(word));
        const missing = words.filter((word) => !source.includes(word));
        assert.deepEqual(missing, [], `${name} has no test called "${title}"`);
      }
    });
  });
}

test('every test that the sentences on security name is there', () => {
  const security = readFileSync(join(root, 'docs', 'security.md'), 'utf8');
  const tests = Array.from(security.matchAll(/`(test\/[\w/-]+)`/g), ([, name = '']) => name);
  assert.ok(tests.length > 0);
  assert.deepEqual(
    tests.filter((name) => !existsSync(join(root, `${name}.test.ts`))),
    [],
  );
});
