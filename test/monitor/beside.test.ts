/** Commands run beside the cycles: no order waits for the command of another one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { CommandOutcome } from '../../src/core/command.ts';
import { MINUTE, said } from './long-runs.ts';
import { EXIT_0, HOUR, POLICY, World } from './world.ts';

const HUNG: CommandOutcome = { kind: 'killed', why: 'ended by its time limit', durationMs: 10 * MINUTE, output: [] };

/** Two orders whose commands hang for ten minutes, and so take all slots. */
function allSlotsHung(): World {
  const world = new World();
  for (let id = 101; id <= 102; id += 1) world.place(id, { inAbacos: false });
  const hung = new Set(['1000101', '1000102']);
  world.onCommand = ({ number }) => {
    if (hung.delete(number)) return HUNG;
    world.insert(number);
    return EXIT_0;
  };
  return world;
}

async function runFor(world: World, ms: number): Promise<void> {
  world.clock.after(ms, () => {
    world.stop.abort();
    world.abandon.abort();
  });
  await world.monitor().run(world.adapters, world.signals);
}

describe('While commands hang in all slots', () => {
  test('a new missing order is found within a running cycle', async () => {
    const world = allSlotsHung();
    world.place(103, { inAbacos: false, placedAt: world.clock.now() - POLICY.settleMs + MINUTE });
    let foundAt = Infinity;
    world.onEvent = (event) => {
      if (event.kind === 'verdict' && event.orderId === 103) foundAt = Math.min(foundAt, world.clock.monotonic());
    };
    await runFor(world, 9 * MINUTE);
    assert.ok(foundAt <= MINUTE + POLICY.runningCycleMs, `found after ${foundAt / 1000} s`);
    assert.equal(world.commands.length, 2, 'there is no slot for it yet');
  });

  test('a new order that Abacos has is on record within a running cycle', async () => {
    const world = allSlotsHung();
    world.place(103);
    await runFor(world, MINUTE);
    assert.equal(world.onRecord(103), 'SUCCESS OK 1');
  });

  test('the verdict on an order is no older than a running cycle when its turn comes', async () => {
    const world = allSlotsHung();
    const number = world.place(103, { inAbacos: false });
    let askedAt = -Infinity;
    world.onCall = (numbers) => {
      if (numbers.some((one) => one === number)) askedAt = world.clock.monotonic();
    };
    const ages: number[] = [];
    const { onCommand } = world;
    world.onCommand = (command) => {
      if (command.number === number) ages.push(world.clock.monotonic() - askedAt);
      return onCommand(command);
    };
    await runFor(world, 15 * MINUTE);
    assert.equal(ages.length, 1);
    assert.ok((ages[0] ?? Infinity) <= POLICY.runningCycleMs, `${ages[0] ?? 0} ms`);
    assert.equal(world.onRecord(103), 'SUCCESS OK 2');
  });

  test('an order that comes to Abacos by itself before its turn gets no command', async () => {
    const world = allSlotsHung();
    const number = world.place(103, { inAbacos: false });
    world.clock.after(5 * MINUTE, () => {
      world.insert(number);
    });
    await runFor(world, 30 * MINUTE);
    assert.equal(world.commands.filter((command) => command.number === number).length, 0);
    assert.equal(world.onRecord(103), 'SUCCESS OK 1');
  });

  test('a stop begins nothing more, and waits for them until it is to wait no longer', async () => {
    const world = allSlotsHung();
    world.clock.after(MINUTE, () => {
      world.stop.abort();
    });
    world.clock.after(2 * MINUTE, () => {
      world.abandon.abort();
    });
    await world.monitor().run(world.adapters, world.signals);
    assert.equal(world.clock.monotonic(), 2 * MINUTE);
    assert.equal(said(world, 'command-ended').length, 2);
  });
});

test('Slots are busy for more than 95 % of the time while orders wait, with commands of 1 to 60 s', async () => {
  const world = new World();
  world.policy = { ...POLICY, pageSize: 50, maxParallelRepairs: 4 };
  world.answerMs = 20;
  for (let id = 101; id <= 400; id += 1) world.place(id, { inAbacos: false });
  let busyMs = 0;
  let begun = 0;
  world.onCommand = ({ number }) => {
    const durationMs = 1000 + ((begun * 7919) % 59_000);
    begun += 1;
    if (world.commands.length <= 300 - 4) busyMs += durationMs;
    world.clock.after(durationMs, () => {
      world.insert(number);
    });
    return { kind: 'exited', status: 0, durationMs: durationMs + 1, output: [] };
  };
  let lastBegunAt = 0;
  world.onEvent = ({ kind }) => {
    if (kind === 'command-started') lastBegunAt = world.clock.monotonic();
    if (begun === 300 && world.checkpoint.open.size === 0) world.stop.abort();
  };
  await runFor(world, 10 * HOUR);
  assert.equal(begun, 300);
  const share = busyMs / (lastBegunAt * 4);
  assert.ok(share > 0.95, `busy for ${(share * 100).toFixed(1)} % of the time`);
  assert.deepEqual(new Set(world.inserts.values()), new Set([1]));
});

test('After a reload, commands go on with what they began with, which is released when they have ended', async () => {
  const world = allSlotsHung();
  const first = world.adapters();
  const second = world.adapters();
  world.clock.after(MINUTE, () => {
    monitor.wakeUp();
  });
  world.clock.after(20 * MINUTE, () => {
    world.stop.abort();
  });
  const monitor = world.monitor();
  const released: [after: number, isFirst: boolean][] = [];
  await monitor.run(
    () => (world.clock.monotonic() < MINUTE ? first : second),
    world.signals,
    (unused) => released.push([world.clock.monotonic(), unused === first]),
  );
  assert.deepEqual(released, [[HUNG.durationMs, true]]);
});

test('A command is confirmed when it has ended, and not with the next cycle', async () => {
  const world = new World();
  world.place(101, { inAbacos: false });
  let repairedAt = Infinity;
  world.onEvent = ({ kind }) => {
    if (kind === 'repaired') repairedAt = world.clock.monotonic();
  };
  await runFor(world, POLICY.runningCycleMs - 1);
  assert.equal(repairedAt, EXIT_0.durationMs);
});

test('A checkpoint that fails while a command runs ends the loop at once', async () => {
  const world = allSlotsHung();
  world.place(103);
  world.clock.after(MINUTE, () => {
    world.checkpoint.failure = new Error('the disk is gone');
    world.place(104);
  });
  await assert.rejects(runFor(world, 9 * MINUTE), /the disk is gone/);
  assert.ok(world.clock.monotonic() <= MINUTE + POLICY.runningCycleMs);
});
