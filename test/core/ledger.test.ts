/** The ledger answers as a plain list of all records would, in bounded memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import fc from 'fast-check';

import { WorkingLedger } from '../../src/core/ledger.ts';
import { OpenOrdersCounter } from '../../src/core/open-summary.ts';
import { orderId } from '../../src/core/order.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { AWAITING_PAYMENT, failed, SUCCESS, type Verdict } from '../../src/core/verdict.ts';
import { WatchedOrderList } from '../../src/core/watched-orders.ts';

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

/** What is held by arrays of numbers, after everything that nobody holds any more was collected. */
function arrayBytesInUse(): number {
  setFlagsFromString('--expose-gc');
  // What the first finds is given back by another thread; the second waits for that.
  runInNewContext('gc(); gc()');
  return process.memoryUsage().arrayBuffers;
}

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
});
