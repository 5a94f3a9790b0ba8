/** Orders without a usable date, carts among them: asked about, told, and never repaired. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import type { Monitor } from '../../src/monitor/monitor.ts';
import { HOUR, POLICY, World } from './world.ts';

/** Cycles in which so much time passes. */
async function pass(world: World, monitor: Monitor, ms: number): Promise<void> {
  await world.cycles(monitor, Math.ceil(ms / POLICY.runningCycleMs));
}

const SOON = POLICY.settleMs + 2 * POLICY.runningCycleMs;

/** How often Abacos was asked about a number. */
const asksAbout = (world: World, number: string): number => world.asked.flat().filter((one) => one === number).length;

/** What was said of how many orders lack a date. */
const said = (world: World): number[] =>
  world.events.flatMap((event) => (event.kind === 'undated' ? [event.count] : []));

describe('An order without a date', () => {
  test('that the head has passed is asked about settle_time after it was seen, and never repaired', async () => {
    const world = new World();
    const number = world.place(101, { undated: true, inAbacos: false });
    world.place(102);
    const monitor = world.monitor();
    await pass(world, monitor, POLICY.settleMs - POLICY.runningCycleMs);
    assert.deepEqual([world.onRecord(101), asksAbout(world, number)], ['none', 0]);
    await pass(world, monitor, 3 * POLICY.runningCycleMs);
    assert.equal(world.onRecord(101), 'FAILED NO_DATE 0');
    await pass(world, monitor, 50 * HOUR);
    assert.equal(world.onRecord(101), 'FAILED NO_DATE 0');
    assert.equal(world.commands.length, 0);
  });

  test('at the end of a table is taken as a new one, in id order, and moves the head', async () => {
    const world = new World();
    for (const id of [101, 102, 104]) world.place(id, { undated: true, inAbacos: id === 102 });
    world.place(103, { undated: true, number: null });
    const monitor = world.monitor();
    await pass(world, monitor, SOON);
    assert.deepEqual(
      [101, 102, 103, 104].map((id) => world.onRecord(id)),
      ['FAILED NO_DATE 0', 'SUCCESS OK 1', 'none', 'FAILED NO_DATE 0'],
    );
    assert.equal(world.checkpoint.head, 104);
    assert.equal(world.commands.length, 0);
    assert.ok(!world.kinds().includes('went-back'), 'its rows are all there');
  });

  test('is on record above no head that an order before it keeps back', async () => {
    const world = new World();
    world.place(101, { undated: true });
    const monitor = world.monitor();
    await pass(world, monitor, POLICY.settleMs);
    world.abacosDown = true;
    world.place(102);
    await pass(world, monitor, SOON);
    assert.deepEqual([world.checkpoint.head, world.onRecord(101)], [100, 'none']);
    world.abacosDown = false;
    await pass(world, monitor, SOON);
    assert.deepEqual(
      [world.checkpoint.head, world.onRecord(101), world.onRecord(102)],
      [102, 'SUCCESS OK 1', 'SUCCESS OK 1'],
    );
  });

  test('is not lost by a restart, nor by a service that was stopped for long', async () => {
    const world = new World();
    world.place(101, { undated: true, inAbacos: false });
    world.place(102);
    await world.cycles(world.monitor(), 2);
    world.clock.skip(200 * HOUR);
    await world.cycles(world.monitor(), 1);
    assert.equal(world.onRecord(101), 'FAILED NO_DATE 0');
  });

  test('and without a number is one without a date', async () => {
    const world = new World();
    world.place(101, { undated: true, number: null });
    world.place(102, { undated: true, number: '' });
    world.place(103);
    const monitor = world.monitor();
    await pass(world, monitor, 26 * HOUR);
    assert.deepEqual([world.onRecord(101), world.onRecord(102)], ['FAILED NO_DATE 0', 'FAILED NO_DATE 0']);
  });

  test('is nothing that anybody can have repaired', async () => {
    const world = new World();
    world.place(101, { undated: true, inAbacos: false });
    const monitor = world.monitor();
    await pass(world, monitor, SOON);
    await monitor.retry([orderId(101)], 'ana');
    await pass(world, monitor, 2 * HOUR);
    assert.deepEqual([world.onRecord(101), world.commands.length], ['FAILED NO_DATE 0', 0]);
  });

  test('that a rewind finds is on record too', async () => {
    const world = new World();
    world.place(101, { undated: true, inAbacos: false });
    world.place(102);
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    await monitor.beginRewind({ from: orderId(101), by: 'ana' });
    await world.cycles(monitor, 1);
    assert.deepEqual([world.onRecord(101), monitor.rewind, world.commands.length], ['FAILED NO_DATE 0', undefined, 0]);
  });
});

