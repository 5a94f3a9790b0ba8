/** debian/order-monit.bash-completion, in a bash of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { readCommandLine, type CommandHelp } from '../docs/command-line.ts';
import { PROGRAM } from '../sandbox/program.ts';

const SCRIPT = fileURLToPath(new URL('../../debian/order-monit.bash-completion', import.meta.url));

const CHECKPOINT = [
  '0 21/11/2026-09:02:10 21/11/2026-09:02:41 81241 SUCCESS OK 2',
  '1 21/11/2026-09:04:12 21/11/2026-09:12:55 81244 FAILED PAYMENT_PENDING 5',
  '2 21/11/2026-09:06:14 21/11/2026-09:08:16 81347 FAILED NOT_FOUND 2',
  '^HEAD 21/11/2026-09:06:14 21/11/2026-09:06:14 81350 SUCCESS OK 1',
  '',
].join('\n');

let folder: string;
let program: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'order-monit-completion-'));
  for (const name of ['state', 'stage', 'other', 'a b']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'status.txt'), '');
  writeFileSync(join(folder, 'state/checkpoint'), CHECKPOINT);
  program = executable('order-monit', `exec '${process.execPath}' '${PROGRAM}' "$@"`);
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

function executable(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function bash(script: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--norc', '--noprofile', '-c', `source "$0" || exit; ${script}`, SCRIPT, ...args],
    { cwd: folder, encoding: 'utf8', timeout: 60_000 },
  );
  return { status, stderr, lines: stdout.split('\n').filter((line) => line !== '') };
}

/** The two seconds that the program gets are for people who wait; on a busy machine it may need more to say anything. */
const PATIENT = 'timeout() { command timeout --kill-after=1 60 "${@:3}"; }; ';

/** What is offered for the last of these words, which follow the program's name. */
function offered(words: readonly string[], caller = program): readonly string[] {
  const { status, stderr, lines } = bash(
    (caller === program ? PATIENT : '') +
      'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _order_monit; printf "%s\\n" "${COMPREPLY[@]}"',
    [caller, ...words],
  );
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  return [...lines].sort();
}

test('the completion is one that bash accepts, and is for order-monit', () => {
  const { lines } = bash('complete -p order-monit', []);
  assert.deepEqual(lines, ['complete -F _order_monit order-monit']);
});

describe("the completion has the words of the program's own help", () => {
  let commandLine: readonly CommandHelp[];
  before(async () => {
    commandLine = await readCommandLine();
  });

  test('commands', () => {
    const withCommands = commandLine.filter(({ commands }) => commands.length > 0);
    assert.deepEqual(
      withCommands.map(({ name }) => name),
      ['', 'checkpoint'],
    );
    for (const { name, commands } of withCommands) {
      assert.deepEqual(offered([...words(name), '']), [...commands].sort(), name);
    }
  });

  test('options', () => {
    const common = commandLine[0]?.commonOptions ?? [];
    for (const { name, options } of commandLine) {
      assert.deepEqual(offered([...words(name), '--']), [...options, ...common].sort(), name);
    }
  });
});

function words(name: string): readonly string[] {
  return name === '' ? [] : name.split(' ');
}

describe('the completion offers', () => {
  const cases: readonly [line: string, offer: readonly string[]][] = [
    ['che', ['check', 'checkpoint']],
    ['check --j', ['--json']],
    ['checkpoint v', ['verify']],
    ['--runtime-dir other checkpoint l', ['list']],
    ['checkpoint --json v', ['verify']],
    ['checkpoint init --f', ['--from-id']],
    ['checkpoint init --from-id ', []],
    ['checkpoint init --since 2', []],
    ['checkpoint head ', []],
    ['help che', ['check', 'checkpoint']],
    ['--config-dir sta', ['stage', 'state']],
    ['--config-dir = sta', ['stage', 'state']],
    ['--config-dir =', ['a b', 'other', 'stage', 'state']],
    ['status --state-dir o', ['other']],
    ['--runtime-dir o', ['other']],
    ['import st', ['stage', 'state']],
    ['import --d', ['--dry-run']],
    ['order 12', []],
    ['no-such-command --', ['--config-dir', '--help', '--runtime-dir', '--state-dir', '--version']],
  ];
  for (const [line, offer] of cases) {
    test(`${offer.join(', ') || 'nothing'} for "${line}"`, () => {
      assert.deepEqual(offered(line.split(' ')), offer);
    });
  }
});

describe('the ids of open orders are offered', () => {
  const open = ['81244', '81347'];
  const cases: readonly [line: string, offer: readonly string[]][] = [
    ['--state-dir state retry --id ', open],
    ['--state-dir = state retry --id ', open],
    ['retry --state-dir state --id 81244 813', ['81347']],
    ['--state-dir state order --id 812', ['81244']],
    ['--state-dir stage retry --id ', []],
  ];
  for (const [line, offer] of cases) {
    test(`${offer.join(', ') || 'nothing'} for "${line}"`, () => {
      assert.deepEqual(offered(line.split(' ')), offer);
    });
  }

  test('by their numbers where a number is wanted, as far as the shop knows one', () => {
    const lines = ['[', '  {', '    "orderId": 5,', '    "number": "12/26.207",', '    "why": null', '  },']
      .concat(['  {', '    "orderId": 6,', '    "number": null', '  }', ']'])
      .join('\\n');
    const answering = executable('answering', `[ "$1" = open ] && printf '${lines}'`);
    for (const command of ['order', 'retry', 'dismiss']) {
      assert.deepEqual(offered([command, ''], answering), ['12/26.207'], command);
      assert.deepEqual(offered([command, '--id', ''], answering), ['5', '6'], command);
    }
  });

  test('not when the program is not there', () => {
    assert.deepEqual(offered(['retry', '--id', ''], join(folder, 'nowhere')), []);
  });

  test('not when the program hangs, which is ended even if it ignores being told to', () => {
    const hanging = executable('hanging', `trap '' TERM; sleep 600`);
    assert.deepEqual(offered(['retry', '--id', ''], hanging), []);
  });
});
