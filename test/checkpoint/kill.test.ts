/** A real process that is killed with -9 loses no record that it said was durable. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { line, openWith, recordsOf, temporaryFolder } from './fixtures.ts';

const CHILD = fileURLToPath(new URL('recording-child.ts', import.meta.url));

test('after kill -9 at any moment every record that was said to be durable is there', async (t) => {
  const path = join(await temporaryFolder(t), 'checkpoint');
  await writeFile(path, line('^HEAD', 1000));
  let durable = 1000;
  /** The orders up to this one are of an earlier child, whose last page may have been left unsettled. */
  let passed = 1000;
  for (const pages of [1, 3, 8]) {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    let left = pages;
    for await (const said of createInterface({ input: child.stdout })) {
      durable = Number(said);
      // The child goes on meanwhile, so the signal meets it in the middle of something.
      if (--left === 0) child.kill('SIGKILL');
    }
    await ended;
    const log = await openWith({ path });
    assert.ok(log.ledger.head >= durable, `the head is ${log.ledger.head}, and ${durable} was durable`);
    const unsettled = [...log.ledger.open.keys()].filter((id) => id > passed && id <= durable);
    assert.deepEqual(unsettled, []);
    passed = log.ledger.head;
    await log.close();
    const ids = (await recordsOf({ path })).map((record) => Number(/\d+/.exec(record)?.[0])).sort((a, b) => a - b);
    const expected = Array.from({ length: log.ledger.head - 999 }, (_, index) => 1000 + index);
    assert.deepEqual(ids.slice(0, expected.length), expected);
  }
});
