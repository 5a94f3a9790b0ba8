/** What the history keeps and in how much room, and that a full or hanging disk makes nobody wait. */
import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import { SUCCESS } from '../../src/core/verdict.ts';
import { hostFiles, type HistoryFile, type HistoryFiles } from '../../src/history/files.ts';
import { storyOf, type HistoryEntry } from '../../src/history/index.ts';
import { since } from '../../src/history/reading.ts';
import { until } from '../sandbox/until.ts';
import {
  ABOUT_SEVEN,
  missing,
  NOW_MS,
  ONE_OF_EACH,
  openHistory,
  recordOf,
  settledAtOnce,
  stateDirectory,
  textOf,
  write,
  nameOf,
} from './fixtures.ts';

const SEVEN = orderId(7);

async function all(directory: string): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for await (const entry of since(directory, 0)) entries.push(entry);
  return entries;
}

describe('append', () => {
  test('keeps each kind of entry as it was, with the time', async (t) => {
    const directory = await stateDirectory(t);
    await write(directory, ONE_OF_EACH);
    assert.deepEqual(
      await all(directory),
      ONE_OF_EACH.map((happening) => ({ at: NOW_MS, ...happening })),
    );
    assert.equal((await storyOf(directory, SEVEN)).entries.length, ABOUT_SEVEN);
  });

  test('does not keep what the checkpoint has anyhow, nor cycles that did nothing', async (t) => {
    const directory = await stateDirectory(t);
    await write(directory, [
      settledAtOnce(1),
      {
        kind: 'cycle',
        report: {
          durationMs: 1,
          judged: { fresh: 0, due: 0, late: 0 },
          settled: 0,
          failing: 0,
          commands: 0,
          repaired: 0,
          workLeft: false,
          interrupted: true,
          whole: false,
        },
      },
      { kind: 'backlog', ordersLeft: 1, ordersPerMinute: 1, timeLeftMs: 1 },
    ]);
    assert.deepEqual(await readdir(directory), []);
  });

  test('does not keep how things stand at a moment', async (t) => {
    const directory = await stateDirectory(t);
    await write(directory, [
      { kind: 'standing', standing: { kind: 'active' } },
      { kind: 'undated', count: 3 },
      { kind: 'strange-ids', ids: ['0'] },
      { kind: 'repairs-wait', wait: undefined },
    ]);
    assert.deepEqual(await readdir(directory), []);
  });

  test('sums up the cycles of a backlog, and keeps those with trouble apart and in their place', async (t) => {
    const directory = await stateDirectory(t);
    let now = NOW_MS;
    const { history } = openHistory({ stateDirectory: directory, clock: { now: () => now } });
    for (let second = 0; second < 15; second += 1, now += 1000) history.append(cycleOf(5, {}));
    history.append(cycleOf(5, { failing: 1 }));
    history.append(cycleOf(5, {}));
    history.append(cycleOf(2, { workLeft: false }));
    history.append(cycleOf(5, {}));
    await history.close(60_000);
    const kept = (await all(directory)).map((entry) =>
      entry.kind === 'cycle' ? [(entry.at - NOW_MS) / 1000, entry.report.judged.fresh, entry.report.settled] : entry,
    );
    const sums = [
      [10, 55, 55],
      [15, 20, 20],
      [15, 5, 4],
      [15, 5, 5],
      [15, 2, 2],
      [15, 5, 5],
    ];
    assert.deepEqual(kept, sums);
  });

  test('keeps a SUCCESS that follows trouble', async (t) => {
    const directory = await stateDirectory(t);
    await write(directory, [
      { kind: 'verdict', ...nameOf(7), record: recordOf(7, SUCCESS), previous: recordOf(7), late: false },
    ]);
    assert.equal((await storyOf(directory, SEVEN)).entries.length, 1);
  });

  test('cuts long texts and long lists of orders', async (t) => {
    const directory = await stateDirectory(t);
    const long = 'x'.repeat(100_000);
    const orders = Array.from({ length: 5000 }, (_, index) => nameOf(index));
    await write(directory, [
      { kind: 'down', dependency: 'abacos', reason: long, hint: long },
      { kind: 'alert', alert: 'down', channel: 'mail', subject: long, orders },
    ]);
    const [down, alert] = await all(directory);
    assert.ok(down?.kind === 'down' && down.reason.length === 500);
    assert.ok(alert?.kind === 'alert' && alert.orders.length === 1000);
  });

  test('lets the group read the file, whatever the mask of the process, and nobody else', async (t) => {
    const directory = await stateDirectory(t);
    const mask = process.umask(0o077);
    t.after(() => process.umask(mask));
    await write(directory, [missing(7)]);
    assert.equal((await stat(join(directory, 'history'))).mode & 0o777, 0o640);
  });

  test('takes nothing after it was closed', async (t) => {
    const directory = await stateDirectory(t);
    const { history } = openHistory({ stateDirectory: directory });
    await history.close(60_000);
    history.append(missing(7));
    await history.close(60_000);
    assert.deepEqual(await readdir(directory), []);
  });
});

