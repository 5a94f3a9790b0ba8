/** Which cycles are whole: after one of them everything that was to be asked about is on record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EXIT_1, POLICY, Harness } from './harness.ts';

/** Of each cycle: whether it was whole, and whether something kept it from doing all its work. */
function cyclesOf(harness: Harness): readonly (readonly [whole: boolean, interrupted: boolean])[] {
  return harness.events.flatMap((event) =>
    event.kind === 'cycle' ? [[event.report.whole, event.report.interrupted] as const] : [],
  );
}

test('A cycle is whole unless the shop or Abacos cut it short', async () => {
  const harness = new Harness();
  harness.place(101);
  const monitor = harness.monitor();
  await harness.cycles(monitor, 1);
  harness.place(102);
  harness.abacosDown = true;
  await harness.cycles(monitor, 1);
  harness.abacosDown = false;
  harness.shopDown = true;
  await harness.cycles(monitor, 1);
  harness.shopDown = false;
  await harness.cycles(monitor, 1);
  assert.deepEqual(cyclesOf(harness), [
    [true, false],
    [false, true],
    [false, true],
    [true, false],
  ]);
});

test('A cycle is whole while the integration server is down: every order was asked about', async () => {
  const harness = new Harness();
  harness.place(101, { inAbacos: false });
  harness.serverDown = true;
  await harness.cycles(harness.monitor(), 2);
  assert.deepEqual(cyclesOf(harness).at(-1), [true, true]);
});

test('A cycle is whole while the integration side does nothing for any order', async () => {
  const harness = new Harness();
  for (let id = 101; id <= 110; id += 1) harness.place(id, { inAbacos: false });
  harness.onCommand = () => EXIT_1;
  harness.policy = { ...POLICY, pageSize: 50 };
  await harness.cycles(harness.monitor(), 3);
  assert.equal(cyclesOf(harness).at(-1)?.[0], true);
});

test('A cycle that may take no new order is whole: the open ones were asked about, and that new ones wait is said', async () => {
  const harness = new Harness();
  harness.policy = { ...POLICY, pageSize: 50, maxOpenOrders: 20 };
  for (let id = 101; id <= 121; id += 1) harness.place(id, { number: 'no number' });
  await harness.cycles(harness.monitor(), 2);
  assert.deepEqual(cyclesOf(harness).at(-1), [true, true]);
});
