/** Commands whose effect is in doubt: which are, how long the next one waits, and what is learned from those that show late. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { CommandOutcome, Task } from '../../src/core/command.ts';
import { doubtAfter, Effects, isInDoubt, type PendingEffect } from '../../src/core/effects.ts';
import { orderId } from '../../src/core/order.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const POLICY = { repairWaitMs: MINUTE };
const ID = orderId(7);

const exited = (status: number, ...output: string[]): CommandOutcome => ({
  kind: 'exited',
  status,
  durationMs: 1,
  output,
});
const ended = (kind: 'killed' | 'lost' | 'not-started'): CommandOutcome => ({
  kind,
  why: 'so it was',
  durationMs: 1,
  output: [],
});
const refused = (kind: 'busy' | 'too-soon'): CommandOutcome => ({ kind, durationMs: 1, output: [] });

function effects(...pending: (readonly [number, PendingEffect])[]): Effects {
  return new Effects({ pending: pending.map(([id, one]) => [orderId(id), one] as const), lags: {} });
}

type Times = readonly [from: number, to: number];

/** A command for the order began and ended so that its effect is in doubt. */
function runInDoubt(all: Effects, [from, to]: Times, task: Task = 'insert_order'): void {
  all.begin(ID, task, from);
  all.endInDoubt(ID, task, { startedAt: from, now: to });
}

/** One command in doubt, of which Abacos denied the effect, which shows later. */
function lagOf(all: Effects, [from, shownAt]: Times, task: Task = 'insert_order'): number | undefined {
  runInDoubt(all, [from, from + 1], task);
  all.deny(ID);
  return all.show(ID, shownAt, POLICY);
}

describe('A command', () => {
  const inDoubt: readonly CommandOutcome[] = [
    exited(0),
    exited(0, 'rake aborted!'),
    ...[
      'Net::ReadTimeout with #<TCPSocket:(closed)>',
      'the connection timed out',
      'request time-out',
      'Time out while waiting',
      'timed-out',
      'execution expired',
      'Errno::ECONNRESET: Connection reset by peer',
      'EOFError: end of file reached',
      'Errno::EPIPE: Broken pipe',
    ].map((line) => exited(1, 'rake aborted!', line, 'Tasks: TOP => insert_order')),
    ended('killed'),
    ended('lost'),
  ];
  for (const outcome of inDoubt) {
    test(`may have done its work where it ended as ${JSON.stringify(outcome)}`, () => {
      assert.equal(isInDoubt(outcome), true);
      assert.equal(doubtAfter(outcome, false), true);
    });
  }

  const notStarted = [refused('busy'), refused('too-soon'), ended('not-started')];
  for (const outcome of notStarted) {
    test(`that was not started (${outcome.kind}) leaves the one before it as it was`, () => {
      assert.equal(isInDoubt(outcome), false);
      assert.deepEqual([doubtAfter(outcome, true), doubtAfter(outcome, false)], [true, false]);
    });
  }

  for (const outcome of [
    exited(1),
    exited(1, 'rake aborted!', 'RuntimeError: no such client'),
    exited(127, 'out of time'),
  ]) {
    test(`that said no has no effect: ${JSON.stringify(outcome)}`, () => {
      assert.equal(isInDoubt(outcome), false);
      assert.equal(doubtAfter(outcome, true), false);
    });
  }
});

