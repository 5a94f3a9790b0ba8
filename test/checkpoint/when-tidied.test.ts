/** A checkpoint is tidied once that pays, and not before; and only as long as its lines are those that were written. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { CheckpointLog } from '../../src/checkpoint/index.ts';
import { printLine } from '../../src/checkpoint/line.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { AWAITING_PAYMENT } from '../../src/core/verdict.ts';
import { SimulatedDisk, systemError } from './disk.ts';
import { DAY_MS, entry, line, MISSING, NOW_MS, openWith, recordOf, recordsOf, type RecordParts } from './fixtures.ts';

const PATH = '/state/checkpoint';

/** A file in which so many lines are not the newest of their order, and so many are. */
function linesOf(superseded: number, current: number): string {
  const lines = Array.from({ length: superseded + 1 }, (_, index) => line(index, 11));
  for (let index = superseded + 1; index < superseded + current - 1; index++) lines.push(line(index, 11 + index));
  return lines.join('') + line('^HEAD', 900_000);
}

describe('A checkpoint is tidied', () => {
  for (const [superseded, current, tidied] of [
    [1000, 2, false],
    [1001, 2, true],
    [2000, 1000, false],
    [2001, 1000, true],
  ] as const) {
    const what = `${superseded} lines say nothing any more and ${current} do`;
    test(`while the service runs and at its end ${tidied ? 'when' : 'not yet when'} ${what}`, async () => {
      for (const tidy of [
        (log: CheckpointLog) => log.compactIfWorthwhile(Infinity),
        (log: CheckpointLog) => log.close(),
      ]) {
        const disk = new SimulatedDisk({ [PATH]: linesOf(superseded, current) });
        const log = await openWith({ path: PATH, files: disk });
        assert.equal(log.lines, superseded + current);
        await tidy(log);
        assert.equal(log.lines, tidied ? current : superseded + current);
        await log.abandon();
        assert.equal((disk.text(PATH) ?? '').split('\n').length - 1, log.lines);
      }
    });
  }

  for (const [lines, tidied] of [
    [1000, true],
    [1001, false],
  ] as const) {
    test(`${tidied ? '' : 'not '}for its form alone at ${lines} lines, at the start and at the end`, async () => {
      // Each has an index that is not its own.
      const content = Array.from({ length: lines - 1 }, (_, index) => line(7, 11 + index)).join('');
      const disk = new SimulatedDisk({ [PATH]: content + line('^HEAD', 5000) });
      const log = await openWith({ path: PATH, files: disk });
      assert.equal(log.canonical, tidied);
      await log.abandon();

      const ordered = Array.from({ length: lines - 2 }, (_, index) => line(index, 11 + index)).join('');
      const other = new SimulatedDisk({ [PATH]: ordered + line('^HEAD', 5000) });
      const running = await openWith({ path: PATH, files: other });
      await running.record([entry(5001, { head: true })]);
      await running.close();
      assert.equal(running.canonical, tidied);
    });
  }

  const IDLE: readonly (readonly [what: string, parts: RecordParts, keepSettledMs: number])[] = [
    ['orders that are still open, however old', { verdict: MISSING, createdMs: NOW_MS - 400 * DAY_MS }, DAY_MS],
    ['orders whose payment is watched', { verdict: AWAITING_PAYMENT, createdMs: NOW_MS - 400 * DAY_MS }, DAY_MS],
    ['settled orders younger than keep_settled_days', { createdMs: NOW_MS - 80 * DAY_MS }, 90 * DAY_MS],
    ['settled orders of the late window', { createdMs: NOW_MS - 3 * DAY_MS }, DAY_MS],
  ];
  for (const [what, parts, keepSettledMs] of IDLE) {
    test(`not for ${what}, of which nothing could be dropped`, async () => {
      const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
      const log = await openWith({ path: PATH, files: disk, keepSettledMs });
      await log.record(Array.from({ length: 3000 }, (_, index) => entry(11 + index, parts)));
      await log.record([entry(5000, { head: true })]);
      const before = disk.operations;
      await log.compactIfWorthwhile(Infinity);
      await log.close();
      assert.equal(disk.operations, before);
      const again = await openWith({ path: PATH, files: disk, keepSettledMs });
      const opened = disk.operations;
      await again.compactIfWorthwhile(Infinity);
      await again.close();
      assert.equal(disk.operations, opened);
    });
  }

  test('for settled orders once all of their day is older than keep_settled_days, and not again at the next cycle', async () => {
    const day = Date.parse('2026-08-20T00:00:00Z');
    for (const reopens of [false, true]) {
      const disk = new SimulatedDisk({ [PATH]: printLine('^HEAD', recordOf(10, { createdMs: day })) });
      const options = { path: PATH, files: disk, keepSettledMs: 90 * DAY_MS };
      let log = await openWith({ ...options, clock: { now: () => day + 92 * DAY_MS } });
      const parts = { createdMs: day + DAY_MS / 2 };
      await log.record(Array.from({ length: 3000 }, (_, index) => entry(11 + index, parts)));
      const tidyAt = async (nowMs: number): Promise<boolean> => {
        await log.record([entry(6000, { createdMs: nowMs, head: true })]);
        if (reopens) {
          await log.abandon();
          log = await openWith({ ...options, clock: { now: () => nowMs } });
        }
        const before = log.lines;
        await log.compactIfWorthwhile(Infinity);
        return log.lines < before;
      };
      assert.equal(await tidyAt(day + 91 * DAY_MS - 1000), false);
      assert.equal(await tidyAt(day + 91 * DAY_MS), true);
      const left = log.lines;
      assert.ok(left < 10);
      const before = disk.operations;
      await log.compactIfWorthwhile(Infinity);
      assert.equal(disk.operations, before);
      await log.abandon();
    }
  });

  test('again after a full disk only once the file has grown by half, and that is said once each time', async () => {
    const disk = new SimulatedDisk({ [PATH]: linesOf(3990, 10) });
    const reports: string[] = [];
    const log = await openWith({ path: PATH, files: disk, report: (message) => reports.push(message) });
    disk.before = (operation) => {
      if (operation === 'create') throw systemError('ENOSPC');
    };
    const growTo = async (lines: number): Promise<void> => {
      await log.record(Array.from({ length: lines - log.lines }, () => entry(11)));
      await log.compactIfWorthwhile(Infinity);
    };
    await growTo(4000);
    assert.equal(reports.length, 1);
    await growTo(4001);
    await growTo(5999);
    assert.equal(reports.length, 1);
    await growTo(6000);
    assert.equal(reports.length, 2);
    disk.before = () => undefined;
    await growTo(9000);
    assert.equal(log.lines, 10);
    assert.equal(reports.length, 2);
    // From then on as if the disk had never been full.
    await growTo(1010);
    assert.equal(log.lines, 1010);
    await growTo(1011);
    assert.equal(log.lines, 10);
  });
});

