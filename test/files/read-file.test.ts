/** What is read of a file that people name, and what is not. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile as readWhole, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { readFile, readFileSync, type FileRead } from '../../src/files/read-file.ts';
import { temporaryFolder } from '../checkpoint/fixtures.ts';

const WAYS: readonly ((path: string, most: number) => Promise<FileRead>)[] = [
  readFile,
  async (path, most) => Promise.resolve(readFileSync(path, most)),
];

for (const read of WAYS) {
  test('a file is read to its end, through a link too, and whatever length it is said to have', async (t) => {
    const folder = await temporaryFolder(t);
    const long = Buffer.alloc(200_000, 'é');
    await writeFile(join(folder, 'file'), long);
    await chmod(join(folder, 'file'), 0o640);
    await symlink('file', join(folder, 'link'));
    const { content, mode } = await read(join(folder, 'link'), long.length);
    assert.ok(content.equals(long));
    assert.equal(mode & 0o777, 0o640);
    // Its size is 0, by its own account.
    assert.deepEqual((await read('/proc/version', 1000)).content, await readWhole('/proc/version'));
  });

  test('a pipe is not waited for, a device has no end, and a folder and a long file are refused', async (t) => {
    const folder = await temporaryFolder(t);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'long'), 'x'.repeat(101));
    const faults = { pipe: 'NOT_A_FILE', folder: 'EISDIR', long: 'TOO_LARGE', none: 'ENOENT' };
    for (const [name, code] of Object.entries(faults))
      await assert.rejects(() => read(join(folder, name), 100), { code });
    await assert.rejects(() => read('/dev/zero', 100), { code: 'NOT_A_FILE' });
  });
}
