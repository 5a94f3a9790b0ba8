/** Which cycles are whole: after one of them everything that was to be asked about is on record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EXIT_1, POLICY, World } from './world.ts';

/** Of each cycle: whether it was whole, and whether something kept it from doing all its work. */
function cyclesOf(world: World): readonly (readonly [whole: boolean, interrupted: boolean])[] {
  return world.events.flatMap((event) =>
    event.kind === 'cycle' ? [[event.report.whole, event.report.interrupted] as const] : [],
  );
}

test('A cycle is whole unless the shop or Abacos cut it short', async () => {
  const world = new World();
  world.place(101);
  const monitor = world.monitor();
  await world.cycles(monitor, 1);
  world.place(102);
  world.abacosDown = true;
  await world.cycles(monitor, 1);
  world.abacosDown = false;
  world.shopDown = true;
  await world.cycles(monitor, 1);
  world.shopDown = false;
  await world.cycles(monitor, 1);
  assert.deepEqual(cyclesOf(world), [
    [true, false],
    [false, true],
    [false, true],
    [true, false],
  ]);
});

test('A cycle is whole while the integration server is down: every order was asked about', async () => {
  const world = new World();
  world.place(101, { inAbacos: false });
  world.serverDown = true;
  await world.cycles(world.monitor(), 2);
  assert.deepEqual(cyclesOf(world).at(-1), [true, true]);
});

test('A cycle is whole while the integration side does nothing for any order', async () => {
  const world = new World();
  for (let id = 101; id <= 110; id += 1) world.place(id, { inAbacos: false });
  world.onCommand = () => EXIT_1;
  world.policy = { ...POLICY, pageSize: 50 };
  await world.cycles(world.monitor(), 3);
  assert.equal(cyclesOf(world).at(-1)?.[0], true);
});

test('A cycle that may take no new order is whole: the open ones were asked about, and that new ones wait is said', async () => {
  const world = new World();
  world.policy = { ...POLICY, pageSize: 50, maxOpenOrders: 20 };
  for (let id = 101; id <= 121; id += 1) world.place(id, { number: 'no number' });
  await world.cycles(world.monitor(), 2);
  assert.deepEqual(cyclesOf(world).at(-1), [true, true]);
});
