/** The log of the running service: what it writes, when that is recorded, and how it ends when the disk fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { SimulatedDisk, systemError, type Operation } from './disk.ts';
import { DAY_MS, entry, HOUR_MS, line, MISSING, NOW_MS, openWith, recordOf } from './fixtures.ts';

const PATH = '/state/checkpoint';
const START = line('^HEAD', 10);

function startedDisk(): SimulatedDisk {
  return new SimulatedDisk({ [PATH]: START });
}

test('record() appends one line an entry, the first column being the running index or ^HEAD', async () => {
  const disk = startedDisk();
  const log = await openWith({ path: PATH, files: disk });
  await log.record([entry(11, { verdict: MISSING }), entry(12, { head: true })]);
  await log.record([entry(12, { verdict: MISSING, attempts: 2 }), entry(11)]);
  const expected = [
    line('^HEAD', 10),
    line(1, 11, 'FAILED NOT_FOUND 1'),
    line('^HEAD', 12),
    line('^HEAD', 12, 'FAILED NOT_FOUND 2'),
    line(4, 11),
  ];
  assert.equal(disk.text(PATH), expected.join(''));
  assert.equal(log.lines, 5);
  assert.equal(log.ledger.head, 12);
  assert.deepEqual([...log.ledger.open.keys()], [12]);
});

test('record() writes the line that moves the head last, so that a torn write never leaves the head behind a gap', async () => {
  const disk = startedDisk();
  const log = await openWith({ path: PATH, files: disk });
  await log.record([entry(13, { head: true }), entry(11), entry(12)]);
  assert.equal(disk.text(PATH), START + line(1, 11) + line(2, 12) + line('^HEAD', 13));
});

test('record() of nothing writes nothing', async () => {
  const disk = startedDisk();
  const log = await openWith({ path: PATH, files: disk });
  const before = disk.operations;
  await log.record([]);
  await log.close();
  assert.equal(disk.operations, before);
});

test('record() makes one durable write of what several callers want', async () => {
  const disk = startedDisk();
  const log = await openWith({ path: PATH, files: disk });
  const operations: Operation[] = [];
  disk.before = (operation) => operations.push(operation);
  await Promise.all([11, 12, 13].map((id) => log.record([entry(id, { head: true })])));
  assert.deepEqual(operations, ['append', 'writeThrough']);
  assert.equal(disk.text(PATH), START + [11, 12, 13].map((id) => line('^HEAD', id)).join(''));
});

test('record() goes on after a short write', async () => {
  const disk = startedDisk();
  disk.largestAppend = 7;
  const log = await openWith({ path: PATH, files: disk });
  await log.record([entry(11), entry(12, { head: true })]);
  assert.equal(disk.text(PATH), START + line(1, 11) + line('^HEAD', 12));
});

test('record() syncs a very large page in parts that a crash can tear at most one of', async () => {
  const disk = startedDisk();
  const log = await openWith({ path: PATH, files: disk });
  const operations: Operation[] = [];
  const sizes = [START.length];
  disk.before = (operation) => {
    operations.push(operation);
    if (operation === 'writeThrough') sizes.push(disk.text(PATH)?.length ?? 0);
  };
  const ids = Array.from({ length: 80_000 }, (_, index) => 11 + index);
  const record = recordOf(11);
  await log.record(ids.map((id) => ({ record: { ...record, orderId: orderId(id) }, head: false })));
  assert.deepEqual(operations, ['append', 'writeThrough', 'append', 'writeThrough']);
  const parts = sizes.slice(1).map((size, part) => size - (sizes[part] ?? 0));
  assert.ok(Math.max(...parts) <= 4 * 1024 * 1024, `parts of ${parts.join(' and ')} bytes`);
  assert.equal(log.lines, 80_001);
  const lines = ids.map((id) => `${id - 10} ${record.createdAt} ${record.updatedAt} ${id} SUCCESS OK 1\n`);
  assert.ok(disk.text(PATH) === START + lines.join(''), 'all of its lines are there, and nothing else');
});

test('the ledger shows a record only once it is durable', async () => {
  const disk = startedDisk();
  const log = await openWith({ path: PATH, files: disk });
  const seen: boolean[] = [];
  disk.before = () => seen.push(log.ledger.has(orderId(11)));
  await log.record([entry(11, { head: true })]);
  assert.deepEqual(seen, [false, false]);
  assert.ok(log.ledger.has(orderId(11)));
});

test('record() refuses what could not be read back, before anything is written', async () => {
  const disk = startedDisk();
  const log = await openWith({ path: PATH, files: disk });
  for (const attempts of [NaN, -1, 1.5, 2 ** 53]) {
    await assert.rejects(log.record([entry(11), entry(12, { attempts })]), {
      name: 'RangeError',
      message: `No checkpoint line can be written for order 12 with ${attempts} attempts`,
    });
  }
  assert.equal(disk.text(PATH), START);
  await log.record([entry(11)]);
});

const WRITE_FAULTS: readonly (readonly [Operation, string, RegExp])[] = [
  ['append', 'ENOSPC', /^Could not write the checkpoint \/state\/checkpoint: ENOSPC: .*\. Free space on its disk$/],
  ['append', 'EDQUOT', /EDQUOT: .*\. Raise the disk quota or free space$/],
  ['append', 'EROFS', /EROFS: .*\. Its file system is read-only: look into the kernel log for why$/],
  ['append', 'EIO', /EIO: .*\. Its disk reports errors: look into the kernel log$/],
  ['writeThrough', 'EIO', /EIO.* look into the kernel log$/],
  ['writeThrough', 'ENOSPC', /ENOSPC/],
];

for (const [operation, code, message] of WRITE_FAULTS) {
  test(`after ${code} on ${operation} nothing more is recorded, and every call fails with that cause`, async () => {
    const disk = startedDisk();
    const log = await openWith({ path: PATH, files: disk });
    disk.before = (now) => {
      if (now === operation) throw systemError(code);
    };
    const both = await Promise.allSettled([log.record([entry(11)]), log.record([entry(12, { head: true })])]);
    disk.before = () => assert.fail('nothing may be changed any more');
    const first = both.map((result) => (result.status === 'rejected' ? String(result.reason) : 'done'));
    assert.equal(first[0], first[1]);
    for (const call of [
      () => log.record([entry(13)]),
      () => log.compactIfWorthwhile(Infinity),
      () => log.compact(),
      () => log.close(),
    ]) {
      await assert.rejects(call, { name: 'CheckpointIoError', message });
    }
    assert.ok(!log.ledger.has(orderId(11)));
    assert.equal(log.ledger.head, 10);
  });
}

test('record() fails when the file was replaced, changed or removed under its hands', async () => {
  const changes: readonly ((disk: SimulatedDisk) => Promise<void>)[] = [
    (disk) => disk.remove(PATH),
    async (disk) => {
      const other = await disk.open('/state/other', 'create');
      // As long as the one that is written: it is another one all the same.
      await other.append(Buffer.from(START + line(1, 11)));
      await disk.rename('/state/other', PATH);
    },
    async (disk) => {
      await (await disk.open(PATH, 'append')).append(Buffer.from('by hand\n'));
    },
  ];
  for (const change of changes) {
    const disk = startedDisk();
    const log = await openWith({ path: PATH, files: disk });
    await change(disk);
    await assert.rejects(log.record([entry(11)]), {
      name: 'CheckpointIoError',
      message:
        `Could not write the checkpoint ${PATH}: something else has removed, replaced or changed it, ` +
        'which nobody may do while order-monit runs',
    });
    assert.ok(!log.ledger.has(orderId(11)));
  }
});

test('record() blames nobody where the disk does not say what is there', async () => {
  const disk = startedDisk();
  const log = await openWith({ path: PATH, files: disk });
  disk.facts = () => Promise.reject(systemError('EIO'));
  await assert.rejects(log.record([entry(11)]), /checkpoint: EIO: .*\. Its disk reports errors/);
  assert.ok(!log.ledger.has(orderId(11)));
});

test('after close() nothing is recorded', async () => {
  const log = await openWith({ path: PATH, files: startedDisk() });
  await log.close();
  await assert.rejects(log.record([entry(11)]), /is closed/);
});

test('abandon() leaves the log as it is, and a second end is no error', async () => {
  const disk = startedDisk();
  const log = await openWith({ path: PATH, files: disk });
  await log.record([entry(11, { head: true })]);
  await log.abandon();
  await log.abandon();
  assert.equal(disk.text(PATH), START + line('^HEAD', 11));
});

test('the ledger answers the same before and after the file is read again', async () => {
  const disk = startedDisk();
  let nowMs = NOW_MS;
  const clock = { now: () => nowMs };
  const log = await openWith({ path: PATH, files: disk, clock });
  for (let id = 11; id < 60; id++) {
    nowMs += HOUR_MS;
    const head = id % 7 !== 0;
    const parts = { head, createdMs: nowMs, ...(id % 5 === 0 ? { verdict: MISSING } : {}) };
    await log.record([entry(head ? id : id - 10, parts)]);
  }
  await log.abandon();
  const again = await openWith({ path: PATH, files: disk, clock });
  assert.equal(again.ledger.head, log.ledger.head);
  assert.equal(again.ledger.start, log.ledger.start);
  assert.deepEqual([...again.ledger.open].sort(), [...log.ledger.open].sort());
  const windowMs = 2 * DAY_MS;
  for (let moment = nowMs - windowMs; moment <= nowMs + HOUR_MS; moment += HOUR_MS / 2) {
    assert.equal(again.ledger.passedBefore(moment), log.ledger.passedBefore(moment));
  }
});
