/** No order is inserted twice beside the shop's own queue, which takes no lock of ours. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MINUTE, runFor, said, twice } from './long-runs.ts';
import { HOUR, POLICY, World } from './world.ts';

/** The shop's queue sends an order, unless Abacos has it: as its job does, without any lock of ours. */
function shopSends(world: World, number: string): void {
  if (!world.erp.has(number)) world.insert(number);
}

describe('After an outage of Abacos', () => {
  /** Orders that were placed while it was down, and the queue that sends one every so many seconds from its end. */
  function outageWith(orders: number, everyMs: number): World {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 200 };
    world.abacosDown = true;
    for (let index = 0; index < orders; index += 1) {
      const number = world.place(101 + index, { inAbacos: false, placedAt: world.clock.now() - index * 1000 });
      world.clock.after(2 * HOUR + index * everyMs, () => {
        shopSends(world, number);
      });
    }
    world.clock.after(2 * HOUR, () => {
      world.abacosDown = false;
    });
    return world;
  }

  test('orders are asked about and recorded at once, and the shop has its time before anything is run', async () => {
    const world = outageWith(200, 8000);
    let recordedAt = 0;
    world.onEvent = (event) => {
      if (event.kind === 'verdict') recordedAt = Math.max(recordedAt, world.clock.monotonic());
    };
    world.clock.after(2 * HOUR + 5 * MINUTE, () => {
      assert.ok(world.checkpoint.open.size > 100);
    });
    await runFor(world, 6 * HOUR);
    assert.deepEqual([twice(world), world.commands.length], [[], 0]);
    for (let id = 101; id <= 300; id += 1) assert.match(world.onRecord(id), /^SUCCESS OK/);
  });

  test('a queue that takes longer than settle_time is waited for as long as orders turn up', async () => {
    const world = outageWith(200, MINUTE);
    await runFor(world, 8 * HOUR);
    assert.deepEqual([twice(world), world.commands.length], [[], 0]);
    const [wait] = said(world, 'repairs-wait').filter((event) => event.wait?.why === 'draining');
    assert.ok(wait !== undefined);
  });

  test('what the queue does not send is repaired once the queue is through', async () => {
    const world = outageWith(20, 8000);
    const lost = world.place(150, { inAbacos: false, placedAt: world.clock.now() });
    await runFor(world, 6 * HOUR);
    assert.deepEqual(
      world.commands.map(({ number }) => number),
      [lost],
    );
    const at = world.commands[0]?.at ?? 0;
    assert.ok(
      at >= 2 * HOUR + POLICY.settleMs && at <= 2 * HOUR + 3 * POLICY.settleMs,
      `repaired at ${at / MINUTE} min`,
    );
    assert.deepEqual(twice(world), []);
  });

  test('a blip of a minute costs some minutes, and no new start', async () => {
    const world = new World();
    world.clock.after(10 * MINUTE, () => {
      world.abacosDown = true;
    });
    world.clock.after(11 * MINUTE, () => {
      world.abacosDown = false;
    });
    const number = world.place(101, { inAbacos: false, placedAt: world.clock.now() });
    await runFor(world, 2 * HOUR);
    const at = (world.commands.find((command) => command.number === number)?.at ?? 0) / MINUTE;
    assert.ok(at >= 31 && at <= 38, `repaired after ${at} min`);
  });

  test('in a quiet shop an order is repaired as soon as the shop has had its time', async () => {
    const world = new World();
    const number = world.place(101, { inAbacos: false, placedAt: world.clock.now() + HOUR });
    await runFor(world, 3 * HOUR);
    const at = (world.commands.find((command) => command.number === number)?.at ?? 0) / MINUTE;
    assert.ok(at >= 90 && at <= 93, `repaired after ${at} min`);
  });
});

test('After an outage a payment is confirmed when the shop has had its time for that, too', async () => {
  const world = new World();
  const number = world.place(101, { payment: 'none', placedAt: world.clock.now() - 20 * HOUR });
  world.abacosDown = true;
  world.clock.after(HOUR, () => {
    world.abacosDown = false;
  });
  world.clock.after(HOUR + 20 * MINUTE, () => {
    world.acknowledgePayment(number);
  });
  world.place(102, { payment: 'none', placedAt: world.clock.now() - 20 * HOUR });
  await runFor(world, 4 * HOUR);
  assert.deepEqual(
    world.commands.map((command) => command.number),
    ['1000102'],
  );
  assert.ok((world.commands[0]?.at ?? 0) >= HOUR + POLICY.settleMs);
});

describe('After a stop of this monitor', () => {
  test('the shop has its time again for orders that were placed meanwhile', async () => {
    const world = new World();
    await world.cycles(world.monitor(), 2);
    world.clock.skip(10 * HOUR);
    for (let id = 101; id <= 105; id += 1) world.place(id, { inAbacos: false, placedAt: world.clock.now() - 2 * HOUR });
    const monitor = world.monitor();
    await world.cycles(monitor, 15);
    assert.equal(world.commands.length, 0);
    assert.equal(world.onRecord(103), 'FAILED NOT_FOUND 0');
    assert.equal(monitor.repairWait?.why, 'settling');
    await world.cycles(monitor, 5);
    assert.equal(world.commands.length, 5);
  });

  test('a restart of moments costs moments', async () => {
    const world = new World();
    world.place(101, { inAbacos: false, placedAt: world.clock.now() - 2 * HOUR });
    world.clock.skip(5000);
    await world.cycles(world.monitor(), 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
  });

  test('a wait that is over before the end of its cycle is over for `once`, too', async () => {
    const world = new World();
    await world.cycles(world.monitor(), 2);
    world.clock.skip(10 * HOUR);
    world.place(101, { inAbacos: false, placedAt: world.clock.now() - 2 * HOUR });
    const monitor = world.monitor();
    const left = (): number => (monitor.repairWait?.until ?? 0) - world.clock.now();
    do await world.cycles(monitor, 1);
    while (left() > POLICY.runningCycleMs);
    world.clock.skip(left() - 5000);
    assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 0');
    world.onEvent = ({ kind }) => {
      if (kind === 'repairs-wait' || kind === 'cycle') world.clock.skip(10_000);
    };
    await monitor.cycle(world.adapters(), world.signals);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
  });

  test('without its memory, whatever was commanded may still show', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    await world.leaveOpen(101, 1);
    world.repairs = undefined;
    const monitor = world.monitor();
    await world.cycles(monitor, 15);
    assert.equal(world.commands.length, 0);
    await world.cycles(monitor, 3);
    assert.equal(world.commands.length, 1);
  });

  test('with a clock that was set back, nothing is taken for known', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.repairs = {
      up: [{ from: world.clock.now(), to: world.clock.now() + HOUR }],
      pending: [],
      lags: {},
      paid: [],
      out: false,
      turnedUpAt: null,
    };
    await world.cycles(world.monitor(), 10);
    assert.equal(world.commands.length, 0);
  });
});
