import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { sentenceFor } from '../../src/alerts/sentences.ts';
import { orderId } from '../../src/core/order.ts';
import { HOUR, POLICY, World } from './world.ts';

type WentBack = Extract<Event, { kind: 'went-back' }>;

const wentBack = (world: World): WentBack[] =>
  world.events.filter((event): event is WentBack => event.kind === 'went-back');

/** Orders 101 to 106, all of them settled a cycle ago. */
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

describe('A shop database that goes back', () => {
  test('has the orders checked that get the ids of lost ones', async () => {
    const world = await settledWorld();
    loseRows(world, 104, 105, 106);
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    assert.deepEqual(wentBack(world), [{ kind: 'went-back', from: 106, to: 103, newest: 103 }]);
    world.place(104, { number: '77104', inAbacos: false });
    world.place(105, { number: '77105' });
    await world.cycles(monitor, 3);
    assert.deepEqual(
      world.commands.map(({ number }) => number),
      ['77104'],
    );
    assert.equal(world.onRecord(105), 'SUCCESS OK 1');
    assert.equal(world.checkpoint.head, 105);
    assert.equal(wentBack(world).length, 1, 'it is said once');
  });

  test('has them checked by the next process too, and the one whose transaction commits late', async () => {
    const world = await settledWorld();
    loseRows(world, 104, 105, 106);
    await world.cycles(world.monitor(), 1);
    world.place(104, { number: '77104', visible: false });
    world.place(105, { number: '77105' });
    await world.cycles(world.monitor(), 2);
    world.row(104).visible = true;
    await world.cycles(world.monitor(), 2);
    assert.ok(world.asked.flat().includes('77104'));
  });

  test('leaves the head where it is as long as there is an order as new, whatever it is like', async () => {
    const world = await settledWorld();
    loseRows(world, 106);
    world.place(107, { placedAt: world.clock.now() });
    await world.cycles(world.monitor(), 2);
    assert.deepEqual(wentBack(world), []);
    assert.equal(world.checkpoint.head, 106);
  });

  test('keeps an open order open, with its attempts', async () => {
    const world = new World();
    world.place(101);
    world.place(102, { inAbacos: false });
    await world.leaveOpen(102, 5);
    world.place(103);
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    loseRows(world, 103);
    await world.cycles(monitor, 1);
    assert.equal(world.checkpoint.head, 102);
    assert.equal(world.onRecord(102), 'FAILED NOT_FOUND 5');
    assert.deepEqual(world.commands, []);
  });

  test('takes the head no further than the sweep looks: a table that is emptied does not make all the past new', async () => {
    const world = await settledWorld();
    world.clock.skip(POLICY.lateWindowMs + 48 * HOUR);
    for (let id = 107; id <= 109; id += 1) world.place(id);
    await world.cycles(world.monitor(), 2);
    world.rows.clear();
    const monitor = world.monitor();
    await world.cycles(monitor, 3);
    assert.deepEqual(wentBack(world), [{ kind: 'went-back', from: 109, to: 106, newest: 0 }]);
    for (let id = 101; id <= 109; id += 1) world.place(id, { placedAt: world.clock.now() - HOUR });
    const before = world.asked.length;
    await world.cycles(monitor, 2);
    assert.deepEqual(
      world.asked.slice(before).flat(),
      [107, 108, 109].map((id) => world.row(id).number),
    );
  });

  test('is nothing that a standing database, or one that is down, is taken for', async () => {
    const world = await settledWorld();
    world.shopDown = true;
    await world.cycles(world.monitor(), 2);
    world.shopDown = false;
    await world.cycles(world.monitor(), 2);
    assert.deepEqual(wentBack(world), []);
  });
});

test('What went back is said with the ids, and the remedy where some are not checked again', () => {
  const said = (to: number): string =>
    sentenceFor({ kind: 'went-back', from: orderId(109), to: orderId(to), newest: orderId(103) }, 4).text;
  assert.equal(
    said(103),
    "The shop's newest order has the id 103, and 109 was checked already: orders were deleted, or the database went back " +
      'to an earlier state. Orders with ids from 104 on are checked as new ones',
  );
  assert.match(said(106), /from 107 on are .* Those that get an id from 104 to 106 again are not: order-monit rewind /);
});