describe('What tidying drops', () => {
  const at = (daysAgo: number): string => stampOf(NOW_MS - daysAgo * DAY_MS);
  const settled = (id: number, created: number, updated: number): string =>
    `7 ${at(created)} ${at(updated)} ${id} SUCCESS OK 1\n`;

  test('is older than keep_settled_days to the second', async () => {
    const older = stampOf(NOW_MS - 90 * DAY_MS - 1000);
    const oldest = `7 ${older} ${older} 2 SUCCESS OK 1\n`;
    const content = settled(1, 200, 90) + oldest + settled(3, 200, 200) + line('^HEAD', 7);
    const disk = new SimulatedDisk({ [PATH]: content });
    await (await openWith({ path: PATH, files: disk, keepSettledMs: 90 * DAY_MS })).close();
    // 3 is how far the monitor had passed before the late window.
    assert.deepEqual(await recordsOf({ path: PATH, files: disk }), [
      '1 SUCCESS OK 1',
      '3 SUCCESS OK 1',
      '^7 SUCCESS OK 1',
    ]);
  });

  test('was neither created nor updated within late_window and two days, however short keep_settled_days is', async () => {
    const content = [
      settled(1, 10, 4),
      settled(2, 10, 5),
      // Created, by the clock that was set back then, after it was updated.
      settled(3, 4, 10),
      settled(4, 5, 10),
      settled(5, 4, 4),
      settled(6, 200, 200),
      line('^HEAD', 7),
    ];
    const disk = new SimulatedDisk({ [PATH]: content.join('') });
    await (await openWith({ path: PATH, files: disk, keepSettledMs: 0, lateWindowMs: 2 * DAY_MS })).close();
    assert.deepEqual(await recordsOf({ path: PATH, files: disk }), [
      '1 SUCCESS OK 1',
      '3 SUCCESS OK 1',
      '5 SUCCESS OK 1',
      '6 SUCCESS OK 1',
      '^7 SUCCESS OK 1',
    ]);
  });
});

