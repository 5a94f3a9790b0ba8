/** A real process that is killed with -9 leaves a history that is read and written on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { since } from '../../src/history/index.ts';
import { missing, stateDirectory, write } from './fixtures.ts';

const CHILD = fileURLToPath(new URL('writing-child.ts', import.meta.url));

test('after kill -9 at any moment what was written is read, and the next run goes on', async (t) => {
  const directory = await stateDirectory(t);
  let next = 1;
  const known: number[] = [];
  for (const rounds of [1, 4, 9]) {
    const arguments_ = ['--import', 'tsx', CHILD, directory, String(next)];
    const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    let left = rounds;
    let durable = 0;
    for await (const said of createInterface({ input: child.stdout })) {
      durable = Number(said);
      if (--left === 0) child.kill('SIGKILL');
    }
    await ended;
    for (let id = next; id <= durable; id += 1) known.push(id);
    next += 1_000_000;
  }
  await write(directory, [missing(next)]);
  known.push(next);
  const found = new Set<number>();
  for await (const entry of since(directory, 0)) if ('orderId' in entry) found.add(entry.orderId);
  assert.deepEqual(
    known.filter((id) => !found.has(id)),
    [],
  );
});
