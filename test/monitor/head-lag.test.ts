/** How far the head is behind: when it is counted, and when it is not known. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { CycleReport, Event, HeadLag } from '../../src/core/event.ts';
import { POLICY, Harness } from './harness.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const TWO_HOURS = 120 * MINUTE;

async function cycle(harness: Harness, monitor = harness.monitor()): Promise<CycleReport> {
  return monitor.cycle(harness.adapters(), harness.signals);
}

function backlogs(events: readonly Event[]): number[] {
  return events.flatMap((event) => (event.kind === 'backlog' ? [event.ordersLeft] : []));
}

describe('The head lag', () => {
  const NONE: HeadLag = { orders: 0, longestWaitMs: 0 };

  test('is nothing when all orders were taken, without asking the database', async () => {
    const harness = new Harness();
    harness.place(101);
    assert.deepEqual((await cycle(harness)).headLag, NONE);
    assert.equal(harness.counts, 0);
  });

  test('is what a full page leaves, and how long the longest waiting of it could have been looked at', async () => {
    const harness = new Harness();
    for (let id = 101; id <= 107; id += 1) harness.place(id);
    harness.row(107).placedAt -= MINUTE;
    assert.deepEqual((await cycle(harness)).headLag, {
      orders: 2,
      longestWaitMs: TWO_HOURS + MINUTE - POLICY.settleMs,
    });
  });

  test('is counted every 15 seconds at most while a backlog is worked off, and told with it', async () => {
    const harness = new Harness();
    const monitor = harness.monitor();
    for (let id = 101; id <= 130; id += 1) harness.place(id);
    const found: (number | undefined)[] = [];
    for (let round = 0; round < 4; round += 1) {
      found.push((await cycle(harness, monitor)).headLag?.orders);
      harness.clock.skip(8 * SECOND);
    }
    assert.deepEqual(found, [25, undefined, 15, undefined]);
    assert.deepEqual(backlogs(harness.events), [25, 15]);
    assert.equal(harness.counts, 2);
  });

  test('grows while Abacos is down, and is over with it', async () => {
    const harness = new Harness();
    const monitor = harness.monitor();
    harness.place(101);
    harness.abacosDown = true;
    const lag = { orders: 1, longestWaitMs: TWO_HOURS - POLICY.settleMs };
    assert.deepEqual((await cycle(harness, monitor)).headLag, lag);
    harness.clock.skip(MINUTE);
    assert.deepEqual((await cycle(harness, monitor)).headLag, { ...lag, longestWaitMs: lag.longestWaitMs + MINUTE });
    harness.abacosDown = false;
    assert.deepEqual((await cycle(harness, monitor)).headLag, NONE);
  });

  test('is not known while the database is down', async () => {
    const harness = new Harness();
    harness.shopDown = true;
    assert.equal((await cycle(harness)).headLag, undefined);
  });
});
