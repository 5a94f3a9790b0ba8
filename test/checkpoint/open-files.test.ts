/** Nothing that is opened stays open: a service that runs for months must not run out of files. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createCheckpoint, readCheckpoint, verifyCheckpoint } from '../../src/checkpoint/index.ts';
import { SimulatedDisk, systemError, type Operation } from './disk.ts';
import { entry, line, openWith, recordOf, recordsOf } from './fixtures.ts';

const PATH = '/state/checkpoint';
const GOOD = line(0, 10) + line('^HEAD', 12);

type Use = (files: SimulatedDisk) => Promise<unknown>;

const work: Use = async (files) => {
  const log = await openWith({ path: PATH, files });
  try {
    await log.record([entry(11), entry(13, { head: true })]);
    await log.compact();
  } finally {
    await log.close();
  }
};
const list: Use = (files) => recordsOf({ path: PATH, files });
const verify: Use = (files) => verifyCheckpoint({ path: PATH, files, onBadLine: () => undefined });
const create: Use = (files) => createCheckpoint({ path: PATH, files, head: recordOf(1) });
const listUntilFull: Use = (files) =>
  readCheckpoint({ path: PATH, files, onRecords: () => Promise.reject(new Error('the pipe is closed')) });

const CONTENTS: readonly (readonly [what: string, content: string])[] = [
  ['a good file', GOOD],
  ['a torn one', `${GOOD}torn`],
  ['a damaged one', `grrr\n${GOOD}`],
  ['one without ^HEAD', line(0, 10)],
];

describe('No file is left open', () => {
  for (const [what, content] of CONTENTS) {
    for (const [how, use] of Object.entries({ work, list, verify, create, listUntilFull })) {
      test(`by ${how} of ${what}`, async () => {
        const disk = new SimulatedDisk({ [PATH]: content });
        await use(disk).catch(() => undefined);
        assert.equal(disk.opened, 0);
      });
    }
  }

  const OPERATIONS: readonly Operation[] = ['append', 'writeThrough', 'truncate', 'sync', 'create', 'rename'];
  for (const fails of [...OPERATIONS, 'link', 'remove', 'syncDirectory'] as const) {
    test(`when ${fails} fails`, async () => {
      for (const [content, use] of [
        [`${GOOD}torn`, work],
        [GOOD.replaceAll('\n', '\r\n'), work],
        [GOOD, work],
        [undefined, create],
      ] as const) {
        for (let times = 1; times <= 3; times++) {
          const disk = new SimulatedDisk(content === undefined ? { '/state/lock': '' } : { [PATH]: content });
          let left = times;
          disk.before = (operation) => {
            if (operation === fails && --left <= 0) throw systemError('EIO');
          };
          await use(disk).catch(() => undefined);
          assert.equal(disk.opened, 0, `the ${times}th time`);
        }
      }
    });
  }
});
