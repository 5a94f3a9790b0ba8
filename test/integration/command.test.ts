/** What is sent to the server's shell, and what is made of what comes back. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import fc from 'fast-check';

import {
  commandWords,
  KILL_GRACE_SECONDS,
  lockName,
  REFUSED,
  START_MARK,
  taskCommand,
  type CommandSettings,
} from '../../src/integration/command.ts';
import { UnusableSetting } from '../../src/integration/index.ts';
import { outcomeOf, type EndedCommand } from '../../src/integration/outcome.ts';
import { OutputTail } from '../../src/integration/output.ts';
import { commandLine, inOneLine } from '../../src/integration/shell.ts';
import { insert, order, run } from './fixtures.ts';

const SETTINGS: CommandSettings = {
  username: 'robot',
  railsRoot: '/srv/olook/current',
  rakeCommand: 'bundle exec rake',
  environment: { RAILS_ENV: 'production' },
  lockDirectory: '.order-monit/locks',
  commandTimeoutMs: 600_000,
};

const printableText = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));

for (const shell of ['sh', 'bash']) {
  test(`every word without control characters reaches a program as it is through ${shell}`, async () => {
    const hostile = ['$(touch x)', '`touch x`', "'; touch x; '", '!!', '\\', "\\'", '', '~', '*', '-n', 'a b', '%'];
    const words = [
      ...hostile,
      ...fc.sample(fc.oneof(printableText, fc.string({ unit: fc.constantFrom("'", '\\', '!', '"', '$', ' ') })), 500),
    ];
    const { stdout } = await run(shell, ['-c', commandLine(['printf', '%s\\n', ...words])]);
    assert.deepEqual(stdout.split('\n').slice(0, -1), words);
  });
}

test('the command line is constant but for its quoted words', () => {
  const line = taskCommand(commandWords({ ...SETTINGS, runAs: 'deploy' }), insert('A/7', 60_000));
  assert.match(line, /^'sudo' '-n' '-H' '-u' 'deploy' '--' 'env' 'RAILS_ENV=production' 'sh' '-c' '/);
  const tail =
    ` 'order-monit' '.order-monit/locks' 'order-A%2F7' '/srv/olook/current' '600' '60'` +
    ` 'bundle' 'exec' 'rake' 'order_integration_service:insert_order[A/7]'`;
  assert.ok(line.endsWith(tail), line);
  assert.doesNotMatch(line, /\n/);
});

test("another command than rake's is words as well, in which the order's number stands for {number}", () => {
  const ownCommands = {
    insert_order: ['php', 'bin/console', 'push {number}', '{number}', '$(id)'],
    confirm_payment: ['pay', '{number}'],
  };
  const words = commandWords({ ...SETTINGS, railsRoot: '.', ownCommands });
  const line = taskCommand(words, insert('A/7', 0));
  assert.ok(line.endsWith(` '.' '600' '0' 'php' 'bin/console' 'push A/7' 'A/7' '$(id)'`), line);
  assert.throws(
    () => commandWords({ ...SETTINGS, ownCommands: { ...ownCommands, insert_order: ['a\nb'] } }),
    UnusableSetting,
  );
});

test('the script ends, marks and limits as the adapter takes it to', async () => {
  const script = await readFile(new URL('../../src/integration/run-task.sh', import.meta.url), 'utf8');
  const statuses = [...script.matchAll(/^[a-z_]+=(\d+)$/gm)].map(([, status]) => Number(status));
  assert.deepEqual(statuses, Object.values(REFUSED));
  assert.ok(script.includes(`\necho ${START_MARK}\n`));
  assert.ok(script.includes(`timeout -k ${KILL_GRACE_SECONDS} `));
  await run('sh', ['-n', '-c', inOneLine(script)]);
});

test('different order numbers have different lock files, none of them in another folder', () => {
  const number = fc.string({ unit: fc.constantFrom('A', 'a', '0', '.', '_', '/', '-'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(number, number, (one, other) => {
      assert.equal(lockName(order(one)) === lockName(order(other)), one === other);
      assert.match(lockName(order(one)), /^order-[^/]+$/);
    }),
  );
});

const UNUSABLE: readonly [parts: Partial<CommandSettings>, message: RegExp][] = [
  [{ railsRoot: '' }, /rails_root is empty/],
  [{ railsRoot: '/srv\n/x' }, /rails_root holds a control character \("\/srv\\n\/x"\)/],
  [{ lockDirectory: 'a\0b' }, /lock_directory holds a control character/],
  [{ runAs: '' }, /run_as is empty/],
  [{ rakeCommand: '  ' }, /rake is empty; the usual command is bundle exec rake/],
  [{ rakeCommand: ['-x'] }, /rake must begin with a program, not with -x/],
  [{ environment: { 'A-B': '1' } }, /environment names "A-B"/],
  [{ environment: { '': '1' } }, /environment names ""/],
  [{ environment: { A: 'x\r' } }, /environment: A holds a control character/],
];
for (const [parts, message] of UNUSABLE) {
  test(`the setting ${JSON.stringify(parts)} is refused`, () => {
    assert.throws(
      () => commandWords({ ...SETTINGS, ...parts }),
      (error) => {
        assert.ok(error instanceof UnusableSetting);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('a limit below a second is a second, for 0 would mean none', () => {
  assert.equal(commandWords({ ...SETTINGS, commandTimeoutMs: 0 }).limitSeconds, 1);
});

const OUTCOMES: readonly [ended: Partial<EndedCommand>, status: number | undefined, expected: string][] = [
  [{ started: true }, 0, 'exited 0'],
  [{ started: true }, 1, 'exited 1'],
  [{ started: true }, 75, 'exited 75'],
  [{ started: true }, 127, 'exited 127'],
  [{ started: true }, 255, 'exited 255'],
  [{ started: true, durationMs: 600_100 }, 124, 'killed ended by its time limit of 600 s (command_timeout)'],
  [{ started: true, durationMs: 610_100 }, 137, 'killed ended by its time limit of 600 s (command_timeout)'],
  [{ started: true }, 124, 'exited 124'],
  [{ started: true }, 137, 'killed ended by SIGKILL'],
  [{ started: true }, 143, 'killed ended by SIGTERM'],
  [{ started: true }, undefined, 'killed ended by SIGKILL'],
  [{}, 75, 'busy'],
  [{}, 76, 'too-soon'],
  [{}, 72, 'not-started the server cannot enter rails_root /srv/olook/current: last words'],
  [{}, 73, 'not-started the server cannot write to the lock folder .order-monit/locks: last words'],
  [{}, 0, "not-started the server's shell ended with status 0 before the task began: last words"],
  [{}, undefined, "not-started SIGKILL ended the server's shell before the task began: last words"],
];
for (const [ended, status, expected] of OUTCOMES) {
  test(`status ${status ?? 'none'} ${ended.started === true ? 'of a task' : 'before the task'} means ${expected}`, () => {
    const end = { status, signal: status === undefined ? 'SIGKILL' : undefined };
    const facts = { started: false, durationMs: 1, output: ['last words'], ...ended };
    const outcome = outcomeOf({ ...facts, end }, commandWords(SETTINGS));
    const detail = 'status' in outcome ? ` ${outcome.status}` : 'why' in outcome ? ` ${outcome.why}` : '';
    assert.equal(outcome.kind + detail, expected);
  });
}

test('sudo that asks for a password says what sudoers lacks', () => {
  const end = { status: 1, signal: undefined };
  const facts = { end, started: false, durationMs: 1, output: ['sudo: a password is required'] };
  const outcome = outcomeOf(facts, commandWords({ ...SETTINGS, runAs: 'deploy' }));
  assert.ok(outcome.kind === 'not-started');
  assert.equal(outcome.why, 'the server did not become deploy (status 1): sudo: a password is required');
  assert.match(outcome.hint ?? '', /robot ALL=\(deploy\) NOPASSWD: ALL/);
});

const LINES: readonly [title: string, text: string, lines: string[]][] = [
  ['ends of lines of all kinds', 'a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
  ['empty lines', '\n\na\n \n', ['a']],
  ['colours and titles', '\u001b[1;31mred\u001b[0m \u001b]0;title\u0007\u001b(Btext\n', ['red text']],
  ['control characters', 'a\u0000\u0007b\tc\u009b\u202ed\n', ['ab cd']],
  ['long lines', `${'x'.repeat(600)}\nend`, [`${'x'.repeat(499)}…`, 'end']],
];
for (const [title, text, lines] of LINES) {
  test(`the output with ${title} is kept as printable lines, however it is cut into chunks`, () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const tail = new OutputTail();
        const write = tail.writer();
        const bytes = Buffer.from(text);
        let from = 0;
        for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
          // A chunk that ends between the two characters of one end of line makes one empty line more, which is left out.
          write(bytes.subarray(from, to));
          from = Math.max(from, to);
        }
        assert.deepEqual(tail.lines(), lines);
      }),
    );
  });
}

test('the output keeps its last 20 lines, from two streams in the order in which they came', () => {
  const tail = new OutputTail();
  const [out, err] = [tail.writer(), tail.writer()];
  for (let count = 0; count < 30; count++) (count % 2 === 0 ? out : err)(Buffer.from(`${count}\n`));
  assert.deepEqual(
    tail.lines(),
    Array.from({ length: 20 }, (_, index) => String(index + 10)),
  );
});

test('the output keeps its memory small when no line ever ends, and when it is no text', () => {
  const tail = new OutputTail();
  const write = tail.writer();
  for (let count = 0; count < 1000; count++) write(Buffer.alloc(10_000, 0xff));
  assert.deepEqual(tail.lines(), [`${'\ufffd'.repeat(499)}…`]);
});

test('the output knows the mark behind what a wrapper puts before each line, and takes that out of those that follow', () => {
  const tail = new OutputTail({ startMark: 'mark' });
  const write = tail.writer();
  write(
    Buffer.from('\u001b[2m[web1]\u001b[0m Welcome\n\u001b[2m[web1]\u001b[0m mark\n[web1] first\nsecond\n[web1] third'),
  );
  assert.equal(tail.started, true);
  assert.deepEqual(tail.lines(), ['first', 'second', 'third']);
});

test('the mark within a line that goes on is none: a wrapper may write down the command that it was given', () => {
  const tail = new OutputTail({ startMark: START_MARK });
  tail.writer()(Buffer.from(`running ${taskCommand(commandWords(SETTINGS), insert('7'))}\n`));
  assert.equal(tail.started, false);
});

test('the output forgets what was written before the task started', () => {
  const tail = new OutputTail({ startMark: 'mark' });
  const [out, err] = [tail.writer(), tail.writer()];
  out(Buffer.from('Welcome\n'));
  err(Buffer.from('stdin: is not a tty\n'));
  assert.equal(tail.started, false);
  out(Buffer.from('mark\nmark\nfirst'));
  assert.equal(tail.started, true);
  assert.deepEqual(tail.lines(), ['mark', 'first']);
});
