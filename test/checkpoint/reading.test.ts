/** Reading and verifying a checkpoint while the service may be writing it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { readCheckpoint, verifyCheckpoint } from '../../src/checkpoint/index.ts';
import { SimulatedDisk } from './disk.ts';
import { entry, line, openWith, recordsOf, verified } from './fixtures.ts';

const PATH = '/state/checkpoint';

test('readCheckpoint() gives the newest record of each order, the head last, while the service writes', async () => {
  const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
  const log = await openWith({ path: PATH, files: disk });
  await log.record([entry(11), entry(12, { head: true })]);
  await log.record([entry(10, { attempts: 2 })]);
  await (await disk.open(PATH, 'append')).append(Buffer.from('4 23/11/20'));
  const before = disk.operations;
  assert.deepEqual(await recordsOf({ path: PATH, files: disk }), [
    '11 SUCCESS OK 1',
    '10 SUCCESS OK 2',
    '^12 SUCCESS OK 1',
  ]);
  assert.equal(disk.operations, before);
});

test('readCheckpoint() refuses what openCheckpoint() refuses', async () => {
  const read = (files: SimulatedDisk): Promise<void> =>
    readCheckpoint({ path: PATH, files, onRecords: () => undefined });
  await assert.rejects(read(new SimulatedDisk({})), { name: 'MissingCheckpoint' });
  await assert.rejects(read(new SimulatedDisk({ [PATH]: line(0, 1) })), { name: 'HeadlessCheckpoint' });
  await assert.rejects(read(new SimulatedDisk({ [PATH]: `x\n${line('^HEAD', 1)}` })), { name: 'DamagedCheckpoint' });
});

test('verifyCheckpoint() finds nothing wrong with a clean file', async () => {
  const { verification, bad } = await verified(line(0, 10) + line(1, 11, 'FAILED UNKNOWN 2') + line('^HEAD', 12));
  assert.deepEqual(bad, []);
  assert.deepEqual(verification, {
    lines: 3,
    orders: 3,
    open: 1,
    badLines: 0,
    head: 12,
    torn: undefined,
    canonical: true,
  });
});

test('verifyCheckpoint() goes on past each bad line and tells of all', async () => {
  const { verification, bad } = await verified(`one\n${line(0, 10)}\n${line('^HEAD', 11)}two\n${line(2, 10)}3 23/1`);
  assert.deepEqual(bad, [
    { line: 1, text: 'one', fault: 'column 1 is neither an index nor ^HEAD' },
    { line: 3, text: '', fault: 'it is empty' },
    { line: 5, text: 'two', fault: 'column 1 is neither an index nor ^HEAD' },
  ]);
  const { lines, orders, badLines, head, torn, canonical } = verification;
  assert.deepEqual(
    { lines, orders, badLines, head, canonical },
    { lines: 3, orders: 2, badLines: 3, head: 11, canonical: false },
  );
  assert.deepEqual(torn, { line: 7, bytes: 6 });
});

test('verifyCheckpoint() tells how far it has come, in bytes of the whole file', async () => {
  const content = Array.from({ length: 100_000 }, (_, index) =>
    line(index === 99_999 ? '^HEAD' : index, index + 1),
  ).join('');
  const told: { readonly done: number; readonly of: number }[] = [];
  const files = new SimulatedDisk({ [PATH]: content });
  await verifyCheckpoint({ path: PATH, files, onBadLine: () => undefined, onRead: (bytes) => told.push(bytes) });
  const size = Buffer.byteLength(content);
  assert.ok(told.length > 1, String(told.length));
  assert.ok(told.every(({ done, of }, index) => of === size && done > (told[index - 1]?.done ?? 0)));
  assert.equal(told.at(-1)?.done, size);
});

test('verifyCheckpoint() of a file without records has no head', async () => {
  const { verification } = await verified('');
  assert.deepEqual(verification, {
    lines: 0,
    orders: 0,
    open: 0,
    badLines: 0,
    head: undefined,
    torn: undefined,
    canonical: false,
  });
});

test('the sample that ships is a canonical checkpoint', async () => {
  const sample = await readFile(fileURLToPath(new URL('../../data/checkpoint.sample', import.meta.url)), 'latin1');
  const { verification } = await verified(sample);
  assert.equal(verification.canonical, true);
  assert.equal(verification.badLines, 0);
  assert.ok(verification.lines >= 5);
});
