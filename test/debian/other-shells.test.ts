/** The completions for zsh and fish, each in a shell of its own: they offer what the one for bash does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { readCommandLine, type CommandHelp } from '../docs/command-line.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const DEBIAN = here('../../debian');
/** Where the package has the one for bash, which the others ask. */
const INSTALLED = '/usr/share/bash-completion/completions/order-monit';
const OPEN =
  '[{\\n    "orderId": 5,\\n    "number": "1226207",\\n}, {\\n    "orderId": 6,\\n    "number": "12 34",\\n}]\\n';

let folder: string;
let commandLine: readonly CommandHelp[];

before(async () => {
  commandLine = await readCommandLine();
  folder = mkdtempSync(join(tmpdir(), 'order-monit-shells-'));
  for (const name of ['state', 'other', 'bin']) mkdirSync(join(folder, name));
  for (const name of ['_order-monit', 'order-monit.fish']) {
    const text = readFileSync(join(DEBIAN, 'completion', name), 'utf8');
    assert.ok(text.includes(INSTALLED));
    writeFileSync(join(folder, name), text.replace(INSTALLED, join(DEBIAN, 'order-monit.bash-completion')));
  }
  executable('order-monit', `[ "$1" = open ] && printf '${OPEN}'`);
  // The two seconds that the program gets are for people who wait.
  executable('timeout', 'shift 2; exec "$@"');
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

function executable(name: string, body: string): void {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

function shell(command: readonly [string, ...string[]], args: readonly string[]): readonly string[] {
  const { stderr, stdout } = spawnSync(command[0], [...command.slice(1), ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, HOME: folder, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` },
  });
  assert.equal(stderr, '');
  return stdout.split('\n').slice(0, -1);
}

const FISH = `source order-monit.fish; for line in $argv; set -l offered (complete -C $line); echo (string join -- '|' $offered); end`;

/** What each shell lists for each of these lines. */
const LISTS = {
  zsh: (lines) => shell(['zsh', '-f', here('zsh-lists.zsh')], [join(folder, '_order-monit'), ...lines]),
  fish: (lines) => shell(['fish', '--no-config', '-c', FISH], lines),
} as const satisfies Record<string, (lines: readonly string[]) => readonly string[]>;

for (const [name, list] of Object.entries(LISTS)) {
  const listed = (lines: readonly string[]): readonly (readonly string[])[] =>
    list(lines.map((line) => `order-monit ${line}`)).map((line) => line.split('|').sort());

  describe(`the completion for ${name}`, () => {
    test("has the commands and the options of the program's own help", () => {
      const common = commandLine[0]?.commonOptions ?? [];
      const withCommands = commandLine.filter(({ commands }) => commands.length > 0);
      const before = (command: string): string => (command === '' ? '' : `${command} `);
      const lines = [
        ...withCommands.map((one) => before(one.name)),
        ...commandLine.map((one) => `${before(one.name)}--`),
      ];
      assert.deepEqual(listed(lines), [
        ...withCommands.map(({ commands }) => [...commands].sort()),
        ...commandLine.map(({ options }) => [...options, ...common].sort()),
      ]);
    });

    test('has the numbers and the ids of the open orders', () => {
      assert.deepEqual(listed(['retry ', 'dismiss --id ', 'order 12']), [['1226207'], ['5', '6'], ['1226207']]);
    });

    test('has nothing where nothing is known, and says nothing', () => {
      assert.deepEqual(listed(['no-such-command --json x', 'checkpoint init --since 2']), [[''], ['']]);
    });
  });
}

test('zsh puts what is offered into the line at Tab, and a slash behind a folder', () => {
  const lines = ['check --j', 'checkpoint v', 'retry ', '--config-dir sta', '--config-dir=sta', 'no-such-command '];
  assert.deepEqual(
    shell(['zsh', '-f', here('zsh-offers.zsh')], [folder, ...lines.map((line) => `order-monit ${line}`)]).map((line) =>
      line.slice('order-monit '.length),
    ),
    [
      'check --json ',
      'checkpoint verify ',
      'retry 1226207 ',
      '--config-dir state/',
      '--config-dir=state ',
      'no-such-command ',
    ],
  );
});

test('fish puts a slash behind a folder', () => {
  assert.deepEqual(LISTS.fish(['order-monit --state-dir o', 'order-monit --state-dir=o']), [
    'other/',
    '--state-dir=other/',
  ]);
});
