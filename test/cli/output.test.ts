/** What commands print: tables that fit the terminal, and stay whole in a pipe. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { printTable } from '../../src/terminal/output.ts';

const HEADER = ['ORDER ID', 'NUMBER', 'WHY'];
const WHY = 'RuntimeError: the order has no payment that could be confirmed';
const ROWS = [
  ['72066', '1226207', WHY],
  ['72067', 'x', 'short'],
];

function table(isTerminal: boolean, columns?: number): readonly string[] {
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  const output = { isTerminal, columns, line, json: line, error: line, paint: (_: string, text: string) => text };
  printTable({ ...output, json: () => undefined }, HEADER, ROWS);
  return lines;
}

test('A table fits the width of the terminal: its last column is shortened', () => {
  const lines = table(true, 50);
  assert.deepEqual(lines, [
    'ORDER ID  NUMBER   WHY',
    '72066     1226207  RuntimeError: the order has no…',
    '72067     x        short',
  ]);
  assert.ok(lines.every(({ length }) => length <= 50));
});

test('It is whole on a terminal that is wide enough, or whose width is not known, and in a pipe', () => {
  for (const columns of [200, undefined]) assert.match(table(true, columns)[1] ?? '', new RegExp(`${WHY}$`));
  assert.equal(table(false, 30)[0], `72066\t1226207\t${WHY}`);
});

test('A last column for which there is next to no room keeps enough to be read', () => {
  assert.equal(table(true, 10)[1], '72066     1226207  RuntimeError: the o…');
});
