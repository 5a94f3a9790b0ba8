/** What is read from how a command ended: whether it ran at all, and which of its words say most to people. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lastWords, TASKS, wasNotStarted, type CommandOutcome } from '../../src/core/command.ts';

test('The tasks are those of the shop', () => {
  assert.deepEqual(TASKS, ['insert_order', 'confirm_payment']);
});

test('A command that was refused before it began counts for no attempt; one that ran, or may have, does', () => {
  const kinds = [
    'busy',
    'too-soon',
    'not-started',
    'exited',
    'killed',
    'lost',
  ] as const satisfies readonly CommandOutcome['kind'][];
  assert.deepEqual(
    kinds.map((kind) => wasNotStarted({ kind })),
    [true, true, true, false, false, false],
  );
});

const OUTPUTS: readonly (readonly [what: string, output: readonly string[], words: string | undefined])[] = [
  ['nothing where it wrote nothing', [], undefined],
  ['the last line', ['one', 'two'], 'two'],
  [
    'the error that rake names below "rake aborted!"',
    ['loading', 'rake aborted!', 'RuntimeError: no such client', '/srv/shop/lib/a.rb:1', 'Tasks: TOP => x'],
    'RuntimeError: no such client',
  ],
  ['that of the last time, where rake aborted twice', ['rake aborted!', 'one', 'rake aborted!', 'two', 'three'], 'two'],
  ['that rake aborted, where it says no more', ['loading', 'rake aborted!'], 'rake aborted!'],
  ['that rake aborted, where nothing else was written', ['rake aborted!'], 'rake aborted!'],
  ['the last line, where others speak of rake', ['he said rake aborted!', 'and then', 'all is well'], 'all is well'],
  [
    'the last line before what rake adds',
    ['no such client', 'Tasks: TOP => insert_order', '(See full trace by running task with --trace)'],
    'no such client',
  ],
  ['a line that only has the words of what rake adds', ['one', 'see Tasks: TOP'], 'see Tasks: TOP'],
  ['a line that has them in the middle', ['one', 'please (See full trace'], 'please (See full trace'],
  [
    'that a program was not found, and not the list behind it',
    ['mise: rake: command not found', 'ruby 3.2', 'ruby 3.3'],
    'mise: rake: command not found',
  ],
  [
    'that no Ruby is chosen',
    ['No version is set for command rake', 'ruby 2.7.8'],
    'No version is set for command rake',
  ],
];
for (const [what, output, words] of OUTPUTS) {
  test(`What a command says to people is ${what}`, () => {
    assert.equal(lastWords({ output }), words);
  });
}
