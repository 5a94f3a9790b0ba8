/** Compaction drops nothing that is needed, is worth its cost, and may fail without harm. */
import assert from 'node:assert/strict';
import { chmod, chown, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { AWAITING_PAYMENT } from '../../src/core/verdict.ts';
import { SimulatedDisk, systemError, type Operation } from './disk.ts';
import { DAY_MS, entry, HOUR_MS, line, MISSING, NOW_MS, openWith, recordsOf, temporaryFolder } from './fixtures.ts';
import { OLD_EXAMPLE, OLD_EXAMPLE_TIDIED, OLD_SAMPLE, OLD_SAMPLE_TIDIED } from './old-files.ts';

const PATH = '/state/checkpoint';

for (const [what, old, tidied] of [
  ["the old program's documented example", OLD_EXAMPLE, OLD_EXAMPLE_TIDIED],
  ["the old program's sample, in six columns", OLD_SAMPLE, OLD_SAMPLE_TIDIED],
] as const) {
  test(`tidying keeps ${what} byte for byte, with the seventh column added`, async (t) => {
    const path = join(await temporaryFolder(t), 'checkpoint');
    await writeFile(path, old);
    // The default retention, years later: a record is not old before there are newer ones.
    await (await openWith({ path, keepSettledMs: 90 * DAY_MS })).close();
    assert.equal(await readFile(path, 'latin1'), tidied);
    await (await openWith({ path, keepSettledMs: 90 * DAY_MS })).close();
    assert.equal(await readFile(path, 'latin1'), tidied);
  });
}

test('close() leaves one line an order, in the order of the newest lines, with the head last', async () => {
  const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
  const log = await openWith({ path: PATH, files: disk });
  await log.record([entry(11, { verdict: MISSING }), entry(12, { head: true })]);
  await log.record([entry(13, { head: true })]);
  await log.record([entry(11, { attempts: 2 })]);
  await log.close();
  assert.equal(disk.text(PATH), line(0, 10) + line(1, 12) + line(2, 11, 'SUCCESS OK 2') + line('^HEAD', 13));
  assert.deepEqual(disk.paths(), [PATH]);
});

test('the file that tidying makes keeps mode and owner', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'checkpoint');
  await writeFile(path, OLD_SAMPLE);
  await chmod(path, 0o664);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(path, 1234, 1235);
  await (await openWith({ path })).close();
  assert.equal(await readFile(path, 'latin1'), OLD_SAMPLE_TIDIED);
  const { mode, uid, gid } = await stat(path);
  assert.equal(mode & 0o777, 0o664);
  if (isRoot) assert.deepEqual([uid, gid], [1234, 1235]);
  assert.deepEqual(await readdir(folder), ['checkpoint']);
});

test('tidying drops settled records only when they are old and nothing needs them', async () => {
  const at = (daysAgo: number): string => stampOf(NOW_MS - daysAgo * DAY_MS);
  const aged = (
    first: number | '^HEAD',
    id: number,
    options: { days: readonly [number, number]; rest?: string },
  ): string => `${first} ${at(options.days[0])} ${at(options.days[1])} ${id} ${options.rest ?? 'SUCCESS OK 1'}\n`;
  const file = [
    aged(0, 1, { days: [200, 200], rest: 'FAILED NOT_FOUND 5' }),
    aged(1, 2, { days: [200, 200] }),
    aged(2, 3, { days: [200, 91] }),
    aged(3, 4, { days: [200, 89] }),
    aged(4, 5, { days: [200, 200] }),
    aged(7, 6, { days: [0, 0] }),
    aged('^HEAD', 7, { days: [0, 0] }),
  ];
  const disk = new SimulatedDisk({ [PATH]: file.join('') });
  const log = await openWith({ path: PATH, files: disk, keepSettledMs: 90 * DAY_MS });
  // 5 is how far the monitor had passed two days ago, which the sweep for late rows must know.
  assert.deepEqual(await recordsOf({ path: PATH, files: disk }), [
    '1 FAILED NOT_FOUND 5',
    '4 SUCCESS OK 1',
    '5 SUCCESS OK 1',
    '6 SUCCESS OK 1',
    '^7 SUCCESS OK 1',
  ]);
  assert.equal(log.ledger.passedBefore(NOW_MS - 2 * DAY_MS), 5);
  await log.close();
  const again = await openWith({ path: PATH, files: disk, keepSettledMs: 90 * DAY_MS });
  assert.equal(again.ledger.passedBefore(NOW_MS - 2 * DAY_MS), 5);
});

