/** Orders without a usable date, carts among them: asked about, told, and never repaired. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import type { Monitor } from '../../src/monitor/monitor.ts';
import { HOUR, POLICY, Harness } from './harness.ts';

/** Cycles in which so much time passes. */
async function pass(harness: Harness, monitor: Monitor, ms: number): Promise<void> {
  await harness.cycles(monitor, Math.ceil(ms / POLICY.runningCycleMs));
}

const SOON = POLICY.settleMs + 2 * POLICY.runningCycleMs;

/** How often Abacos was asked about a number. */
const asksAbout = (harness: Harness, number: string): number =>
  harness.asked.flat().filter((one) => one === number).length;

/** What was said of how many orders lack a date. */
const said = (harness: Harness): number[] =>
  harness.events.flatMap((event) => (event.kind === 'undated' ? [event.count] : []));

describe('An order without a date', () => {
  test('that the head has passed is asked about settle_time after it was seen, and never repaired', async () => {
    const harness = new Harness();
    const number = harness.place(101, { undated: true, inAbacos: false });
    harness.place(102);
    const monitor = harness.monitor();
    await pass(harness, monitor, POLICY.settleMs - POLICY.runningCycleMs);
    assert.deepEqual([harness.onRecord(101), asksAbout(harness, number)], ['none', 0]);
    await pass(harness, monitor, 3 * POLICY.runningCycleMs);
    assert.equal(harness.onRecord(101), 'FAILED NO_DATE 0');
    await pass(harness, monitor, 50 * HOUR);
    assert.equal(harness.onRecord(101), 'FAILED NO_DATE 0');
    assert.equal(harness.commands.length, 0);
  });

  test('at the end of a table is taken as a new one, in id order, and moves the head', async () => {
    const harness = new Harness();
    for (const id of [101, 102, 104]) harness.place(id, { undated: true, inAbacos: id === 102 });
    harness.place(103, { undated: true, number: null });
    const monitor = harness.monitor();
    await pass(harness, monitor, SOON);
    assert.deepEqual(
      [101, 102, 103, 104].map((id) => harness.onRecord(id)),
      ['FAILED NO_DATE 0', 'SUCCESS OK 1', 'none', 'FAILED NO_DATE 0'],
    );
    assert.equal(harness.checkpoint.head, 104);
    assert.equal(harness.commands.length, 0);
    assert.ok(!harness.kinds().includes('went-back'), 'its rows are all there');
  });

  test('is on record above no head that an order before it keeps back', async () => {
    const harness = new Harness();
    harness.place(101, { undated: true });
    const monitor = harness.monitor();
    await pass(harness, monitor, POLICY.settleMs);
    harness.abacosDown = true;
    harness.place(102);
    await pass(harness, monitor, SOON);
    assert.deepEqual([harness.checkpoint.head, harness.onRecord(101)], [100, 'none']);
    harness.abacosDown = false;
    await pass(harness, monitor, SOON);
    assert.deepEqual(
      [harness.checkpoint.head, harness.onRecord(101), harness.onRecord(102)],
      [102, 'SUCCESS OK 1', 'SUCCESS OK 1'],
    );
  });

  test('is not lost by a restart, nor by a service that was stopped for long', async () => {
    const harness = new Harness();
    harness.place(101, { undated: true, inAbacos: false });
    harness.place(102);
    await harness.cycles(harness.monitor(), 2);
    harness.clock.skip(200 * HOUR);
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.onRecord(101), 'FAILED NO_DATE 0');
  });

  test('and without a number is one without a date', async () => {
    const harness = new Harness();
    harness.place(101, { undated: true, number: null });
    harness.place(102, { undated: true, number: '' });
    harness.place(103);
    const monitor = harness.monitor();
    await pass(harness, monitor, 26 * HOUR);
    assert.deepEqual([harness.onRecord(101), harness.onRecord(102)], ['FAILED NO_DATE 0', 'FAILED NO_DATE 0']);
  });

  test('is nothing that anybody can have repaired', async () => {
    const harness = new Harness();
    harness.place(101, { undated: true, inAbacos: false });
    const monitor = harness.monitor();
    await pass(harness, monitor, SOON);
    await monitor.retry([orderId(101)], 'ana');
    await pass(harness, monitor, 2 * HOUR);
    assert.deepEqual([harness.onRecord(101), harness.commands.length], ['FAILED NO_DATE 0', 0]);
  });

  test('that a rewind finds is on record too', async () => {
    const harness = new Harness();
    harness.place(101, { undated: true, inAbacos: false });
    harness.place(102);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    await monitor.beginRewind({ from: orderId(101), by: 'ana' });
    await harness.cycles(monitor, 1);
    assert.deepEqual(
      [harness.onRecord(101), monitor.rewind, harness.commands.length],
      ['FAILED NO_DATE 0', undefined, 0],
    );
  });
});

