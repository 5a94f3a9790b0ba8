/** The manual pages: they render without a complaint, and what they say is what the program does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { EXAMPLES } from '../../src/commands/examples.ts';
import { CHANGE_SOCKET, READ_SOCKET } from '../../src/control/server.ts';
import type { Event } from '../../src/core/event.ts';
import { AWAITING_PAYMENT, FAILURE_REASONS, SUCCESS } from '../../src/core/verdict.ts';
import { EXIT } from '../../src/terminal/exit.ts';
import { readCommandLine, type CommandHelp } from './command-line.ts';
import { chapterOf, entriesOf, pagePath, readPage } from './page.ts';

const PAGES = ['order-monit.8', 'order-monit.yml.5', 'order-monit-checkpoint.5'];

function termsOf(chapter: string): readonly string[] {
  return entriesOf(chapter).map(({ term }) => term);
}

function sorted(words: Iterable<string>): readonly string[] {
  return [...new Set(words)].sort();
}

function run(program: string, args: readonly string[], input?: string): string {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '80', MANROFFOPT: '' };
  const { error, status, stdout, stderr } = spawnSync(program, args, { input, env, encoding: 'utf8' });
  assert.ifError(error);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, program);
  return stdout;
}

test('man/ holds these pages, and no others', () => {
  const found = readdirSync(fileURLToPath(new URL('../../man', import.meta.url)));
  assert.deepEqual(found.sort(), PAGES.map((page) => `${page}.scd`).sort());
});

describe('the page renders without a warning, in 80 columns', () => {
  for (const page of PAGES) {
    test(page, () => {
      const roff = run('scdoc', [], readFileSync(pagePath(page), 'utf8'));
      run('groff', ['-man', '-ww', '-z'], roff);
      const text = run('man', ['--warnings', '-l', '-'], roff);
      assert.match(text, /^NAME$/m);
      assert.deepEqual(
        text.split('\n').filter((line) => line.length > 80),
        [],
      );
    });
  }
});

describe('order-monit(8) describes', () => {
  const page = readPage('order-monit.8');
  const commands = entriesOf(chapterOf(page, 'COMMANDS'));
  let commandLine: readonly CommandHelp[];
  before(async () => {
    commandLine = await readCommandLine();
  });

  /** What is to be called: a command that holds others is not. */
  function callable(): readonly CommandHelp[] {
    return commandLine.filter((command) => command.commands.length === 0);
  }

  test('every command, and no others', () => {
    const described = commands.map(({ term }) => /^[a-z-]+(?: [a-z]+)?/.exec(term)?.[0] ?? term);
    assert.deepEqual(sorted(described), sorted([...callable().map(({ name }) => name), 'help']));
  });

  test('every command that --help has examples for, and no others', () => {
    assert.deepEqual(sorted(Object.keys(EXAMPLES)), sorted(callable().map(({ name }) => name)));
    for (const [name, examples] of Object.entries(EXAMPLES))
      for (const example of examples) assert.ok(`${example} `.startsWith(`order-monit ${name} `), example);
  });

  test("every command's options, and no others", () => {
    for (const { name, options } of callable()) {
      const { term } = commands.find((entry) => `${entry.term} `.startsWith(`${name} `)) ?? { term: '' };
      assert.deepEqual(sorted(term.match(/--[a-z-]+/g) ?? []), sorted(options), name);
    }
  });

  test('the options of all commands', () => {
    const described =
      termsOf(chapterOf(page, 'COMMON OPTIONS'))
        .join(' ')
        .match(/--[a-z-]+/g) ?? [];
    // Not of all commands, but the same wherever it is.
    const common = [...(commandLine[0]?.commonOptions ?? []), '--json'];
    assert.deepEqual(sorted(described), sorted(common));
  });

  test('every exit status', () => {
    assert.deepEqual(termsOf(chapterOf(page, 'EXIT STATUS')), Object.values(EXIT).map(String));
  });

  test('both sockets', () => {
    assert.deepEqual(termsOf(chapterOf(page, 'SOCKETS')), [
      `/run/order-monit/${READ_SOCKET}`,
      `/run/order-monit/${CHANGE_SOCKET}`,
    ]);
  });

  test('every kind of event in the journal', () => {
    const kinds = {
      verdict: true,
      'given-up': true,
      'command-started': true,
      'command-ended': true,
      repaired: true,
      'not-repaired': true,
      'row-gone': true,
      'row-found': true,
      retry: true,
      dismissed: true,
      'retry-many': true,
      rewind: true,
      'run-now': true,
      'repairs-wait': true,
      'lag-learned': true,
      standing: true,
      'went-back': true,
      undated: true,
      'strange-ids': true,
      down: true,
      up: true,
      cycle: true,
      backlog: true,
    } satisfies Record<Event['kind'], true>;
    const text = entriesOf(chapterOf(page, 'JOURNAL')).find(({ term }) => term === 'EVENT')?.text ?? '';
    const named = new Set(text.split(/[ ,.:]+/));
    for (const kind of Object.keys(kinds)) assert.ok(named.has(kind), kind);
  });
});

test('order-monit.yml(5) describes every credential', () => {
  const manual = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const table = manual.split('\n## Secrets\n')[1] ?? '';
  const credentials = Array.from(table.matchAll(/\| `([a-z_]+)` \|$/gm), ([, name = '']) => name);
  assert.ok(credentials.length > 0);
  assert.deepEqual(sorted(termsOf(chapterOf(readPage('order-monit.yml.5'), 'SECRETS'))), sorted(credentials));
});

describe('order-monit-checkpoint(5) describes', () => {
  const page = readPage('order-monit-checkpoint.5');

  test('every reason, and no others', () => {
    assert.deepEqual(termsOf(chapterOf(page, 'REASONS')), [
      SUCCESS.reason,
      AWAITING_PAYMENT.reason,
      ...FAILURE_REASONS,
    ]);
  });

  test('every column, in the order of docs/checkpoint.md', () => {
    const manual = readFileSync(new URL('../../docs/checkpoint.md', import.meta.url), 'utf8');
    const columns = Array.from(manual.matchAll(/^\| \d \| `([A-Z_]+)` \|/gm), ([, name = '']) => name);
    assert.equal(columns.length, 7);
    assert.deepEqual(termsOf(chapterOf(page, 'FORMAT')), columns);
  });
});