describe('The files', () => {
  test('take no more room than they have: the older half goes', async (t) => {
    const directory = await stateDirectory(t);
    const { history } = openHistory({ stateDirectory: directory, limitBytes: () => 20_000 });
    for (let id = 1; id <= 500; id += 1) {
      history.append(missing(id));
      if (id % 10 === 0)
        await until('it is written', async () => (await storyOf(directory, orderId(id))).entries.length === 1);
    }
    await history.close(60_000);
    const sizes = await Promise.all(
      ['history', 'history.old'].map(async (name) => (await stat(join(directory, name))).size),
    );
    // A batch more than the half may be in a file.
    for (const size of sizes) assert.ok(size <= 10_000 + 10 * 400, `${size} bytes`);
    const kept = (await all(directory)).flatMap((entry) => ('orderId' in entry ? [Number(entry.orderId)] : []));
    const first = kept[0] ?? 0;
    assert.ok(first > 400);
    assert.deepEqual(
      kept,
      Array.from({ length: 500 - first + 1 }, (_, index) => first + index),
    );
  });

  test('are made again when somebody has removed them', async (t) => {
    const directory = await stateDirectory(t);
    const { history, reports } = openHistory({ stateDirectory: directory });
    history.append(missing(7));
    await until('it is written', async () => (await readdir(directory)).length === 1);
    await rm(join(directory, 'history'));
    history.append(missing(8));
    await history.close(60_000);
    assert.match(await textOf(directory), /"orderId":8,/);
    assert.deepEqual(reports, []);
  });

  for (const [what, damage] of [
    ['half a line', '{"at":1,"kind":"ver'],
    ['zeros, as a power loss leaves them', '\0'.repeat(5000)],
    ['no text at all', '\xff\xfe\n\n{"at":{}}\n[]\nnull\n"orderId":7\n'],
    ['a line of two megabytes', 'x'.repeat(2_000_000)],
  ] as const) {
    test(`with ${what} at the end are appended to on a new line, and the rest is read`, async (t) => {
      const directory = await stateDirectory(t);
      await write(directory, [missing(7)]);
      await appendFile(join(directory, 'history'), damage, 'latin1');
      assert.equal((await storyOf(directory, SEVEN)).entries.length, 1);
      await write(directory, [missing(7), missing(9)]);
      assert.equal((await storyOf(directory, SEVEN)).entries.length, 2);
      assert.equal((await all(directory)).length, 3);
    });
  }

  test('are never written through a link', async (t) => {
    const directory = await stateDirectory(t);
    const elsewhere = join(directory, 'elsewhere');
    await writeFile(elsewhere, 'as it was\n');
    await symlink(elsewhere, join(directory, 'history'));
    const { history, reports } = openHistory({ stateDirectory: directory });
    history.append(missing(7));
    await history.close(60_000);
    assert.equal(await textOf(directory, 'elsewhere'), 'as it was\n');
    assert.match(reports[0] ?? '', /can not be written: \S+ is a symbolic link, and no file/);
  });
});

/** A disk that takes so many bytes and then is full, until told otherwise. */
class SmallDisk implements HistoryFiles {
  room = Infinity;
  syncs = 0;
  /** What a write waits for. */
  block: Promise<void> | undefined;
  readonly #files = hostFiles();

  async rename(from: string, to: string): Promise<void> {
    await this.#files.rename(from, to);
  }

  async open(path: string): Promise<HistoryFile> {
    const file = await this.#files.open(path);
    return {
      ...file,
      append: async (bytes) => {
        await this.block;
        if (this.room <= 0) throw new Error('ENOSPC: no space left on device, write');
        const taken = await file.append(bytes.subarray(0, Math.min(bytes.length, this.room)));
        this.room -= taken;
        return taken;
      },
      syncData: async () => {
        this.syncs += 1;
        await file.syncData();
      },
    };
  }
}