describe('An order that gets its date later', () => {
  test('before settle_time is over is an order as any other', async () => {
    const harness = new Harness();
    harness.place(101, { undated: true, inAbacos: false });
    const monitor = harness.monitor();
    await pass(harness, monitor, POLICY.settleMs / 2);
    Object.assign(harness.row(101), { undated: false, placedAt: harness.clock.now() });
    await pass(harness, monitor, POLICY.settleMs - POLICY.runningCycleMs);
    assert.equal(harness.onRecord(101), 'none');
    await pass(harness, monitor, SOON);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
    assert.ok(!harness.events.some((event) => event.kind === 'verdict' && event.record.verdict.reason === 'NO_DATE'));
  });

  test('gets the time that every order gets, is then judged as any other, and repaired', async () => {
    const harness = new Harness();
    harness.place(101, { undated: true, inAbacos: false });
    harness.place(102);
    const monitor = harness.monitor();
    await pass(harness, monitor, 5 * HOUR);
    assert.equal(harness.onRecord(101), 'FAILED NO_DATE 0');
    Object.assign(harness.row(101), { undated: false, placedAt: harness.clock.now() });
    await pass(harness, monitor, POLICY.settleMs - POLICY.runningCycleMs);
    assert.equal(harness.onRecord(101), 'FAILED NO_DATE 0');
    await pass(harness, monitor, 2 * HOUR);
    assert.deepEqual([harness.onRecord(101), harness.commands.length], ['SUCCESS OK 2', 1]);
  });
});

describe('Ten thousand carts', () => {
  test('cost the orders of the day nothing, and no line each', async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 500, maxOpenOrders: 100_000 };
    for (let id = 1001; id <= 11_000; id += 1) harness.place(id, { undated: true, inAbacos: false });
    const monitor = harness.monitor();
    await pass(harness, monitor, POLICY.settleMs + 2 * HOUR);
    assert.equal(harness.checkpoint.open.size, 10_000);
    assert.deepEqual(said(harness), [500, 5000]);
    const asks = asksAbout(harness, String(1_000_000 + 1001));
    assert.ok(asks <= 4, `one of them was asked about ${asks} times in three hours`);
    for (let id = 11_001; id <= 11_400; id += 1) harness.place(id, { inAbacos: id !== 11_400 });
    await harness.cycles(monitor, 1);
    assert.deepEqual([harness.onRecord(11_001), harness.onRecord(11_399)], ['SUCCESS OK 1', 'SUCCESS OK 1']);
    assert.deepEqual(
      harness.commands.map(({ number }) => number),
      ['1011400'],
    );
  });

  test('are left on record when they are deleted, and nobody is told of each', async () => {
    const harness = new Harness();
    harness.place(101, { undated: true, inAbacos: false });
    harness.place(102);
    const monitor = harness.monitor();
    await pass(harness, monitor, 2 * HOUR);
    harness.rows.delete(orderId(101));
    await pass(harness, monitor, 5 * HOUR);
    assert.equal(harness.onRecord(101), 'FAILED NO_DATE 0');
    assert.ok(!harness.kinds().includes('row-gone'));
  });

  test('are no longer taken up when half of all that may be open are of their kind, and orders are', async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 50, maxOpenOrders: 20 };
    for (let id = 101; id <= 115; id += 1) harness.place(id, { undated: true, inAbacos: false });
    const monitor = harness.monitor();
    await pass(harness, monitor, SOON);
    for (let id = 116; id <= 130; id += 1) harness.place(id, { undated: true, inAbacos: false });
    for (let id = 131; id <= 140; id += 1) harness.place(id);
    await pass(harness, monitor, 30 * HOUR);
    assert.equal(harness.checkpoint.head, 140);
    assert.equal(harness.checkpoint.open.size, 15);
  });
});

describe('How many orders lack a date', () => {
  test('is said at the first, at ten times as many, and once none has for a day', async () => {
    const harness = new Harness();
    const monitor = harness.monitor();
    harness.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 112; id += 1) {
      harness.place(id, { undated: true, inAbacos: false });
      await pass(harness, monitor, HOUR);
    }
    assert.deepEqual(said(harness), [1, 10]);
    for (let id = 101; id <= 112; id += 1) harness.insert(String(1_000_000 + id));
    await pass(harness, monitor, 20 * HOUR);
    assert.deepEqual(said(harness), [1, 10]);
    await pass(harness, monitor, 8 * HOUR);
    assert.deepEqual(said(harness), [1, 10, 0]);
  });
});

describe('Ids that can not be on record', () => {
  test('are said once while they stay the same', async () => {
    const harness = new Harness();
    harness.place(101);
    harness.strangeIds = ['-7'];
    const monitor = harness.monitor();
    await pass(harness, monitor, 5 * HOUR);
    harness.strangeIds = ['-7', '9007199254740993'];
    await pass(harness, monitor, 5 * HOUR);
    harness.strangeIds = [];
    await pass(harness, monitor, 5 * HOUR);
    assert.deepEqual(
      harness.events.flatMap((event) => (event.kind === 'strange-ids' ? [event.ids] : [])),
      [['-7'], ['-7', '9007199254740993'], []],
    );
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
  });
});
