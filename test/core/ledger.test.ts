/** The ledger answers as a plain list of all records would, in bounded memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { NEWEST_SETTLED, WorkingLedger } from '../../src/core/ledger.ts';
import { OpenOrdersCounter } from '../../src/core/open-summary.ts';
import { orderId } from '../../src/core/order.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { AWAITING_PAYMENT, failed, SUCCESS, type Verdict } from '../../src/core/verdict.ts';
import { WatchedOrderList } from '../../src/core/watched-orders.ts';
import { arrayBytesInUse } from './array-bytes.ts';

const T0 = Date.parse('2026-11-20T00:00:00Z');

function note(ledger: WorkingLedger, id: number, options: { atMs?: number; verdict?: Verdict } = {}): boolean {
  const { atMs = T0, verdict = SUCCESS } = options;
  const stamp = stampOf(atMs);
  return ledger.note({ orderId: orderId(id), verdict, attempts: 1, createdAt: stamp, updatedAt: stamp });
}

test('WorkingLedger keeps every FAILED record open until the order is settled', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  assert.equal(note(ledger, 1, { verdict: failed('NOT_FOUND') }), false);
  assert.equal(note(ledger, 2), false);
  assert.equal(note(ledger, 1, { verdict: failed('UNKNOWN') }), true);
  assert.deepEqual([...ledger.open.keys()], [1]);
  assert.equal(ledger.open.get(orderId(1))?.verdict.reason, 'UNKNOWN');
  assert.equal(note(ledger, 1), true);
  assert.equal(ledger.open.size, 0);
  assert.ok(ledger.has(orderId(1)));
});

test('WorkingLedger counts those of the open orders that were dismissed', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  const dismissed = failed('DISMISSED');
  const counts = (
    [
      [1, failed('NOT_FOUND')],
      [1, dismissed],
      [1, dismissed],
      [2, dismissed],
      [2, failed('UNKNOWN')],
      [2, SUCCESS],
      [1, AWAITING_PAYMENT],
      [1, SUCCESS],
    ] as const
  ).map(([id, verdict]) => {
    note(ledger, id, { verdict });
    return ledger.dismissed;
  });
  assert.deepEqual(counts, [0, 1, 1, 2, 1, 1, 0, 0]);
});

test('WorkingLedger keeps the orders that wait for their payment, with the time of their first record, until they say something else', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  note(ledger, 5, { verdict: AWAITING_PAYMENT });
  note(ledger, 9, { verdict: AWAITING_PAYMENT, atMs: T0 + 2000 });
  note(ledger, 3, { verdict: AWAITING_PAYMENT, atMs: T0 + 1000 });
  note(ledger, 7);
  const { watched } = ledger;
  assert.deepEqual(watched.after(-1, 10), [3, 5, 9]);
  assert.deepEqual(watched.after(3, 1), [5]);
  assert.deepEqual(watched.after(9, 10), []);
  assert.deepEqual(
    [3, 5, 7, 9].map((id) => watched.createdAtMs(orderId(id))),
    [T0 + 1000, T0, undefined, T0 + 2000],
  );
  assert.equal(note(ledger, 5), true);
  assert.equal(note(ledger, 9, { verdict: failed('PAYMENT_PENDING') }), true);
  assert.deepEqual([watched.size, watched.has(orderId(3)), watched.has(orderId(5))], [1, true, false]);
  assert.deepEqual([...ledger.open.keys()], [9]);
  assert.equal(note(ledger, 9, { verdict: AWAITING_PAYMENT }), true);
  assert.deepEqual(watched.after(-1, 10), [3, 9]);
  assert.equal(ledger.open.size, 0);
});

test('An order whose watch the shop’s row has ended is no witness of Abacos again', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  note(ledger, 5, { verdict: AWAITING_PAYMENT });
  note(ledger, 6);
  note(ledger, 5);
  assert.deepEqual(ledger.newestInErp(), [6, 5]);
});

test('What brings a witness of Abacos is the newest settled orders that still are, each once', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  assert.deepEqual(ledger.newestInErp(), []);
  for (const id of [1, 2, 3, 2]) note(ledger, id);
  assert.deepEqual(ledger.newestInErp(), [2, 3, 1]);
  note(ledger, 3, { verdict: failed('NOT_FOUND') });
  assert.deepEqual(ledger.newestInErp(), [2, 1]);
  for (let id = 4; id <= 3 + NEWEST_SETTLED; id += 1) note(ledger, id);
  const newest = Array.from({ length: NEWEST_SETTLED }, (_, back) => 3 + NEWEST_SETTLED - back);
  assert.deepEqual(ledger.newestInErp(), newest);
});

test('Whoever counts the open orders is told of each change to them, and of nothing else', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  const grows = (id: number, verdict: Verdict): boolean => {
    const before = ledger.openChanges;
    note(ledger, id, { verdict });
    return ledger.openChanges > before;
  };
  assert.equal(grows(1, SUCCESS), false);
  assert.equal(grows(2, failed('NOT_FOUND')), true);
  assert.equal(grows(2, failed('UNKNOWN')), true);
  assert.equal(grows(2, SUCCESS), true);
  assert.equal(grows(2, SUCCESS), false);
  assert.equal(grows(3, AWAITING_PAYMENT), false);
});

test('The newest record is the one that was first made last, in whatever order they come', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  const newest = [T0 + 1000, T0 + 3000, T0 + 2000].map((atMs, place) => {
    note(ledger, place + 1, { atMs });
    return ledger.lastRecordedAt - T0;
  });
  assert.deepEqual(newest, [1000, 3000, 3000]);
});

test('An order that is open or watched is on record however long ago it was recorded', () => {
  for (const verdict of [failed('NOT_FOUND'), AWAITING_PAYMENT]) {
    for (const then of [SUCCESS, failed('UNKNOWN'), AWAITING_PAYMENT]) {
      const ledger = new WorkingLedger(orderId(1), -Infinity);
      note(ledger, 5, { verdict });
      note(ledger, 6);
      ledger.forgetBefore(T0 + 1);
      assert.deepEqual([ledger.has(orderId(5)), ledger.has(orderId(6))], [true, false]);
      assert.equal(note(ledger, 5, { verdict: then }), true, `${verdict.reason} ${then.reason}`);
    }
  }
});

test('The watched orders are what a sorted map would be, in whatever order they come and go', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(40), fc.nat()), { maxLength: 2000, size: 'max' }), (steps) => {
      const list = new WatchedOrderList();
      const model = new Map<number, number>();
      for (const [isAdded, id, at] of steps) {
        if (isAdded) list.add(orderId(id), at);
        else assert.equal(list.delete(orderId(id)), model.has(id));
        if (isAdded) model.set(id, at);
        else model.delete(id);
      }
      const ids = [...model.keys()].sort((a, b) => a - b);
      assert.deepEqual(list.after(-1, 100), ids);
      assert.deepEqual(
        ids.map((id) => list.createdAtMs(orderId(id))),
        ids.map((id) => model.get(id)),
      );
      assert.equal(list.size, model.size);
    }),
  );
});

test('100,000 watched orders take 16 bytes each, and what their lists have ready for more', () => {
  const before = arrayBytesInUse();
  const list = new WatchedOrderList();
  for (let id = 1; id <= 100_000; id += 1) list.add(orderId(id), T0 + id);
  const bytes = arrayBytesInUse() - before;
  assert.equal(list.size, 100_000);
  // Twice that at most: a list that is full is made twice as long.
  assert.ok(bytes <= 2 * 16 * 100_000 + 100_000, `${bytes / 100_000} bytes each`);
});

test('WorkingLedger moves its head when told, and its start when a lower id is recorded', () => {
  const ledger = new WorkingLedger(orderId(10), -Infinity);
  note(ledger, 10);
  note(ledger, 12);
  note(ledger, 9);
  ledger.moveHead(orderId(12));
  assert.equal(ledger.head, 12);
  assert.equal(ledger.start, 9);
});

test('passedBefore() is the start when no record is that old', () => {
  const ledger = new WorkingLedger(orderId(7), -Infinity);
  note(ledger, 7);
  note(ledger, 8);
  assert.equal(ledger.passedBefore(T0), 7);
  assert.equal(ledger.passedBefore(T0 + 1), 8);
});

test('forgetBefore() keeps what later moments need and lets go of the rest', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  for (let id = 1; id <= 100_000; id++) note(ledger, id, { atMs: T0 + id * 1000 });
  const before = ledger.remembered;
  ledger.forgetBefore(T0 + 99_000_500);
  assert.deepEqual([before, ledger.remembered], [200_000, 2000]);
  assert.equal(ledger.passedBefore(T0 + 99_000_500), 99_000);
  assert.equal(ledger.passedBefore(T0 + 99_500_500), 99_500);
  assert.ok(ledger.has(orderId(99_001)));
  assert.equal(ledger.passedBefore(T0), 99_000, 'an earlier moment is answered as that one');
});

test('What was recorded before what has to be remembered costs an id each, and is known to be passed', () => {
  const ledger = new WorkingLedger(orderId(1), T0);
  for (const id of [1, 2, 3]) note(ledger, id, { atMs: T0 - 5000 + id * 1000 });
  assert.equal(ledger.remembered, 3);
  assert.equal(ledger.passedBefore(T0 - 4500), 3);
  note(ledger, 4, { atMs: T0 });
  assert.deepEqual([ledger.remembered, ledger.passedBefore(T0), ledger.passedBefore(T0 + 1)], [5, 3, 4]);
});

test('Ids are let go of once they are the larger part, those that came late as well', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  for (const id of [1, 2, 4, 10]) note(ledger, id, { atMs: T0 + id * 1000 });
  ledger.forgetBefore(T0 + 3000);
  assert.ok(ledger.has(orderId(1)), 'half of them are not the larger part');
  assert.equal(note(ledger, 3, { atMs: T0 + 4000 }), false, 'an order that shows up late is new');
  assert.equal(note(ledger, 3, { atMs: T0 + 4000 }), true, 'once');
  assert.equal(ledger.remembered, 5 + 2);
  ledger.forgetBefore(T0 + 5000);
  assert.equal(ledger.remembered, 1 + 1);
  assert.ok(ledger.has(orderId(10)));

  const setBack = new WorkingLedger(orderId(1), -Infinity);
  for (const [id, second] of [
    [1, 0],
    [2, 0],
    [4, 0],
    [9, 20],
    [5, 10],
  ] as const)
    note(setBack, id, { atMs: T0 + second * 1000 });
  setBack.forgetBefore(T0 + 15_000);
  assert.equal(setBack.passedBefore(T0 + 15_000), 5);
  assert.equal(setBack.remembered, 1 + 1);
});

test('What was let go of stays so when a clock that was set back names an earlier moment', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  for (const id of [1, 2, 3]) note(ledger, id, { atMs: T0 + id * 1000 });
  ledger.forgetBefore(T0 + 5000);
  ledger.forgetBefore(T0);
  note(ledger, 9, { atMs: T0 + 1000 });
  assert.deepEqual([ledger.passedBefore(T0 + 500), ledger.passedBefore(T0 + 5000)], [9, 9]);
});

test('What says nothing new of what was passed costs no mark', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  note(ledger, 8);
  note(ledger, 7);
  assert.equal(ledger.remembered, 2 + 1);
  note(ledger, 8, { atMs: T0 + 5000 });
  assert.equal(ledger.remembered, 2 + 1);
});

test('a page of orders recorded in one second costs one mark', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  const before = ledger.remembered;
  for (let id = 1; id <= 200; id++) note(ledger, id);
  assert.equal(ledger.remembered - before, 201);
});

test('has() and passedBefore() agree with a plain list of all records, whatever the order of ids and times', () => {
  const records = fc.array(
    fc.record({ id: fc.integer({ min: 0, max: 40 }), second: fc.integer({ min: 0, max: 40 }) }),
    {
      minLength: 1,
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(records, fc.integer({ min: 0, max: 40 }), fc.nat(60), (list, cut, forgetAfter) => {
      const first = list[0]?.id ?? 0;
      const ledger = new WorkingLedger(orderId(first), -Infinity);
      const atMs = (second: number): number => T0 + second * 1000;
      list.forEach(({ id, second }, position) => {
        if (position === forgetAfter) ledger.forgetBefore(atMs(cut));
        note(ledger, id, { atMs: atMs(second) });
      });
      ledger.forgetBefore(atMs(cut));
      const start = Math.min(...list.map(({ id }) => id));
      const passed = (second: number): number =>
        Math.max(start, ...list.filter((record) => record.second < second).map(({ id }) => id));
      let previous = -1;
      for (let second = cut; second <= 41; second++) {
        const found = ledger.passedBefore(atMs(second));
        assert.equal(found, passed(second));
        assert.ok(found >= previous);
        previous = found;
      }
      for (let id = passed(cut) + 1; id <= 41; id++) {
        assert.equal(
          ledger.has(orderId(id)),
          list.some((record) => record.id === id),
        );
      }
    }),
    { numRuns: 2000 },
  );
});

const NONE = { NOT_FOUND: 0, PAYMENT_PENDING: 0, UNKNOWN: 0, BAD_NUMBER: 0, NO_DATE: 0 };

test('OpenOrdersCounter counts what is open by state and reason, anew after each change', () => {
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  const counter = new OpenOrdersCounter(ledger);
  note(ledger, 1, { verdict: failed('NOT_FOUND'), atMs: T0 + 5000 });
  note(ledger, 2, { verdict: failed('UNKNOWN'), atMs: T0 });
  const before = counter.summary(4);
  assert.deepEqual([before.failing.total, before.givenUp.total, before.failing.oldestAt], [2, 0, T0]);
  assert.equal(counter.summary(4), before, 'nothing has changed, so nothing is counted again');

  note(ledger, 2);
  const after = counter.summary(4);
  assert.deepEqual([after.failing.total, after.failing.byReason.NOT_FOUND, after.failing.oldestAt], [1, 1, T0 + 5000]);
  const stricter = counter.summary(0);
  assert.deepEqual([stricter.failing.total, stricter.givenUp.total], [0, 1]);
  assert.equal(stricter.failing.oldestAt, undefined);

  note(ledger, 3, { verdict: failed('NO_DATE'), atMs: T0 + 9000 });
  note(ledger, 4, { verdict: failed('BAD_NUMBER'), atMs: T0 + 9000 });
  const all = counter.summary(4);
  assert.deepEqual([all.undated.total, all.undated.byReason.NO_DATE, all.undated.oldestAt], [1, 1, T0 + 9000]);
  assert.deepEqual(
    { ...all.failing },
    { total: 2, byReason: { ...NONE, NOT_FOUND: 1, BAD_NUMBER: 1 }, oldestAt: T0 + 5000 },
  );
  assert.deepEqual({ ...all.givenUp }, { total: 0, byReason: NONE, oldestAt: undefined });
});