describe('An order that gets its date later', () => {
  test('before settle_time is over is an order as any other', async () => {
    const world = new World();
    world.place(101, { undated: true, inAbacos: false });
    const monitor = world.monitor();
    await pass(world, monitor, POLICY.settleMs / 2);
    Object.assign(world.row(101), { undated: false, placedAt: world.clock.now() });
    await pass(world, monitor, POLICY.settleMs - POLICY.runningCycleMs);
    assert.equal(world.onRecord(101), 'none');
    await pass(world, monitor, SOON);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
    assert.ok(!world.events.some((event) => event.kind === 'verdict' && event.record.verdict.reason === 'NO_DATE'));
  });

  test('gets the time that every order gets, is then judged as any other, and repaired', async () => {
    const world = new World();
    world.place(101, { undated: true, inAbacos: false });
    world.place(102);
    const monitor = world.monitor();
    await pass(world, monitor, 5 * HOUR);
    assert.equal(world.onRecord(101), 'FAILED NO_DATE 0');
    Object.assign(world.row(101), { undated: false, placedAt: world.clock.now() });
    await pass(world, monitor, POLICY.settleMs - POLICY.runningCycleMs);
    assert.equal(world.onRecord(101), 'FAILED NO_DATE 0');
    await pass(world, monitor, 2 * HOUR);
    assert.deepEqual([world.onRecord(101), world.commands.length], ['SUCCESS OK 2', 1]);
  });
});

describe('Ten thousand carts', () => {
  test('cost the orders of the day nothing, and no line each', async () => {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 500, maxOpenOrders: 100_000 };
    for (let id = 1001; id <= 11_000; id += 1) world.place(id, { undated: true, inAbacos: false });
    const monitor = world.monitor();
    await pass(world, monitor, POLICY.settleMs + 2 * HOUR);
    assert.equal(world.checkpoint.open.size, 10_000);
    assert.deepEqual(said(world), [500, 5000]);
    const asks = asksAbout(world, String(1_000_000 + 1001));
    assert.ok(asks <= 4, `one of them was asked about ${asks} times in three hours`);
    for (let id = 11_001; id <= 11_400; id += 1) world.place(id, { inAbacos: id !== 11_400 });
    await world.cycles(monitor, 1);
    assert.deepEqual([world.onRecord(11_001), world.onRecord(11_399)], ['SUCCESS OK 1', 'SUCCESS OK 1']);
    assert.deepEqual(
      world.commands.map(({ number }) => number),
      ['1011400'],
    );
  });

  test('are left on record when they are deleted, and nobody is told of each', async () => {
    const world = new World();
    world.place(101, { undated: true, inAbacos: false });
    world.place(102);
    const monitor = world.monitor();
    await pass(world, monitor, 2 * HOUR);
    world.rows.delete(orderId(101));
    await pass(world, monitor, 5 * HOUR);
    assert.equal(world.onRecord(101), 'FAILED NO_DATE 0');
    assert.ok(!world.kinds().includes('row-gone'));
  });

  test('are no longer taken up when half of all that may be open are of their kind, and orders are', async () => {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 50, maxOpenOrders: 20 };
    for (let id = 101; id <= 115; id += 1) world.place(id, { undated: true, inAbacos: false });
    const monitor = world.monitor();
    await pass(world, monitor, SOON);
    for (let id = 116; id <= 130; id += 1) world.place(id, { undated: true, inAbacos: false });
    for (let id = 131; id <= 140; id += 1) world.place(id);
    await pass(world, monitor, 30 * HOUR);
    assert.equal(world.checkpoint.head, 140);
    assert.equal(world.checkpoint.open.size, 15);
  });
});

describe('How many orders lack a date', () => {
  test('is said at the first, at ten times as many, and once none has for a day', async () => {
    const world = new World();
    const monitor = world.monitor();
    world.policy = { ...POLICY, pageSize: 50 };
    for (let id = 101; id <= 112; id += 1) {
      world.place(id, { undated: true, inAbacos: false });
      await pass(world, monitor, HOUR);
    }
    assert.deepEqual(said(world), [1, 10]);
    for (let id = 101; id <= 112; id += 1) world.insert(String(1_000_000 + id));
    await pass(world, monitor, 20 * HOUR);
    assert.deepEqual(said(world), [1, 10]);
    await pass(world, monitor, 8 * HOUR);
    assert.deepEqual(said(world), [1, 10, 0]);
  });
});

describe('Ids that can not be on record', () => {
  test('are said once while they stay the same', async () => {
    const world = new World();
    world.place(101);
    world.strangeIds = ['-7'];
    const monitor = world.monitor();
    await pass(world, monitor, 5 * HOUR);
    world.strangeIds = ['-7', '9007199254740993'];
    await pass(world, monitor, 5 * HOUR);
    world.strangeIds = [];
    await pass(world, monitor, 5 * HOUR);
    assert.deepEqual(
      world.events.flatMap((event) => (event.kind === 'strange-ids' ? [event.ids] : [])),
      [['-7'], ['-7', '9007199254740993'], []],
    );
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
  });
});
