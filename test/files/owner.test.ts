/** A new file gets the owner and the mode of another one, as far as this user may give them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { adopt, type OpenFile } from '../../src/files/files.ts';
import { SimulatedDisk, systemError } from '../checkpoint/disk.ts';

const OWNER = { uid: 4711, gid: 4712 };

/** A file whose owner can't be changed, with what is done to it. */
async function stubborn(code: string): Promise<{ file: OpenFile; done: string[] }> {
  const done: string[] = [];
  const file = {
    ...(await new SimulatedDisk({}).open('/state/file', 'create')),
    setOwner: (uid: number, gid: number) => {
      done.push(`${uid}:${gid}`);
      return Promise.reject(systemError(code));
    },
    setMode: (mode: number) => {
      done.push(mode.toString(8));
      return Promise.resolve();
    },
  };
  return { file, done };
}

test('whoever may not give it away keeps it: neither the right (EPERM) nor an unknown owner (EINVAL) is a fault', async () => {
  for (const code of ['EPERM', 'EINVAL']) {
    const { file, done } = await stubborn(code);
    await adopt(file, { mode: 0o640, owner: OWNER });
    assert.deepEqual(done, ['4711:4712', '640']);
  }
});

test('any other error is one', async () => {
  const { file } = await stubborn('EIO');
  await assert.rejects(adopt(file, { mode: 0o640, owner: OWNER }), { code: 'EIO' });
});
