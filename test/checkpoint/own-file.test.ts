/** What is opened in the state folder, and what is not. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { chown, link, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { createCheckpoint } from '../../src/checkpoint/index.ts';
import { openOwn, openOwnSync } from '../../src/files/own-file.ts';
import { openWith, recordOf, temporaryFolder } from './fixtures.ts';

const isRoot = process.getuid?.() === 0;
const FLAGS = [constants.O_RDONLY, constants.O_RDWR | constants.O_APPEND, constants.O_WRONLY | constants.O_CREAT];

async function refuses(path: string, message: RegExp): Promise<void> {
  for (const flags of FLAGS) {
    await assert.rejects(openOwn(path, flags, 0o600), { name: 'ForeignFile', message });
    assert.throws(() => openOwnSync(path, flags, 0o600), { name: 'ForeignFile', message });
  }
}

test('a link, a pipe, a socket and a folder are refused, with their names and what to do', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  const lays: readonly [what: string, lay: () => unknown][] = [
    ['a symbolic link', () => symlink('/etc/passwd', path)],
    ['a symbolic link', () => symlink('nowhere', path)],
    ['a named pipe', () => execFileSync('mkfifo', [path])],
    ['a folder', () => mkdir(path)],
  ];
  for (const [what, lay] of lays) {
    await lay();
    await refuses(path, new RegExp(`^${path} is ${what}, and no file\\. Find out who put it there, and move it away$`));
    await rm(path, { recursive: true });
  }
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await refuses(path, /file is a socket, and no file/);
  await new Promise((resolve) => server.close(resolve));
});

test('a file with a second name is refused, and a copy of it is not', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  await writeFile(path, 'text');
  await link(path, join(folder, 'other'));
  await refuses(path, /has another name as well \(a hard link\)\. .*cp -p \S+ \S+\.copy && mv/);
  execFileSync('sh', ['-c', `cp -p ${path} ${path}.copy && mv ${path}.copy ${path}`]);
  await (await openOwn(path, constants.O_RDONLY)).close();
});

test('a checkpoint that a crash has left with its temporary name is opened', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'checkpoint');
  await createCheckpoint({ path, head: recordOf(7) });
  await link(path, `${path}.new`);
  await (await openWith({ path })).close();
  assert.match(await readFile(path, 'utf8'), /^\^HEAD/);
});

test(
  'a file of a third user is refused in the folder of a user, and one of root’s is not',
  { skip: !isRoot },
  async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'file');
    await writeFile(path, 'text');
    await chown(folder, 4711, 4711);
    await (await openOwn(path, constants.O_RDONLY)).close();
    await chown(path, 4713, 4713);
    await refuses(path, /is a file of user 4713 in a folder of user 4711\. .* chown --reference=/);
    await chown(path, 4711, 4711);
    await (await openOwn(path, constants.O_RDONLY)).close();
  },
);