describe('An order whose command', () => {
  test('never ran may have one at any time', () => {
    const none = effects();
    assert.equal(none.state(ID, 0, POLICY), 'none');
    assert.equal(none.nextAt(ID, POLICY), -Infinity);
    assert.equal(none.isLongAgo(ID, 0), true);
  });

  test('is running waits for its end, however long that takes', () => {
    const all = effects();
    all.begin(ID, 'insert_order', 5);
    const running = { task: 'insert_order', commands: 0, startedAt: 5, endedAt: 5, running: true, denied: false };
    assert.deepEqual(all.pending.get(ID), running);
    all.deny(ID);
    assert.equal(all.pending.get(ID)?.denied, false, 'what runs may still do it');
    assert.equal(all.state(ID, 5 + 3 * DAY, POLICY), 'awaited');
  });

  test('is in doubt waits four times repair_wait, from its end on', () => {
    const all = effects();
    runInDoubt(all, [0, 10 * SECOND]);
    const pending = { task: 'insert_order', commands: 1, startedAt: 0, endedAt: 10_000, running: false, denied: false };
    assert.deepEqual(all.pending.get(ID), pending);
    const next = 10 * SECOND + 4 * MINUTE;
    assert.equal(all.nextAt(ID, POLICY), next);
    assert.deepEqual([all.state(ID, next - 1, POLICY), all.state(ID, next, POLICY)], ['awaited', 'denied']);
  });

  test('is the second in doubt waits sixteen times repair_wait, and gets no third one', () => {
    const all = effects();
    runInDoubt(all, [0, SECOND]);
    runInDoubt(all, [10 * MINUTE, 11 * MINUTE]);
    const next = 11 * MINUTE + 16 * MINUTE;
    assert.deepEqual([all.state(ID, next - 1, POLICY), all.state(ID, next, POLICY)], ['awaited', 'exhausted']);
    assert.deepEqual([all.pending.get(ID)?.startedAt, all.pending.get(ID)?.commands], [0, 2]);
    assert.deepEqual([all.isLongAgo(ID, 11 * MINUTE + DAY - 1), all.isLongAgo(ID, 11 * MINUTE + DAY)], [false, true]);
    assert.equal(all.waitMs('insert_order', 3, POLICY), 16 * MINUTE, 'nor is a third one waited for less');
  });

  test('said no may be run again after repair_wait, and counts for nothing', () => {
    const all = effects();
    all.begin(ID, 'insert_order', 0);
    all.endWithout(ID);
    assert.equal(all.pending.size, 0);
    assert.equal(all.waitMs('insert_order', 0, POLICY), MINUTE);
    all.endWithout(ID);
    assert.equal(all.pending.size, 0);
  });

  test('said no after one in doubt still waits for that one', () => {
    const all = effects();
    runInDoubt(all, [0, 1]);
    all.deny(ID);
    all.begin(ID, 'insert_order', 5 * MINUTE);
    assert.equal(all.pending.get(ID)?.denied, false, 'Abacos has to be asked again');
    all.endWithout(ID);
    const pending = { task: 'insert_order', commands: 1, startedAt: 0, endedAt: 5 * MINUTE, running: false };
    assert.deepEqual(all.pending.get(ID), { ...pending, denied: false });
  });

  test('did not show in a day begins anew, and so does one for another task', () => {
    const [late, other] = [effects(), effects()];
    runInDoubt(late, [0, 1]);
    runInDoubt(late, [1 + DAY, 2 + DAY]);
    assert.deepEqual([late.pending.get(ID)?.commands, late.pending.get(ID)?.startedAt], [1, 1 + DAY]);
    runInDoubt(other, [0, 1]);
    runInDoubt(other, [DAY, 1 + DAY], 'confirm_payment');
    assert.deepEqual([other.pending.get(ID)?.commands, other.pending.get(ID)?.startedAt], [1, DAY]);
    runInDoubt(other, [1 + DAY, DAY + MINUTE], 'confirm_payment');
    assert.deepEqual([other.pending.get(ID)?.commands, other.pending.get(ID)?.startedAt], [2, DAY]);
  });

  test('was forgotten by a retry while it ran is in doubt alone when it ends', () => {
    const all = effects();
    runInDoubt(all, [0, 1]);
    all.begin(ID, 'insert_order', MINUTE);
    all.forget(ID);
    assert.equal(all.state(ID, MINUTE, POLICY), 'awaited');
    all.endInDoubt(ID, 'insert_order', { startedAt: MINUTE, now: 2 * MINUTE });
    assert.deepEqual([all.pending.get(ID)?.commands, all.pending.get(ID)?.startedAt], [1, MINUTE]);
  });

  test('is forgotten by a retry after its end may have another one at once', () => {
    const all = effects();
    runInDoubt(all, [0, 1]);
    all.forget(ID);
    assert.equal(all.state(ID, 1, POLICY), 'none');
    all.forget(ID);
    assert.equal(all.pending.size, 0);
  });

  test('ends in doubt counts also where nothing was known of its beginning', () => {
    const all = effects();
    all.endInDoubt(ID, 'confirm_payment', { startedAt: 3, now: 9 });
    const pending = { task: 'confirm_payment', commands: 1, startedAt: 3, endedAt: 9, running: false, denied: false };
    assert.deepEqual(all.pending.get(ID), pending);
  });
});

