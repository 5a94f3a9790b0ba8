/** No order is inserted twice because an insert shows late. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { CommandOutcome } from '../../src/core/command.ts';
import { orderId } from '../../src/core/order.ts';
import { runFor, said, twice } from './long-runs.ts';
import { EXIT_0, HOUR, POLICY, Harness, type Command } from './harness.ts';

const WAIT = POLICY.repairWaitMs;

describe('An insert that shows late', () => {
  /** Commands that do their work, which Abacos shows after a lag. */
  function laggard(harness: Harness, lagMs: number, outcome: CommandOutcome = EXIT_0): void {
    harness.onCommand = ({ number }: Command) => {
      harness.inserts.set(number, (harness.inserts.get(number) ?? 0) + 1);
      harness.clock.after(outcome.durationMs + lagMs, () => {
        harness.erp.set(number, { kind: 'exists', status: 'invoiced' });
      });
      return outcome;
    };
  }

  for (const lag of [0.5, 2.5, 3.9]) {
    test(`after ${lag} times repair_wait is inserted once`, async () => {
      const harness = new Harness();
      for (let id = 101; id <= 103; id += 1) harness.place(id, { inAbacos: false });
      laggard(harness, lag * WAIT);
      await runFor(harness, 12 * HOUR);
      assert.deepEqual([...harness.inserts.values()], [1, 1, 1]);
      for (let id = 101; id <= 103; id += 1) assert.match(harness.onRecord(id), /^SUCCESS OK/);
    });
  }

  for (const lag of [7.5, 30, 200]) {
    test(`after ${lag} times repair_wait is inserted twice at the most, and then never again after the same lag`, async () => {
      const harness = new Harness();
      harness.place(101, { inAbacos: false });
      laggard(harness, lag * WAIT);
      for (let index = 0; index < 5; index += 1) {
        const placedAt = harness.clock.now() + 15 * HOUR + index * 30 * HOUR;
        harness.place(110 + index, { inAbacos: false, placedAt });
      }
      await runFor(harness, 9 * 24 * HOUR);
      const [first, ...later] = [...harness.inserts.values()];
      assert.ok(first !== undefined && first <= 2, `inserted ${first ?? 0} times`);
      assert.deepEqual(later, [1, 1, 1, 1, 1]);
      for (let id = 110; id <= 114; id += 1) assert.match(harness.onRecord(id), /^SUCCESS OK/);
      assert.ok(said(harness, 'lag-learned').length >= 1);
    });
  }

  // Without more to say, the file is written in one of three such cycles.
  for (const later of [0, 10_000, 20_000]) {
    test(`a lag of 7.5 times repair_wait and ${later} ms, once learned, is on the disk at the end of its cycle`, async () => {
      const harness = new Harness();
      harness.policy = { ...POLICY, runningCycleMs: 10_000 };
      harness.place(101, { inAbacos: false });
      const lagMs = 7.5 * WAIT + later;
      laggard(harness, lagMs);
      const keeps: unknown[] = [];
      harness.onEvent = ({ kind }) => {
        if (kind === 'lag-learned') keeps.push(kind);
        if (kind === 'cycle' && keeps.length > 0) keeps.push(harness.repairs?.lags.insert_order);
      };
      await runFor(harness, 2 * HOUR);
      assert.equal(keeps[0], 'lag-learned');
      assert.ok(Number(keeps[1]) >= lagMs, 'the file has it when the cycle is over');
    });
  }

  // Both orders are looked at in one cycle, or in two while a command of another order takes the only slot.
  for (const pageSize of [5, 1]) {
    test(`teaches before the commands that wait begin, where a cycle takes ${pageSize} orders`, async () => {
      const harness = new Harness();
      harness.policy = { ...POLICY, pageSize, maxParallelRepairs: 1 };
      const inDoubt = [101, 102];
      const numbers = inDoubt.map((id) => harness.place(id, { inAbacos: false }));
      for (const id of inDoubt) await harness.leaveOpen(id, 1);
      harness.place(103, { inAbacos: false });
      const endedAt = harness.clock.now() - 4 * WAIT;
      const sent = { task: 'insert_order', commands: 1, running: false, denied: true } as const;
      const pending = inDoubt.map((id) => [orderId(id), { ...sent, startedAt: endedAt - 9000, endedAt }] as const);
      if (harness.repairs !== undefined) harness.repairs = { ...harness.repairs, pending };
      const asked = new Set<string>();
      harness.answerTo = (number) => {
        if (numbers.includes(number)) asked.add(number);
        // Of the two it shows the one that it was asked about last.
        if (asked.size === 2 && [...asked][1] === number) return { kind: 'exists', status: 'in-progress' };
        return harness.erp.get(number) ?? { kind: 'missing' };
      };
      await runFor(harness, 2 * HOUR);
      const [learned] = said(harness, 'lag-learned');
      assert.ok(learned !== undefined && learned.lagMs > 4 * WAIT);
      const again = harness.commands.find(({ number }) => number === [...asked][0]);
      assert.ok(again !== undefined);
      assert.ok(again.at >= learned.lagMs - 4 * WAIT, `run after ${(again.at + 4 * WAIT) / 1000} s`);
    });
  }

  test('a lag that was learned outlasts the process', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    laggard(harness, 7.5 * WAIT);
    await runFor(harness, 2 * HOUR);
    assert.match(harness.onRecord(101), /^SUCCESS OK/);
    const second = harness.monitor();
    assert.ok((second.lags.insert_order ?? 0) >= 7.5 * WAIT);
    harness.inserts.clear();
    harness.place(102, { inAbacos: false });
    await runFor(harness, 2 * HOUR, second);
    assert.deepEqual([...harness.inserts.values()], [1]);
  });

  const gaveUp: CommandOutcome = {
    kind: 'exited',
    status: 1,
    durationMs: 9000,
    output: ['rake aborted!', 'Timeout::Error: execution expired'],
  };
  const killed: CommandOutcome = { kind: 'killed', why: 'ended by its time limit', durationMs: 600_000, output: [] };
  const lost: CommandOutcome = { kind: 'lost', why: 'the connection broke', durationMs: 9000, output: [] };
  for (const [name, outcome] of Object.entries({
    'gave up waiting': gaveUp,
    'was killed': killed,
    'was lost sight of': lost,
  })) {
    test(`of a task that ${name} is waited for as long`, async () => {
      const harness = new Harness();
      harness.place(101, { inAbacos: false });
      laggard(harness, 3 * WAIT, outcome);
      await runFor(harness, 12 * HOUR);
      assert.deepEqual([...harness.inserts.values()], [1]);
    });
  }

  test('never comes: two commands, and then a person is told why there is no third', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => EXIT_0;
    await runFor(harness, 12 * HOUR);
    const times = harness.commands.map(({ at }) => at);
    assert.equal(times.length, 2);
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 4 * WAIT);
    assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 5');
    const [givenUp] = said(harness, 'given-up');
    assert.match(givenUp?.why ?? '', /^two commands ended without an error/);
  });

  test('is told to the lock on the server too, which other monitors use', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => EXIT_0;
    await runFor(harness, 12 * HOUR);
    // The first one as well: another monitor may have run one that this one knows nothing of.
    assert.deepEqual(
      harness.commands.map(({ waitMs }) => waitMs / WAIT),
      [4, 4],
    );
  });

  test('of the shop itself is on its way when the shop says so', async () => {
    const harness = new Harness();
    const sent = harness.place(101, { inAbacos: false, sentAt: harness.clock.now() - WAIT });
    harness.place(102, { inAbacos: false, sentAt: harness.clock.now() - HOUR });
    harness.clock.after(2.5 * WAIT, () => {
      harness.insert(sent);
    });
    await runFor(harness, 3 * HOUR);
    assert.deepEqual(
      harness.commands.map(({ number }) => number),
      ['1000102'],
    );
    assert.deepEqual(twice(harness), []);
  });
});
