/** The lock folder on a file system of its own, which is full. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';

import { insert, never, startSite } from '../../integration/fixtures.ts';
import { until } from '../../sandbox/until.ts';

const run = promisify(execFile);

/** A small file system in memory, until the test ends. */
async function mountSmall(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-locks-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder]);
  t.after(async () => {
    await run('umount', ['--lazy', folder]);
    await rm(folder, { recursive: true });
  });
  return folder;
}

test(
  'on a full disk no command starts without its mark, and one that runs leaves its end',
  { skip: process.getuid?.() !== 0 && 'needs root' },
  async (t) => {
    const site = await startSite(t);
    const lockDirectory = await mountSmall(t);
    const filler = join(lockDirectory, 'filler');
    const fill = async (): Promise<void> => {
      await assert.rejects(writeFile(filler, Buffer.alloc(100_000)), { code: 'ENOSPC' });
    };
    const server = site.adapter(t, { lockDirectory });

    await site.standIn({ gapMs: 1000 });
    const running = server.run(insert('1', 60_000), never);
    await until('the task runs', async () => (await site.started('1')) === 1);
    await fill();
    assert.equal((await running).kind, 'exited');
    assert.equal((await readFile(join(lockDirectory, 'order-1'), 'utf8')).split('\n')[0], '0');
    assert.equal((await server.run(insert('1', 60_000), never)).kind, 'too-soon');

    const refused = await server.run(insert('2', 60_000), never);
    assert.ok(refused.kind === 'not-started', refused.kind);
    assert.match(refused.why, /cannot write to the lock folder/);
    assert.equal(await site.started('2'), 0);
    await rm(filler);
    assert.equal((await server.run(insert('2', 60_000), never)).kind, 'exited');
    assert.deepEqual([site.erp.inserts.get('1'), site.erp.inserts.get('2')], [1, 1]);
  },
);