describe('Tidying a file that is no longer what was written', () => {
  const WRITTEN = line('^HEAD', 10) + line(1, 11, 'FAILED NOT_FOUND 1') + line('^HEAD', 12) + line(3, 13);
  const OTHER = `CheckpointIoError: Could not write the checkpoint ${PATH}: its lines are no longer those that were written`;
  const CHANGES: readonly (readonly [what: string, change: (text: string) => string, message: string])[] = [
    ['zeros in the place of a line', (text) => text.replace(line(3, 13), '\0'.repeat(line(3, 13).length)), OTHER],
    ['another head', (text) => text.replace(line('^HEAD', 12), line('^HEAD', 15)), OTHER],
    ['no head', (text) => text.replaceAll('^HEAD', '00000'.replace('0', '1')), OTHER],
    ['a line less', (text) => text.replace(line(3, 13), `${' '.repeat(line(3, 13).length - 1)}\n`), OTHER],
    [
      'a bad line',
      (text) => text.replace('NOT_FOUND', 'NOT FOUND'),
      `DamagedCheckpoint: The checkpoint ${PATH} is damaged at line 2: `,
    ],
  ];
  for (const [what, change, message] of CHANGES) {
    test(`leaves it as it is and ends the log: ${what}`, async () => {
      const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
      const log = await openWith({ path: PATH, files: disk });
      await log.record([entry(11, { verdict: MISSING }), entry(12, { head: true })]);
      await log.record([entry(13)]);
      assert.equal(disk.text(PATH), WRITTEN);
      disk.alter(PATH, change);
      const says = (error: unknown): boolean => String(error).startsWith(message);
      await assert.rejects(log.compact(), says);
      await assert.rejects(log.record([entry(14)]), says);
      await assert.rejects(log.close(), says);
      assert.equal(disk.text(PATH), change(WRITTEN));
      assert.deepEqual(disk.paths(), [PATH]);
    });
  }

  test('drops nothing where a line is bad that was good a moment ago', async () => {
    const disk = new SimulatedDisk({ [PATH]: line('^HEAD', 10) });
    const reports: string[] = [];
    const log = await openWith({ path: PATH, files: disk, report: (message) => reports.push(message) });
    await log.record([entry(11, { verdict: MISSING }), entry(12, { head: true })]);
    disk.before = (operation, path) => {
      if (operation === 'create') disk.alter(PATH, (text) => text.replace('NOT_FOUND', 'NOT FOUND'));
      assert.notEqual(operation, 'rename', path);
    };
    await log.close();
    assert.equal(reports.length, 1);
    assert.match(
      reports[0] ?? '',
      /could not be tidied: line 2 was good a moment ago, and is not now: column 6 is neither/,
    );
    assert.match(disk.text(PATH) ?? '', / 11 FAILED NOT FOUND 1\n/);
  });
});
