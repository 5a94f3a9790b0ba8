/** A power loss at any operation loses no durable record, also while an earlier crash is being recovered from. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { LedgerEntry } from '../../src/core/ledger.ts';
import { Crash, SimulatedDisk } from './disk.ts';
import { brief, entry, line, MISSING, openWith, recordsOf } from './fixtures.ts';

const PATH = '/state/checkpoint';

/** What a run tried to record, and how much of it was said to be durable. */
interface History {
  readonly attempted: LedgerEntry[];
  acknowledged: number;
}

/** Pages as the monitor records them, with the file tidied in between and at the end. */
async function work(disk: SimulatedDisk, history: History): Promise<void> {
  const log = await openWith({ path: PATH, files: disk });
  const page = async (...entries: LedgerEntry[]): Promise<void> => {
    history.attempted.push(...entries);
    await log.record(entries);
    history.acknowledged = history.attempted.length;
  };
  await page(entry(11, { verdict: MISSING }), entry(12, { head: true }));
  await page(entry(11, { verdict: MISSING, attempts: 2 }));
  await log.compact();
  await page(entry(11), entry(13, { verdict: MISSING }), entry(14, { head: true }));
  await log.close();
}

function recordsAfter(entries: readonly LedgerEntry[]): string[] {
  const newest = new Map<number, string>([[10, '10 SUCCESS OK 1']]);
  let head = 10;
  for (const { record, head: isHead } of entries) {
    newest.set(record.orderId, brief(record));
    if (isHead) head = record.orderId;
  }
  return [...newest].map(([id, text]) => (id === head ? '^' : '') + text).sort();
}

/** Checks that a disk opens and shows all that was durable, and then some of what was being written, in order. */
async function assertRecovers(disk: SimulatedDisk, history: History, what: string): Promise<void> {
  const log = await openWith({ path: PATH, files: disk });
  await log.close();
  const found = (await recordsOf({ path: PATH, files: disk })).sort().join(', ');
  const allowed: string[] = [];
  for (let count = history.acknowledged; count <= history.attempted.length; count++) {
    allowed.push(recordsAfter(history.attempted.slice(0, count)).join(', '));
  }
  assert.ok(allowed.includes(found), `${what}: found ${found}, which is none of\n${allowed.join('\n')}`);
}

const untilCrash = (error: unknown): void => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof Crash) return;
  throw error;
};

/** Runs something on fresh disks that crash before its 1st, 2nd, ... operation, until it is not reached any more. */
async function crashEverywhere(
  fresh: () => SimulatedDisk,
  run: (disk: SimulatedDisk, history: History) => Promise<void>,
  check: (disk: SimulatedDisk, history: History, at: number) => Promise<void>,
): Promise<number> {
  for (let at = 0; ; at++) {
    const disk = fresh();
    const history: History = { attempted: [], acknowledged: 0 };
    disk.crashAt(at);
    await run(disk, history).catch(untilCrash);
    await check(disk, history, at);
    if (!disk.crashed) return at;
  }
}

test('every state that a power loss at any operation may leave opens with every durable record', async () => {
  let states = 0;
  const crashes = await crashEverywhere(
    () => new SimulatedDisk({ [PATH]: line('^HEAD', 10) }),
    work,
    async (disk, history, at) => {
      for (const state of disk.statesAfterCrash()) {
        states++;
        await assertRecovers(state, history, `crash before operation ${at}, state ${states}`);
      }
    },
  );
  assert.ok(crashes > 15, `only ${crashes} operations`);
  assert.ok(states > 500, `only ${states} states`);
});

test('a power loss while a torn tail is being mended loses nothing either', async () => {
  const durable = line('^HEAD', 10) + line(1, 11, 'FAILED NOT_FOUND 1') + line('^HEAD', 12);
  const history: History = { attempted: [entry(11, { verdict: MISSING }), entry(12, { head: true })], acknowledged: 2 };
  let states = 0;
  await crashEverywhere(
    () => new SimulatedDisk({ [PATH]: `${durable}3 23/11/2026-1\0\0\0\0\0\0\n^HEAD` }),
    async (disk) => {
      await (await openWith({ path: PATH, files: disk })).close();
    },
    async (disk, _, at) => {
      for (const state of disk.statesAfterCrash()) {
        states++;
        await assertRecovers(state, history, `crash before operation ${at}, state ${states}`);
      }
    },
  );
  assert.ok(states > 50, `only ${states} states`);
});

test('the torn tail is durable beside the file before it is cut off', async () => {
  const durable = line('^HEAD', 10);
  await crashEverywhere(
    () => new SimulatedDisk({ [PATH]: `${durable}torn` }),
    async (disk) => {
      await (await openWith({ path: PATH, files: disk })).close();
    },
    (disk, _, at) => {
      for (const state of disk.statesAfterCrash()) {
        const kept = state.paths().some((path) => (state.text(path) ?? '').endsWith('torn'));
        assert.ok(kept, `crash before operation ${at}: ${state.paths().join(' ')}`);
      }
      return Promise.resolve();
    },
  );
});
