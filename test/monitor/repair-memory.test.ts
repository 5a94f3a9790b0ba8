/** What repairs wait for is on the disk when it matters, and the disk is spared it otherwise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { RepairMemory } from '../../src/core/repair-memory.ts';
import { runFor } from './long-runs.ts';
import { EXIT_0, Harness } from './harness.ts';

test('A command is on the disk as one that runs before it begins', async () => {
  const harness = new Harness();
  harness.place(101, { inAbacos: false });
  const kept: (RepairMemory | undefined)[] = [];
  harness.onCommand = ({ number }) => {
    kept.push(harness.repairs);
    harness.insert(number);
    return EXIT_0;
  };
  await harness.cycles(harness.monitor(), 1);
  assert.deepEqual(
    kept.map((memory) => memory?.pending.map(([id, { running, task }]) => [id, task, running])),
    [[[101, 'insert_order', true]]],
  );
  assert.deepEqual(harness.repairs?.pending, [], 'Abacos has it by now');
});

test('What repairs wait for is written every thirty seconds of a backlog, and not with each of its cycles', async () => {
  const harness = new Harness();
  harness.answerMs = 1000;
  for (let id = 101; id <= 600; id += 1) harness.place(id);
  const written = new Set<RepairMemory | undefined>();
  let cycles = 0;
  harness.onEvent = ({ kind }) => {
    if (kind !== 'cycle') return;
    cycles += 1;
    written.add(harness.repairs);
  };
  await runFor(harness, 50_000);
  assert.ok(cycles >= 40, `${cycles} cycles`);
  assert.equal(written.size, 2);
});