describe('A disk that is full', () => {
  test('is said once; what waited is written when there is room again, each line once', async (t) => {
    const directory = await stateDirectory(t);
    const disk = new SmallDisk();
    const { history, reports } = openHistory({ stateDirectory: directory, files: disk });
    // Room for one line and a part of the next.
    disk.room = 400;
    for (const id of [1, 2, 3]) history.append(missing(id));
    await until('it is said', () => reports.length === 1);
    history.append(missing(4));
    disk.room = Infinity;
    history.append(missing(5));
    await until('it is said', () => reports.length === 2);
    await history.close(60_000);
    const ids = (await all(directory)).flatMap((entry) => ('orderId' in entry ? [Number(entry.orderId)] : []));
    assert.deepEqual(ids, [1, 2, 3, 4, 5]);
    assert.match(reports[0] ?? '', /history can not be written: ENOSPC.*Orders are looked after all the same/);
    assert.equal(reports[1], 'The history is written again');
    assert.equal(reports.length, 2);
  });

  test('costs the entries that memory does not hold; they are counted, and the history says so', async (t) => {
    const directory = await stateDirectory(t);
    const disk = new SmallDisk();
    const { history, reports } = openHistory({ stateDirectory: directory, files: disk });
    disk.room = 0;
    const appended = 40_000;
    for (let id = 1; id <= appended; id += 1) history.append(missing(id));
    await until('it is said', () => reports.length === 1);
    disk.room = Infinity;
    history.append(missing(appended + 1));
    await until('it is said', () => reports.length === 2);
    await history.close(60_000);
    const entries = await all(directory);
    const last = entries.at(-1);
    assert.ok(last?.kind === 'lost' && last.entries > 0);
    assert.equal(entries.length - 1 + last.entries, appended + 1);
    assert.equal(reports[1], `The history is written again; ${last.entries} entries were lost`);
  });

  test('at the end is said, and keeps nobody', async (t) => {
    const directory = await stateDirectory(t);
    const disk = new SmallDisk();
    disk.room = 0;
    const { history, reports } = openHistory({ stateDirectory: directory, files: disk });
    history.append(missing(1));
    await history.close(60_000);
    assert.equal(reports.at(-1), '1 entries of the history could not be written before the end');
  });
});

test('A disk that hangs delays neither append nor, for more than it may, close', async (t) => {
  const directory = await stateDirectory(t);
  const disk = new SmallDisk();
  let release: () => void = () => undefined;
  disk.block = new Promise((resolve) => (release = resolve));
  const { history, reports } = openHistory({ stateDirectory: directory, files: disk });
  history.append(missing(1));
  await until('the write hangs', async () => (await readdir(directory)).length === 1);
  history.append(missing(2));
  await history.close(50);
  assert.match(reports[0] ?? '', /could not be written before the end/);
  release();
  await history.close(60_000);
  assert.equal((await all(directory)).length, 2);
});

test('What happens while a write is under way goes into one more write, with one sync', async (t) => {
  const directory = await stateDirectory(t);
  const disk = new SmallDisk();
  let release: () => void = () => undefined;
  disk.block = new Promise((resolve) => (release = resolve));
  const { history } = openHistory({ stateDirectory: directory, files: disk });
  history.append(missing(1));
  await until('the write is under way', async () => (await readdir(directory)).length === 1);
  for (let id = 2; id <= 100; id += 1) history.append(missing(id));
  release();
  await history.close(60_000);
  assert.equal(disk.syncs, 2);
  assert.equal((await all(directory)).length, 100);
});

test('A folder that is not there is said, and met again when it is', async (t) => {
  const directory = join(await stateDirectory(t), 'state');
  const { history, reports } = openHistory({ stateDirectory: directory });
  history.append(missing(7));
  await until('it is said', () => reports.length === 1);
  await mkdir(directory);
  await chmod(directory, 0o750);
  history.append(missing(7));
  await history.close(60_000);
  assert.equal((await storyOf(directory, SEVEN)).entries.length, 2);
});

/** A cycle that took new orders, a full page of them unless said otherwise. */
function cycleOf(fresh: number, { failing = 0, workLeft = true }: { failing?: number; workLeft?: boolean }): Event {
  const judged = { fresh, due: 0, late: 0 };
  const counts = { judged, settled: fresh - failing, failing, commands: 0, repaired: 0 };
  return { kind: 'cycle', report: { durationMs: 10, ...counts, workLeft, interrupted: false, whole: true } };
}