test('A restart forgets neither what was in doubt nor what was learned', () => {
  const before = effects();
  lagOf(before, [0, 20 * MINUTE]);
  runInDoubt(before, [30 * MINUTE, 31 * MINUTE]);
  const after = new Effects({ pending: before.pending, lags: before.lags });
  assert.deepEqual([...after.pending], [...before.pending]);
  assert.equal(after.nextAt(ID, POLICY), 31 * MINUTE + 25 * MINUTE);
});

test('No order has more than two commands in doubt within a day, and the second waits for the first', () => {
  const step = fc.record({
    pauseMs: fc.integer({ min: 0, max: 30 * MINUTE }),
    lastsMs: fc.integer({ min: 0, max: 5 * MINUTE }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 200 }), (steps) => {
      const all = effects();
      const begun: { readonly from: number; readonly to: number }[] = [];
      let now = 0;
      for (const { lastsMs, pauseMs } of steps) {
        now += pauseMs;
        const state = all.state(ID, now, POLICY);
        all.deny(ID);
        if (state === 'awaited' || (state === 'exhausted' && !all.isLongAgo(ID, now))) continue;
        runInDoubt(all, [now, now + lastsMs]);
        begun.push({ from: now, to: now + lastsMs });
        now += lastsMs;
      }
      begun.forEach(({ from }, place) => {
        const [first, second] = [begun[place - 2], begun[place - 1]];
        if (second !== undefined) assert.ok(from - second.to >= 4 * MINUTE);
        if (first !== undefined) assert.ok(from - first.to >= DAY);
      });
    }),
  );
});

describe('What shows only after Abacos had denied it', () => {
  test('teaches how long that takes, and a quarter more: the next order waits so long', () => {
    const all = effects();
    assert.equal(lagOf(all, [0, 20 * MINUTE]), 25 * MINUTE);
    assert.deepEqual(all.lags, { insert_order: 25 * MINUTE });
    assert.equal(all.waitMs('insert_order', 1, POLICY), 25 * MINUTE);
    assert.equal(all.waitMs('insert_order', 2, POLICY), 25 * MINUTE);
    assert.equal(all.waitMs('confirm_payment', 1, POLICY), 4 * MINUTE, 'of the other task nothing is known');
    assert.equal(all.pending.size, 0);
  });

  test('teaches of each task by itself', () => {
    const all = effects();
    lagOf(all, [0, 20 * MINUTE]);
    lagOf(all, [0, 40 * MINUTE], 'confirm_payment');
    assert.deepEqual(all.lags, { insert_order: 25 * MINUTE, confirm_payment: 50 * MINUTE });
  });

  test('is counted from its beginning, in whole milliseconds', () => {
    assert.equal(lagOf(effects(), [10 * MINUTE, 30 * MINUTE + 1]), 25 * MINUTE + 2);
  });

  test('teaches nothing where that much was waited for anyway', () => {
    const all = effects();
    assert.equal(lagOf(all, [0, 192 * SECOND]), undefined);
    assert.deepEqual(all.lags, {});
    assert.equal(lagOf(all, [0, 193 * SECOND]), 241_250);
    assert.equal(lagOf(all, [0, 192 * SECOND]), undefined);
    assert.deepEqual(all.lags, { insert_order: 241_250 });
  });

  test('is no more than a day', () => {
    assert.equal(lagOf(effects(), [0, 3 * DAY]), DAY);
  });

  test('has no headroom where either of two commands may have done it', () => {
    const all = effects();
    runInDoubt(all, [0, 1]);
    runInDoubt(all, [10 * MINUTE, 11 * MINUTE]);
    all.deny(ID);
    assert.equal(all.show(ID, 30 * MINUTE, POLICY), 30 * MINUTE);
  });
});

test('What shows without ever having been denied, or without a command, teaches nothing', () => {
  const all = effects();
  runInDoubt(all, [0, 1]);
  assert.equal(all.show(ID, 20 * MINUTE, POLICY), undefined);
  assert.equal(all.pending.size, 0);
  all.deny(ID);
  assert.equal(all.pending.size, 0);
  assert.equal(all.show(ID, 20 * MINUTE, POLICY), undefined);
  assert.deepEqual(all.lags, {});
});
