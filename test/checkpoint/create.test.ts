/** A new checkpoint is there whole or not at all, and never in the place of another. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { copyCheckpoint, createCheckpoint } from '../../src/checkpoint/index.ts';
import { SimulatedDisk, systemError } from './disk.ts';
import { line, openWith, recordOf, temporaryFolder } from './fixtures.ts';
import { OLD_SAMPLE } from './old-files.ts';

test('createCheckpoint() makes a file of one line', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'checkpoint');
  await createCheckpoint({ path, head: recordOf(72066, { attempts: 0 }) });
  assert.equal(await readFile(path, 'latin1'), line('^HEAD', 72066, 'SUCCESS OK 0'));
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  assert.deepEqual(await readdir(folder), ['checkpoint']);
  await (await openWith({ path })).close();
});

test('copyCheckpoint() makes one of the bytes of another, in the same way', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'checkpoint');
  await copyCheckpoint({ path, content: Buffer.from(OLD_SAMPLE) });
  assert.equal(await readFile(path, 'latin1'), OLD_SAMPLE);
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  await assert.rejects(copyCheckpoint({ path, content: Buffer.from('') }), { name: 'CheckpointExists' });
  assert.deepEqual(await readdir(folder), ['checkpoint']);
});

test('createCheckpoint() never touches a file that is there', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'checkpoint');
  await writeFile(path, 'precious');
  await assert.rejects(createCheckpoint({ path, head: recordOf(1) }), {
    name: 'CheckpointExists',
    message:
      `There is a checkpoint at ${path} already, and it was left as it is: a new one would forget its open orders. ` +
      'To start over, move it away first',
  });
  assert.equal(await readFile(path, 'latin1'), 'precious');
  assert.deepEqual(await readdir(folder), ['checkpoint']);
});

test('createCheckpoint() leaves nothing behind when the disk is full', async () => {
  const disk = new SimulatedDisk({ '/state/lock': '' });
  disk.before = (operation) => {
    if (operation === 'sync') throw systemError('ENOSPC');
  };
  await assert.rejects(createCheckpoint({ path: '/state/checkpoint', files: disk, head: recordOf(1) }), {
    name: 'CheckpointIoError',
    message: /^Could not make the checkpoint \/state\/checkpoint: ENOSPC/,
  });
  assert.deepEqual(disk.paths(), ['/state/lock']);
});

test('createCheckpoint() says what makes the folder where there is none', async (t) => {
  const path = join(await temporaryFolder(t), 'nowhere', 'checkpoint');
  await assert.rejects(createCheckpoint({ path, head: recordOf(1) }), {
    name: 'CheckpointIoError',
    message:
      /^Could not make the checkpoint \S+: ENOENT.*\. Its folder must exist: "systemctl start order-monit" makes it, or give another one with --state-dir$/,
  });
});

test('a power loss while createCheckpoint() works leaves the whole file or none', async () => {
  for (let at = 0; at < 8; at++) {
    const disk = new SimulatedDisk({ '/state/lock': '' });
    disk.crashAt(at);
    await createCheckpoint({ path: '/state/checkpoint', files: disk, head: recordOf(1) }).catch(() => undefined);
    for (const state of disk.statesAfterCrash()) {
      const content = state.text('/state/checkpoint');
      assert.ok(content === undefined || content === line('^HEAD', 1), `crash before operation ${at}: ${content}`);
    }
  }
});
