/** What is made of the lines that a program says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { orderNumber } from '../../src/core/order.ts';
import { readAnswers } from '../../src/erp-command/answers.ts';
import { erp, never, NUMBERS, program } from './program.ts';

const FIRST = orderNumber('1001');
const OTHERS = NUMBERS.slice(1);

test('A program is given the numbers on its standard input, one a line, and says a line of each', async (t) => {
  const asked = erp(program(t, 'while read -r number; do echo "$number exists invoiced"; done'));
  assert.deepEqual(
    [...(await asked.call(NUMBERS, never))],
    NUMBERS.map((number) => [number, { kind: 'exists', status: 'invoiced' }]),
  );
});

test('The program and its arguments are words, which no shell reads', async (t) => {
  const path = program(t, 'while read -r number; do echo "$number unknown $# $1 $2"; done');
  const asked = erp(path, { words: [path, '$(id)', 'two words; exit 1'] });
  const answers = await asked.call(NUMBERS, never);
  assert.deepEqual([...answers.values()][0], { kind: 'unknown', why: '2 $(id) two words; exit 1' });
});

test('It sees the environment that it is given, and nothing else', async (t) => {
  process.env['OF_THE_SERVICE'] = 'secret';
  t.after(() => delete process.env['OF_THE_SERVICE']);
  const path = program(t, 'read -r number; echo "$number unknown $TOKEN,$OF_THE_SERVICE"');
  const answers = await erp(path, { environment: () => ({ TOKEN: 'mine' }) }).call(NUMBERS, never);
  assert.deepEqual([...answers.values()][0], { kind: 'unknown', why: 'mine,' });
});

for (const [line, answer] of [
  ['1001 exists', { kind: 'exists', status: 'in-progress' }],
  ['1001 exists in-progress', { kind: 'exists', status: 'in-progress' }],
  ['1001 exists cancelled', { kind: 'exists', status: 'cancelled' }],
  ['  1001\texists   delivered \r', { kind: 'exists', status: 'delivered' }],
  ['1001 missing', { kind: 'missing' }],
  ['1001 unknown it has two rows', { kind: 'unknown', why: 'it has two rows' }],
  ['1001 unknown', { kind: 'unknown', why: 'no reason was given' }],
  ['1001 missing', { kind: 'missing' }],
  ['1001 missing\n1001 missing', { kind: 'missing' }],
  ['1001 unknown \u001b[31mthe swordfish\u202e', { kind: 'unknown', why: '[31mthe [hidden]' }],
] as const) {
  test(`It is read: ${JSON.stringify(line)}`, () => {
    assert.deepEqual(readAnswers(NUMBERS, line, clean).get(FIRST), answer);
  });
}

for (const [line, why] of [
  ['', 'no answer came for it'],
  ['1001', 'no answer came for it'],
  ['10011 missing', 'no answer came for it'],
  ['01001 missing', 'no answer came for it'],
  ['#1001 missing', 'no answer came for it'],
  ['1001\u00a0missing', 'no answer came for it'],
  ['1001 missing\n1001 exists', 'two different answers came'],
  ['1001 exists\n1001 exists cancelled', 'two different answers came'],
  ['1001 missing\n1001 exists\n1001 exists', 'two different answers came'],
  ['1001 Missing', 'the answer is none: Missing'],
  ['1001 missing?', 'the answer is none: missing?'],
  ['1001 missing perhaps', 'the answer is not plain: missing perhaps'],
  ['1001 not missing', 'the answer is none: not missing'],
  ['1001 exists paid', 'the answer has a status that is none: paid'],
  ['1001 exists constructor', 'the answer has a status that is none: constructor'],
  ['1001 missing 1002 missing', 'the answer is not plain: missing 1002 missing'],
  ['{"1001":"missing"}', 'no answer came for it'],
] as const) {
  test(`It is never taken for yes or no: ${JSON.stringify(line)}`, () => {
    const answers = readAnswers(NUMBERS, line, clean);
    assert.deepEqual(answers.get(FIRST), { kind: 'unknown', why });
    for (const other of OTHERS) assert.equal(answers.get(other)?.kind, 'unknown');
  });
}

test('Answers of orders that were not asked about are nobody’s', () => {
  const answers = readAnswers(NUMBERS, '1002 missing\n7777 missing\n__proto__ missing\n', clean);
  assert.deepEqual([...answers.keys()], NUMBERS);
});

function clean(text: string): string {
  return text.replaceAll('swordfish', '[hidden]').replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
}
