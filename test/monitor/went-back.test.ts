/** A shop database that went back: orders that get the ids of lost ones are asked about all the same. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import type { Orders } from '../../src/monitor/ports.ts';
import { sentenceFor } from '../../src/words/events.ts';
import { HOUR, POLICY, World } from './world.ts';

type WentBack = Extract<Event, { kind: 'went-back' }>;

const wentBack = ({ events }: World): WentBack[] =>
  events.filter((event): event is WentBack => event.kind === 'went-back');

const rewinds = ({ events }: World): string[] =>
  events.flatMap((event) => (event.kind === 'rewind' ? [`${event.step} by ${event.by}`] : []));

/** Orders 101 to 106, all of them settled. */
async function settledWorld(): Promise<World> {
  const world = new World();
  for (let id = 101; id <= 106; id += 1) world.place(id);
  await world.cycles(world.monitor(), 2);
  assert.equal(world.checkpoint.head, 106);
  return world;
}

function loseRows(world: World, ...ids: number[]): void {
  for (const id of ids) world.rows.delete(orderId(id));
}

/** What Abacos is asked during some cycles. */
async function askedDuring(world: World, work: () => Promise<void>): Promise<readonly string[]> {
  const before = world.asked.length;
  await work();
  return world.asked.slice(before).flat();
}

describe('A shop database that goes back', () => {
  test('has Abacos asked about the orders that get the ids of lost ones, as they come, and missing ones inserted', async () => {
    const world = await settledWorld();
    loseRows(world, 104, 105, 106);
    const monitor = world.monitor();
    await world.cycles(monitor, 2);
    assert.deepEqual(wentBack(world), [{ kind: 'went-back', head: 106, newest: 103, from: 104 }]);
    world.place(104, { number: '77104', inAbacos: false });
    await world.cycles(monitor, 3);
    assert.deepEqual(
      world.commands.map(({ number }) => number),
      ['77104'],
    );
    assert.equal(world.onRecord(104), 'SUCCESS OK 2');
    world.place(105, { number: '77105' });
    world.place(106, { number: '77106' });
    world.place(107, { number: '77107' });
    assert.deepEqual(await askedDuring(world, () => world.cycles(monitor, 3)), ['77107', '77105', '77106']);
    assert.deepEqual(rewinds(world), ['begun by order-monit', 'ended by order-monit']);
    assert.equal(world.checkpoint.head, 107);
  });

  test('goes on to do so after a restart', async () => {
    const world = await settledWorld();
    loseRows(world, 104, 105, 106);
    await world.cycles(world.monitor(), 1);
    world.place(104, { number: '77104' });
    assert.deepEqual(await askedDuring(world, () => world.cycles(world.monitor(), 2)), ['77104']);
    assert.equal(world.monitor().rewind?.next, 105);
  });

  test('passes no order that comes while the rewind looks', async () => {
    const world = await settledWorld();
    loseRows(world, 106);
    const monitor = world.monitor();
    const adapters = world.adapters();
    const orders: Orders = {
      ...adapters.orders,
      idsInRange: async (range, signal) => {
        const ids = await adapters.orders.idsInRange(range, signal);
        if (range.after === 105) world.place(106, { number: '77106' });
        return ids;
      },
    };
    await monitor.cycle({ ...adapters, orders }, world.signals);
    assert.deepEqual(await askedDuring(world, () => world.cycles(monitor, 1)), ['77106']);
  });

  test('is noticed though the lost ids were given out again before the next cycle, and waits until those are settled', async () => {
    const world = await settledWorld();
    loseRows(world, 105, 106);
    for (let id = 105; id <= 108; id += 1) world.place(id, { number: `77${id}`, placedAt: world.clock.now() });
    const monitor = world.monitor();
    assert.deepEqual(await askedDuring(world, () => world.cycles(monitor, 3)), []);
    assert.deepEqual(wentBack(world), [{ kind: 'went-back', head: 106, newest: 104, from: 105 }]);
    world.clock.skip(POLICY.settleMs);
    const asked = await askedDuring(world, () => world.cycles(monitor, 2));
    assert.deepEqual([...asked].sort(), ['77105', '77106', '77107', '77108']);
    assert.equal(monitor.rewind, undefined);
  });

  test('leaves an order that gets the id of an open one alone until it is settled itself', async () => {
    const world = new World();
    for (let id = 101; id <= 103; id += 1) world.place(id);
    await world.leaveOpen(104, 1);
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    world.place(104, { number: '77104', placedAt: world.clock.now(), inAbacos: false });
    await world.cycles(monitor, 5);
    assert.deepEqual(world.commands, []);
    // Abacos is seen up for all of the time that the shop has to send it.
    await world.cycles(monitor, 17);
    assert.deepEqual(
      world.commands.map(({ number }) => number),
      ['77104'],
    );
  });

  test('does not have all the past asked about when the table is emptied and filled anew', async () => {
    const world = await settledWorld();
    world.clock.skip(POLICY.lateWindowMs + 48 * HOUR);
    for (let id = 107; id <= 109; id += 1) world.place(id);
    const monitor = world.monitor();
    // Until a sweep of the whole window has found nothing.
    await world.cycles(monitor, 35);
    world.rows.clear();
    await world.cycles(monitor, 3);
    assert.deepEqual(wentBack(world), [{ kind: 'went-back', head: 109, newest: 0, from: 107 }]);
    for (let id = 101; id <= 109; id += 1) world.place(id);
    assert.deepEqual(
      await askedDuring(world, () => world.cycles(monitor, 3)),
      [107, 108, 109].map((id) => world.row(id).number),
    );
    assert.equal(monitor.rewind, undefined);
  });

  test('is nothing that a database that is down, or one with settled orders as new as the head, is taken for', async () => {
    const world = await settledWorld();
    loseRows(world, 105);
    const monitor = world.monitor();
    world.shopDown = true;
    await world.cycles(monitor, 2);
    world.shopDown = false;
    await world.cycles(monitor, 2);
    assert.deepEqual(wentBack(world), []);
  });
});

test('What went back is said with the ids, and with the remedy where some are not asked about', () => {
  const said = (newest: number): string =>
    sentenceFor({ kind: 'went-back', head: orderId(109), newest: orderId(newest), from: orderId(104) }, 4).text;
  assert.equal(
    said(103),
    "The shop's orders up to id 109 were checked, and it has no such order newer than id 103 any more: its database went " +
      'back to an earlier state, or they were deleted. Whatever gets an id from 104 on again is asked about',
  );
  assert.match(said(99), /What gets one from 100 to 103 is not: .* settle_time, order-monit rewind --since the moment/);
});
