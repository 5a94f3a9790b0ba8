/** README.md is short, names every command, and what it and the other texts lead to is there. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { readCommandLine } from './command-line.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const TEXTS = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((name) => join(ROOT, name)),
  ...['docs', 'docs/decisions'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(ROOT, folder, name)),
  ),
];

/** The fragments by which GitHub knows the headings of a text. */
function fragmentsOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('README.md stays short', () => {
  assert.ok(README.split('\n').length <= 130);
});

test('the table of README.md has every command of the program, and no others', async () => {
  const table = /^\| command \| .*\n\|[ |-]+\n((?:\|.*\n)+)/m.exec(README)?.[1] ?? '';
  const named = table.split('\n').flatMap((row) => {
    const cell = row.split(' | ', 1)[0] ?? '';
    const [first = '', ...others] = Array.from(cell.matchAll(/`([^`]+)`/g), ([, words = '']) => words);
    const path = first.replace(/^order-monit /, '').split(' ');
    const name = path.filter((word) => /^[a-z][a-z-]*$/.test(word)).join(' ');
    const above = path[0] ?? '';
    return name === '' ? [] : [name, ...others.map((other) => `${above} ${other}`)];
  });
  const commands = (await readCommandLine()).filter((command) => command.commands.length === 0);
  assert.deepEqual([...new Set(named)].sort(), commands.map(({ name }) => name).sort());
});

test('the pictures of README.md are there, and small', () => {
  const pictures = Array.from(README.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g), ([, path = '']) => path);
  assert.deepEqual(pictures, ['docs/pictures/page.png', 'docs/pictures/demo.svg']);
  for (const path of pictures) assert.ok(statSync(join(ROOT, path)).size < 150_000, path);
  // Made from what the demo printed, whose account is in the end.
  assert.match(readFileSync(join(ROOT, 'docs/pictures/demo.svg'), 'utf8'), /forgotten +0</);
});

describe('what a text leads to is there', () => {
  for (const path of TEXTS) {
    test(relative(ROOT, path), () => {
      // Code is no link, whatever it looks like.
      const text = readFileSync(path, 'utf8').replace(/```[^]*?```|`[^`\n]*`/g, '');
      for (const [, target = ''] of text.matchAll(/\]\(([^()\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [file = '', fragment] = target.split('#', 2);
        const place = file === '' ? path : join(dirname(path), file);
        assert.ok(existsSync(place), target);
        if (fragment === undefined) continue;
        assert.ok(fragmentsOf(readFileSync(place, 'utf8')).includes(fragment), target);
      }
    });
  }
});