test('a clock that is years ahead drops nothing, because no record is that new', async () => {
  const disk = new SimulatedDisk({ [PATH]: line(5, 1) + line('^HEAD', 2) });
  const clock = { now: () => NOW_MS + 5000 * DAY_MS };
  await (await openWith({ path: PATH, files: disk, clock, keepSettledMs: 0, lateWindowMs: HOUR_MS })).close();
  assert.deepEqual(await recordsOf({ path: PATH, files: disk }), ['1 SUCCESS OK 1', '^2 SUCCESS OK 1']);
});

test('compactIfWorthwhile() rewrites the file when more than two thirds of a long one are superseded', async () => {
  const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
  const log = await openWith({ path: PATH, files: disk });
  let written = 0;
  const text = (): string => disk.text(PATH) ?? '';
  for (let round = 0; round < 20; round++) {
    const before = text().length;
    await log.record(
      Array.from({ length: 500 }, (_, index) => entry(11 + index, { verdict: MISSING, attempts: round })),
    );
    written += text().length - before;
    assert.ok(log.lines <= 2001, `${log.lines} lines`);
    const renames = disk.operations;
    await log.compactIfWorthwhile(Infinity);
    if (disk.operations > renames) written += text().length;
  }
  const appended = 20 * 500 * line(499, 510, 'FAILED NOT_FOUND 19').length;
  assert.ok(written <= 1.5 * appended, `${written} bytes for ${appended}`);
  assert.equal(log.ledger.open.size, 500);
  await log.close();
  assert.equal((await recordsOf({ path: PATH, files: disk })).length, 501);
});

test('a long file is not rewritten for its form alone, neither at the start nor at the end', async () => {
  const lines = Array.from({ length: 1500 }, (_, index) => line(index % 5 === 4 ? '^HEAD' : index, 11 + index));
  const disk = new SimulatedDisk({ [PATH]: lines.join('') });
  const log = await openWith({ path: PATH, files: disk });
  assert.equal(log.canonical, false);
  await log.record([entry(2000, { head: true })]);
  await log.compactIfWorthwhile(Infinity);
  await log.close();
  assert.equal(disk.text(PATH), lines.join('') + line('^HEAD', 2000));
});

test('a long file that is worth tidying is opened as it is, and tidied while the service runs', async () => {
  const lines = Array.from({ length: 1500 }, (_, index) => line(index, 11 + (index % 300)));
  const text = lines.join('') + line('^HEAD', 400);
  const disk = new SimulatedDisk({ [PATH]: text });
  const log = await openWith({ path: PATH, files: disk });
  assert.equal(disk.text(PATH), text);
  await log.compactIfWorthwhile(Infinity);
  assert.equal(log.lines, 301);
  assert.equal((await recordsOf({ path: PATH, files: disk })).length, 301);
  await log.close();
});

test('compactIfWorthwhile() drops what has become old while the service runs', async () => {
  let nowMs = NOW_MS;
  const clock = { now: () => nowMs };
  const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
  const log = await openWith({ path: PATH, files: disk, clock, keepSettledMs: 90 * DAY_MS });
  for (let day = 0; day < 400; day++) {
    nowMs += DAY_MS;
    const page = Array.from({ length: 20 }, (_, i) => entry(11 + day * 20 + i, { createdMs: nowMs, head: i === 19 }));
    await log.record(page);
    await log.compactIfWorthwhile(Infinity);
    assert.ok(log.lines <= 3 * 91 * 20 + 1000, `${log.lines} lines`);
  }
  assert.equal(log.ledger.passedBefore(nowMs - 2 * DAY_MS), 10 + 397 * 20);
  await log.close();
});

const TIDY_STEPS: readonly Operation[] = ['create', 'append', 'sync', 'rename'];

