/** How many orders may be open at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { POLICY, World } from './world.ts';

test('While as many orders are open as may be, no new one is taken, none is forgotten, and it is said', async () => {
  const world = new World();
  world.policy = { ...POLICY, pageSize: 50, maxOpenOrders: 20 };
  for (let id = 101; id <= 120; id += 1) world.place(id, { number: 'no number' });
  const monitor = world.monitor();
  await world.cycles(monitor, 1);
  for (let id = 121; id <= 130; id += 1) world.place(id);
  await world.cycles(monitor, 2);
  assert.deepEqual([world.checkpoint.head, world.checkpoint.open.size], [120, 20]);
  const cycles = world.events.flatMap((event) => (event.kind === 'cycle' ? [event.report] : []));
  assert.deepEqual([cycles.at(-1)?.openOrders, cycles.at(-1)?.interrupted], [20, true]);
  world.row(101).number = '1000101';
  world.erp.set('1000101', { kind: 'exists', status: 'invoiced' });
  await world.cycles(monitor, 3);
  assert.equal(world.checkpoint.head, 130);
});
