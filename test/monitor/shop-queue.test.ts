/** No order is inserted twice beside the shop's own queue, which takes no lock of ours. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MINUTE, runFor, said, twice } from './long-runs.ts';
import { HOUR, POLICY, Harness } from './harness.ts';

/** The shop's queue sends an order, unless Abacos has it: as its job does, without any lock of ours. */
function shopSends(harness: Harness, number: string): void {
  if (!harness.erp.has(number)) harness.insert(number);
}

describe('After an outage of Abacos', () => {
  /** Orders that were placed while it was down, and the queue that sends one every so many seconds from its end. */
  function outageWith(orders: number, everyMs: number): Harness {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 200 };
    harness.abacosDown = true;
    for (let index = 0; index < orders; index += 1) {
      const number = harness.place(101 + index, { inAbacos: false, placedAt: harness.clock.now() - index * 1000 });
      harness.clock.after(2 * HOUR + index * everyMs, () => {
        shopSends(harness, number);
      });
    }
    harness.clock.after(2 * HOUR, () => {
      harness.abacosDown = false;
    });
    return harness;
  }

  test('orders are asked about and recorded at once, and the shop has its time before anything is run', async () => {
    const harness = outageWith(200, 8000);
    let recordedAt = 0;
    harness.onEvent = (event) => {
      if (event.kind === 'verdict') recordedAt = Math.max(recordedAt, harness.clock.monotonic());
    };
    harness.clock.after(2 * HOUR + 5 * MINUTE, () => {
      assert.ok(harness.checkpoint.open.size > 100);
    });
    await runFor(harness, 6 * HOUR);
    assert.deepEqual([twice(harness), harness.commands.length], [[], 0]);
    for (let id = 101; id <= 300; id += 1) assert.match(harness.onRecord(id), /^SUCCESS OK/);
  });

  test('a queue that takes longer than settle_time is waited for as long as orders turn up', async () => {
    const harness = outageWith(200, MINUTE);
    await runFor(harness, 8 * HOUR);
    assert.deepEqual([twice(harness), harness.commands.length], [[], 0]);
    const [wait] = said(harness, 'repairs-wait').filter((event) => event.wait?.why === 'draining');
    assert.ok(wait !== undefined);
  });

  test('what the queue does not send is repaired once the queue is through', async () => {
    const harness = outageWith(20, 8000);
    const lost = harness.place(150, { inAbacos: false, placedAt: harness.clock.now() });
    await runFor(harness, 6 * HOUR);
    assert.deepEqual(
      harness.commands.map(({ number }) => number),
      [lost],
    );
    const at = harness.commands[0]?.at ?? 0;
    assert.ok(
      at >= 2 * HOUR + POLICY.settleMs && at <= 2 * HOUR + 3 * POLICY.settleMs,
      `repaired at ${at / MINUTE} min`,
    );
    assert.deepEqual(twice(harness), []);
  });

  test('a blip of a minute costs some minutes, and no new start', async () => {
    const harness = new Harness();
    harness.clock.after(10 * MINUTE, () => {
      harness.abacosDown = true;
    });
    harness.clock.after(11 * MINUTE, () => {
      harness.abacosDown = false;
    });
    const number = harness.place(101, { inAbacos: false, placedAt: harness.clock.now() });
    await runFor(harness, 2 * HOUR);
    const at = (harness.commands.find((command) => command.number === number)?.at ?? 0) / MINUTE;
    assert.ok(at >= 31 && at <= 38, `repaired after ${at} min`);
  });

  test('in a quiet shop an order is repaired as soon as the shop has had its time', async () => {
    const harness = new Harness();
    const number = harness.place(101, { inAbacos: false, placedAt: harness.clock.now() + HOUR });
    await runFor(harness, 3 * HOUR);
    const at = (harness.commands.find((command) => command.number === number)?.at ?? 0) / MINUTE;
    assert.ok(at >= 90 && at <= 93, `repaired after ${at} min`);
  });
});

test('After an outage a payment is confirmed when the shop has had its time for that, too', async () => {
  const harness = new Harness();
  const number = harness.place(101, { payment: 'none', placedAt: harness.clock.now() - 20 * HOUR });
  harness.abacosDown = true;
  harness.clock.after(HOUR, () => {
    harness.abacosDown = false;
  });
  harness.clock.after(HOUR + 20 * MINUTE, () => {
    harness.acknowledgePayment(number);
  });
  harness.place(102, { payment: 'none', placedAt: harness.clock.now() - 20 * HOUR });
  await runFor(harness, 4 * HOUR);
  assert.deepEqual(
    harness.commands.map((command) => command.number),
    ['1000102'],
  );
  assert.ok((harness.commands[0]?.at ?? 0) >= HOUR + POLICY.settleMs);
});

describe('After a stop of this monitor', () => {
  test('the shop has its time again for orders that were placed meanwhile', async () => {
    const harness = new Harness();
    await harness.cycles(harness.monitor(), 2);
    harness.clock.skip(10 * HOUR);
    for (let id = 101; id <= 105; id += 1)
      harness.place(id, { inAbacos: false, placedAt: harness.clock.now() - 2 * HOUR });
    const monitor = harness.monitor();
    await harness.cycles(monitor, 15);
    assert.equal(harness.commands.length, 0);
    assert.equal(harness.onRecord(103), 'FAILED NOT_FOUND 0');
    assert.equal(monitor.repairWait?.why, 'settling');
    await harness.cycles(monitor, 5);
    assert.equal(harness.commands.length, 5);
  });

  test('a restart of moments costs moments', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false, placedAt: harness.clock.now() - 2 * HOUR });
    harness.clock.skip(5000);
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
  });

  test('a wait that is over before the end of its cycle is over for `once`, too', async () => {
    const harness = new Harness();
    await harness.cycles(harness.monitor(), 2);
    harness.clock.skip(10 * HOUR);
    harness.place(101, { inAbacos: false, placedAt: harness.clock.now() - 2 * HOUR });
    const monitor = harness.monitor();
    const left = (): number => (monitor.repairWait?.until ?? 0) - harness.clock.now();
    do await harness.cycles(monitor, 1);
    while (left() > POLICY.runningCycleMs);
    harness.clock.skip(left() - 5000);
    assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 0');
    harness.onEvent = ({ kind }) => {
      if (kind === 'repairs-wait' || kind === 'cycle') harness.clock.skip(10_000);
    };
    await monitor.cycle(harness.adapters(), harness.signals);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
  });

  test('without its memory, whatever was commanded may still show', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    await harness.leaveOpen(101, 1);
    harness.repairs = undefined;
    const monitor = harness.monitor();
    await harness.cycles(monitor, 15);
    assert.equal(harness.commands.length, 0);
    await harness.cycles(monitor, 3);
    assert.equal(harness.commands.length, 1);
  });

  test('with a clock that was set back, nothing is taken for known', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.repairs = {
      up: [{ from: harness.clock.now(), to: harness.clock.now() + HOUR }],
      pending: [],
      lags: {},
      paid: [],
      out: false,
      turnedUpAt: null,
    };
    await harness.cycles(harness.monitor(), 10);
    assert.equal(harness.commands.length, 0);
  });
});