for (const step of TIDY_STEPS) {
  test(`ENOSPC on ${step} of the new file is reported; the old one stays and is written on`, async () => {
    const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
    const reports: string[] = [];
    const log = await openWith({ path: PATH, files: disk, report: (message) => reports.push(message) });
    await log.record([entry(11, { head: true })]);
    disk.before = (operation, path) => {
      if (operation === step && path !== PATH) throw systemError('ENOSPC');
    };
    await assert.rejects(log.compact(), /^CheckpointIoError: Could not tidy the checkpoint .* ENOSPC/);
    await log.record([entry(12, { head: true })]);
    await log.close();
    assert.equal(reports.length, 1);
    assert.match(reports[0] ?? '', /could not be tidied: ENOSPC.* It stays as it is, with nothing lost/);
    assert.equal(disk.text(PATH), line('^HEAD', 10) + line('^HEAD', 11) + line('^HEAD', 12));
    assert.deepEqual(disk.paths(), [PATH]);
  });
}

test('EIO on the sync of the folder ends the log, because it is unknown which file a power loss would leave', async () => {
  const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
  const log = await openWith({ path: PATH, files: disk });
  await log.record([entry(11, { head: true })]);
  disk.before = (operation) => {
    if (operation === 'syncDirectory') throw systemError('EIO');
  };
  await assert.rejects(log.compact(), /EIO/);
  await assert.rejects(log.record([entry(12)]), /EIO/);
  disk.before = () => undefined;
  const again = await openWith({ path: PATH, files: disk });
  await again.record([entry(12, { head: true })]);
  disk.before = (operation) => {
    if (operation === 'syncDirectory') throw systemError('EIO');
  };
  await assert.rejects(again.close(), /EIO/);
});

test('openCheckpoint() removes the unfinished file of a tidying that was cut off', async () => {
  const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10), [`${PATH}.tidying`]: 'half' });
  await (await openWith({ path: PATH, files: disk })).close();
  assert.deepEqual(disk.paths(), [PATH]);
});

test('what is held in memory follows the open orders and the late window, not the length of the file', async (t) => {
  const path = join(await temporaryFolder(t), 'checkpoint');
  const count = 200_000;
  const lines: string[] = [];
  for (let index = 0; index < count; index++) {
    const at = stampOf(NOW_MS - (count - index) * 30_000);
    const verdict = index % 1000 === 0 ? 'FAILED NOT_FOUND 5' : 'SUCCESS OK 1';
    lines.push(`${index === count - 1 ? '^HEAD' : index} ${at} ${at} ${1000 + index} ${verdict}\n`);
  }
  await writeFile(path, lines.join(''));
  const log = await openWith({ path });
  assert.equal(log.lines, count);
  assert.equal(log.canonical, true);
  assert.equal(log.ledger.open.size, 200);
  // Two days and two days' slack, at two a minute, each with an id and a mark.
  assert.ok('remembered' in log.ledger && Number(log.ledger.remembered) <= 2 * (4 * 2880 + 1));
  assert.ok(log.ledger.has(orderId(1000 + count - 5)));
  await log.close();
});

test('tidying never drops an order whose payment is watched, and a start has it watched as before', async () => {
  const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
  const long = NOW_MS - 400 * DAY_MS;
  const log = await openWith({ path: PATH, files: disk, keepSettledMs: DAY_MS });
  await log.record([
    entry(11, { verdict: AWAITING_PAYMENT, createdMs: long }),
    entry(12, { createdMs: long }),
    entry(13, { verdict: AWAITING_PAYMENT, createdMs: long + 1000 }),
    entry(14, { createdMs: long + 1000 }),
    entry(15, { head: true }),
  ]);
  await log.record([entry(13, { createdMs: long + 1000, updatedMs: NOW_MS })]);
  await log.close();
  const text = disk.text(PATH) ?? '';
  assert.match(text, / 11 SUCCESS AWAITING_PAYMENT 1\n/);
  assert.match(text, / 13 SUCCESS OK 1\n/);
  assert.doesNotMatch(text, / 12 /);
  const again = await openWith({ path: PATH, files: disk });
  assert.deepEqual(again.ledger.watched.after(-1, 10), [11]);
  assert.equal(again.ledger.watched.createdAtMs(orderId(11)), Math.floor(long / 1000) * 1000);
  await again.abandon();
});
