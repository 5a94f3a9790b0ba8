/** The table of faults, and what is said of security, name tests that are there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(root, 'docs', 'faults.md'), 'utf8');

/** The file of a test by its name in the document: `network/servers` is in test/torture, `test/cli/service` is where it says. */
function fileOf(name: string): string {
  return join(root, name.startsWith('test/') ? name : `test/torture/${name}`).concat('.test.ts');
}

const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.includes('| --- |'));
const named = rows.flatMap((row) => {
  const tests = row.split(' | ').at(-1) ?? '';
  return [...tests.matchAll(/`([\w/-]+)`(?:: ([^;|`]*))?/g)].map(([, name = '', title = '']) => ({ row, name, title }));
});

test('every fault has a test', () => {
  const heads = rows.filter((row) => row.endsWith('| test |')).length;
  assert.ok(heads >= 3);
  const withTests = new Set(named.map(({ row }) => row));
  assert.deepEqual(
    rows.filter((row) => !row.endsWith('| test |') && !withTests.has(row)),
    [],
  );
});

test('every test that the faults name is there', () => {
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

test('every test that the sentences on security name is there', () => {
  const security = readFileSync(join(root, 'docs', 'security.md'), 'utf8');
  const tests = Array.from(security.matchAll(/`(test\/[\w/-]+)`/g), ([, name = '']) => name);
  assert.ok(tests.length > 0);
  assert.deepEqual(
    tests.filter((name) => !existsSync(fileOf(name))),
    [],
  );
  const rowsOfWho = security.split('\n').filter((line) => /^\| (?!who \||---)/.test(line));
  assert.deepEqual(
    rowsOfWho.filter((line) => !line.includes('`test/')),
    [],
  );
});
