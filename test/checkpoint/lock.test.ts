/** One process at a time works on a state directory, and its lock ends with it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { acquireLock, AlreadyRunning } from '../../src/checkpoint/index.ts';
import { temporaryFolder } from './fixtures.ts';

const HOLDER = fileURLToPath(new URL('lock-holder.ts', import.meta.url));

test('acquireLock() keeps a second one out of the same folder, and lets it in after release()', async (t) => {
  const folder = await temporaryFolder(t);
  const lock = await acquireLock(folder);
  await assert.rejects(acquireLock(folder), {
    name: 'AlreadyRunning',
    pid: process.pid,
    message: `Another order-monit (pid ${process.pid}) is working on ${folder}. Stop it first, or give another --state-dir`,
  });
  lock.release();
  lock.release();
  (await acquireLock(folder)).release();
});

test('acquireLock() names no process where it is not known which one has the lock', async (t) => {
  const folder = await temporaryFolder(t);
  const lock = await acquireLock(folder);
  await writeFile(join(folder, 'lock'), '');
  await assert.rejects(acquireLock(folder), {
    name: 'AlreadyRunning',
    pid: undefined,
    message: `Another order-monit is working on ${folder}. Stop it first, or give another --state-dir`,
  });
  lock.release();
});

test('acquireLock() lets two folders be worked on at once', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'other'));
  const locks = [await acquireLock(folder), await acquireLock(join(folder, 'other'))];
  for (const lock of locks) lock.release();
});

test('the lock of a process ends with it, even by kill -9', async (t) => {
  const folder = await temporaryFolder(t);
  const holder = spawn(process.execPath, ['--import', 'tsx', HOLDER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => holder.kill('SIGKILL'));
  const ended = once(holder, 'exit');
  await once(holder.stdout, 'data');
  await assert.rejects(acquireLock(folder), (error) => error instanceof AlreadyRunning && error.pid === holder.pid);
  holder.kill('SIGKILL');
  await ended;
  (await acquireLock(folder)).release();
});

test('acquireLock() never writes through a link, which would give away what it names', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'precious'), 'precious');
  await symlink('precious', join(folder, 'lock'));
  await assert.rejects(acquireLock(folder), {
    name: 'CheckpointIoError',
    message: new RegExp(`^Could not take the lock .*${folder}/lock is a symbolic link, and no file\\. .*move it away`),
  });
  assert.equal(await readFile(join(folder, 'precious'), 'utf8'), 'precious');
});

test('acquireLock() says so when there is no folder', async (t) => {
  const folder = await temporaryFolder(t);
  await rm(folder, { recursive: true });
  await assert.rejects(acquireLock(folder), {
    name: 'CheckpointIoError',
    message: new RegExp(`^Could not take the lock ${folder}/lock: ENOENT.* Its folder must exist`),
  });
});

test('acquireLock() says so when there is no flock command', async (t) => {
  const folder = await temporaryFolder(t);
  const path = process.env['PATH'];
  process.env['PATH'] = folder;
  t.after(() => {
    process.env['PATH'] = path;
  });
  await assert.rejects(acquireLock(folder), /there is no flock command; install the package util-linux/);
});
