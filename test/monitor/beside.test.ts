/** Commands run beside the cycles: no order waits for the command of another one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { CommandOutcome } from '../../src/core/command.ts';
import { MINUTE, said } from './long-runs.ts';
import { EXIT_0, HOUR, POLICY, Harness } from './harness.ts';

const HUNG: CommandOutcome = { kind: 'killed', why: 'ended by its time limit', durationMs: 10 * MINUTE, output: [] };

/** Two orders whose commands hang for ten minutes, and so take all slots. */
function allSlotsHung(): Harness {
  const harness = new Harness();
  for (let id = 101; id <= 102; id += 1) harness.place(id, { inAbacos: false });
  const hung = new Set(['1000101', '1000102']);
  harness.onCommand = ({ number }) => {
    if (hung.delete(number)) return HUNG;
    harness.insert(number);
    return EXIT_0;
  };
  return harness;
}

async function runFor(harness: Harness, ms: number): Promise<void> {
  harness.clock.after(ms, () => {
    harness.stop.abort();
    harness.abandon.abort();
  });
  await harness.monitor().run(harness.adapters, harness.signals);
}

describe('While commands hang in all slots', () => {
  test('a new missing order is found within a running cycle', async () => {
    const harness = allSlotsHung();
    harness.place(103, { inAbacos: false, placedAt: harness.clock.now() - POLICY.settleMs + MINUTE });
    let foundAt = Infinity;
    harness.onEvent = (event) => {
      if (event.kind === 'verdict' && event.orderId === 103) foundAt = Math.min(foundAt, harness.clock.monotonic());
    };
    await runFor(harness, 9 * MINUTE);
    assert.ok(foundAt <= MINUTE + POLICY.runningCycleMs, `found after ${foundAt / 1000} s`);
    assert.equal(harness.commands.length, 2, 'there is no slot for it yet');
  });

  test('a new order that Abacos has is on record within a running cycle', async () => {
    const harness = allSlotsHung();
    harness.place(103);
    await runFor(harness, MINUTE);
    assert.equal(harness.onRecord(103), 'SUCCESS OK 1');
  });

  test('the verdict on an order is no older than a running cycle when its turn comes', async () => {
    const harness = allSlotsHung();
    const number = harness.place(103, { inAbacos: false });
    let askedAt = -Infinity;
    harness.onCall = (numbers) => {
      if (numbers.some((one) => one === number)) askedAt = harness.clock.monotonic();
    };
    const ages: number[] = [];
    const { onCommand } = harness;
    harness.onCommand = (command) => {
      if (command.number === number) ages.push(harness.clock.monotonic() - askedAt);
      return onCommand(command);
    };
    await runFor(harness, 15 * MINUTE);
    assert.equal(ages.length, 1);
    assert.ok((ages[0] ?? Infinity) <= POLICY.runningCycleMs, `${ages[0] ?? 0} ms`);
    assert.equal(harness.onRecord(103), 'SUCCESS OK 2');
  });

  test('an order that comes to Abacos by itself before its turn gets no command', async () => {
    const harness = allSlotsHung();
    const number = harness.place(103, { inAbacos: false });
    harness.clock.after(5 * MINUTE, () => {
      harness.insert(number);
    });
    await runFor(harness, 30 * MINUTE);
    assert.equal(harness.commands.filter((command) => command.number === number).length, 0);
    assert.equal(harness.onRecord(103), 'SUCCESS OK 1');
  });

  test('a stop begins nothing more, and waits for them until it is to wait no longer', async () => {
    const harness = allSlotsHung();
    harness.clock.after(MINUTE, () => {
      harness.stop.abort();
    });
    harness.clock.after(2 * MINUTE, () => {
      harness.abandon.abort();
    });
    await harness.monitor().run(harness.adapters, harness.signals);
    assert.equal(harness.clock.monotonic(), 2 * MINUTE);
    assert.equal(said(harness, 'command-ended').length, 2);
  });
});

test('Slots are busy for more than 95 % of the time while orders wait, with commands of 1 to 60 s', async () => {
  const harness = new Harness();
  harness.policy = { ...POLICY, pageSize: 50, maxParallelRepairs: 4 };
  harness.answerMs = 20;
  for (let id = 101; id <= 400; id += 1) harness.place(id, { inAbacos: false });
  let busyMs = 0;
  let begun = 0;
  harness.onCommand = ({ number }) => {
    const durationMs = 1000 + ((begun * 7919) % 59_000);
    begun += 1;
    if (harness.commands.length <= 300 - 4) busyMs += durationMs;
    harness.clock.after(durationMs, () => {
      harness.insert(number);
    });
    return { kind: 'exited', status: 0, durationMs: durationMs + 1, output: [] };
  };
  let lastBegunAt = 0;
  harness.onEvent = ({ kind }) => {
    if (kind === 'command-started') lastBegunAt = harness.clock.monotonic();
    if (begun === 300 && harness.checkpoint.open.size === 0) harness.stop.abort();
  };
  await runFor(harness, 10 * HOUR);
  assert.equal(begun, 300);
  const share = busyMs / (lastBegunAt * 4);
  assert.ok(share > 0.95, `busy for ${(share * 100).toFixed(1)} % of the time`);
  assert.deepEqual(new Set(harness.inserts.values()), new Set([1]));
});

test('After a reload, commands go on with what they began with, which is released when they have ended', async () => {
  const harness = allSlotsHung();
  const first = harness.adapters();
  const second = harness.adapters();
  harness.clock.after(MINUTE, () => {
    monitor.wakeUp();
  });
  harness.clock.after(20 * MINUTE, () => {
    harness.stop.abort();
  });
  const monitor = harness.monitor();
  const released: [after: number, isFirst: boolean][] = [];
  await monitor.run(
    () => (harness.clock.monotonic() < MINUTE ? first : second),
    harness.signals,
    (unused) => released.push([harness.clock.monotonic(), unused === first]),
  );
  assert.deepEqual(released, [[HUNG.durationMs, true]]);
});

test('A command is confirmed when it has ended, and not with the next cycle', async () => {
  const harness = new Harness();
  harness.place(101, { inAbacos: false });
  let repairedAt = Infinity;
  harness.onEvent = ({ kind }) => {
    if (kind === 'repaired') repairedAt = harness.clock.monotonic();
  };
  await runFor(harness, POLICY.runningCycleMs - 1);
  assert.equal(repairedAt, EXIT_0.durationMs);
});

test('A checkpoint that fails while a command runs ends the loop at once', async () => {
  const harness = allSlotsHung();
  harness.place(103);
  harness.clock.after(MINUTE, () => {
    harness.checkpoint.failure = new Error('the disk is gone');
    harness.place(104);
  });
  await assert.rejects(runFor(harness, 9 * MINUTE), /the disk is gone/);
  assert.ok(harness.clock.monotonic() <= MINUTE + POLICY.runningCycleMs);
});
