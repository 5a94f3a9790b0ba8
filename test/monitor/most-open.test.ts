/** How many orders may be open at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { POLICY, Harness } from './harness.ts';

test('While as many orders are open as may be, no new one is taken, none is forgotten, and it is said', async () => {
  const harness = new Harness();
  harness.policy = { ...POLICY, pageSize: 50, maxOpenOrders: 20 };
  for (let id = 101; id <= 120; id += 1) harness.place(id, { number: 'no number' });
  const monitor = harness.monitor();
  await harness.cycles(monitor, 1);
  for (let id = 121; id <= 130; id += 1) harness.place(id);
  await harness.cycles(monitor, 2);
  assert.deepEqual([harness.checkpoint.head, harness.checkpoint.open.size], [120, 20]);
  const cycles = harness.events.flatMap((event) => (event.kind === 'cycle' ? [event.report] : []));
  assert.deepEqual([cycles.at(-1)?.openOrders, cycles.at(-1)?.interrupted], [20, true]);
  harness.row(101).number = '1000101';
  harness.erp.set('1000101', { kind: 'exists', status: 'invoiced' });
  await harness.cycles(monitor, 3);
  assert.equal(harness.checkpoint.head, 130);
});

test('Orders that were dismissed keep no new one waiting, as long as they are no more than may be open', async () => {
  const harness = new Harness();
  harness.policy = { ...POLICY, pageSize: 50, maxOpenOrders: 20 };
  for (let id = 101; id <= 120; id += 1) harness.place(id, { number: 'no number' });
  const monitor = harness.monitor();
  await harness.cycles(monitor, 1);
  const dismiss = async (): Promise<unknown> =>
    monitor.dismiss([...harness.checkpoint.open.keys()], { by: 'ana', why: 'a test of the shop', maxAttempts: 4 });
  await dismiss();
  for (let id = 121; id <= 135; id += 1) harness.place(id, { number: 'no number' });
  await harness.cycles(monitor, 2);
  const openOrders = (): unknown =>
    harness.events.flatMap((event) => (event.kind === 'cycle' ? [event.report] : [])).at(-1)?.openOrders;
  assert.deepEqual([harness.checkpoint.head, harness.checkpoint.open.size, openOrders()], [135, 35, undefined]);
  // The memory that they take has its bound as well.
  await dismiss();
  for (let id = 136; id <= 145; id += 1) harness.place(id, { number: 'no number' });
  await harness.cycles(monitor, 1);
  for (let id = 146; id <= 150; id += 1) harness.place(id);
  await harness.cycles(monitor, 2);
  assert.deepEqual([harness.checkpoint.head, openOrders()], [145, 25]);
});
