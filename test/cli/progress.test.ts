/** Progress of what takes long: after two seconds, on a terminal that can, and nowhere else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { progressText, withProgress, type Ticker } from '../../src/commands/progress.ts';
import type { Output } from '../../src/terminal/output.ts';
import { terminalOf } from '../sandbox/terminal.ts';

/** Time that goes on when it is told to. */
function handTicker(): Ticker & { advance(ms: number): void; readonly isRunning: boolean } {
  let now = 5000;
  let action: (() => void) | undefined;
  return {
    now: () => now,
    every: (_, what) => {
      action = what;
      return () => (action = undefined);
    },
    advance: (ms) => {
      now += ms;
      action?.();
    },
    get isRunning() {
      return action !== undefined;
    },
  };
}

function outputWith(passing: Output['passing']): Output {
  const nothing = (): void => undefined;
  return { line: nothing, json: nothing, error: nothing, isTerminal: true, paint: (_, text) => text, passing };
}

describe('The progress of what takes long', () => {
  test('is shown after two seconds, with count, share and time to go, and taken away at the end', async () => {
    const shown: string[] = [];
    const ticker = handTicker();
    const output = outputWith((text) => void shown.push(text));
    const result = await withProgress({ output, ticker }, 'reading', async (note) => {
      note({ done: 100, of: 1000 });
      ticker.advance(1500);
      assert.deepEqual(shown, []);
      note({ done: 200, of: 1000 });
      ticker.advance(1500);
      note({ done: 900, of: 1000 });
      ticker.advance(6000);
      return Promise.resolve('done');
    });
    assert.equal(result, 'done');
    assert.deepEqual(shown, ['reading: 200 of 1000 (20 %), 12 s to go', 'reading: 900 of 1000 (90 %), 1 s to go', '']);
    assert.equal(ticker.isRunning, false);
  });

  test('is taken away where the work fails', async () => {
    const shown: string[] = [];
    const ticker = handTicker();
    const work = async (): Promise<never> => Promise.reject(new Error('gone'));
    const output = outputWith((text) => void shown.push(text));
    await assert.rejects(withProgress({ output, ticker }, 'reading', work), /gone/);
    assert.deepEqual([shown, ticker.isRunning], [[''], false]);
  });

  test('is not counted where nothing can show it', async () => {
    const ticker = handTicker();
    await withProgress({ output: outputWith(undefined), ticker }, 'reading', async () => {
      assert.equal(ticker.isRunning, false);
      return Promise.resolve();
    });
  });

  test('of nothing, and of more than was thought, is all of it', () => {
    assert.equal(progressText('reading', { done: 0, of: 0 }, 3000), 'reading: 0 of 0 (100 %)');
    assert.equal(progressText('reading', { done: 12, of: 10 }, 3000), 'reading: 12 of 10 (100 %)');
    assert.equal(progressText('reading', { done: 0, of: 10 }, 3000), 'reading: 0 of 10 (0 %)');
  });
});

const SCRIPT = `
import { standardOutput } from ${JSON.stringify(new URL('../../src/terminal/output.ts', import.meta.url).href)};
const output = standardOutput(process.env);
output.passing?.('half of it, and more than fits');
output.passing?.('most of it');
output.line('a line');
output.passing?.('');
output.error(String(output.passing !== undefined));
`;

function played(through: readonly string[], term: string): string {
  const [command, ...args] = [...through, process.execPath, '--import', 'tsx', '--input-type=module', '-e', SCRIPT];
  const { stdout, stderr } = spawnSync(command, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
    env: { ...process.env, TERM: term },
  });
  return `${stdout}${stderr}`.replaceAll('\r\n', '\n');
}

const TERMINAL = terminalOf({ rows: 24, columns: 20 });

describe('A passing line', () => {
  test('is written in place, is no longer than the terminal, and makes room for what is printed', () => {
    const empty = '\r\u001b[K';
    assert.equal(played(TERMINAL, 'xterm'), `${empty}half of it, and mor${empty}most of it${empty}a line\ntrue\n`);
  });

  test('is nowhere on a terminal that can not, and nowhere in a pipe', () => {
    assert.equal(played(TERMINAL, 'dumb'), 'a line\nfalse\n');
    assert.equal(played([], 'xterm'), 'a line\nfalse\n');
  });
});
