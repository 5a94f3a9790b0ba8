/** No order is inserted twice because an insert shows late. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { CommandOutcome } from '../../src/core/command.ts';
import { runFor, said, twice } from './long-runs.ts';
import { EXIT_0, HOUR, POLICY, World, type Command } from './world.ts';

const WAIT = POLICY.repairWaitMs;

describe('An insert that shows late', () => {
  /** Commands that do their work, which Abacos shows after a lag. */
  function laggard(world: World, lagMs: number, outcome: CommandOutcome = EXIT_0): void {
    world.onCommand = ({ number }: Command) => {
      world.inserts.set(number, (world.inserts.get(number) ?? 0) + 1);
      world.clock.after(outcome.durationMs + lagMs, () => {
        world.erp.set(number, { kind: 'exists', status: 'invoiced' });
      });
      return outcome;
    };
  }

  for (const lag of [0.5, 2.5, 3.9]) {
    test(`after ${lag} times repair_wait is inserted once`, async () => {
      const world = new World();
      for (let id = 101; id <= 103; id += 1) world.place(id, { inAbacos: false });
      laggard(world, lag * WAIT);
      await runFor(world, 12 * HOUR);
      assert.deepEqual([...world.inserts.values()], [1, 1, 1]);
      for (let id = 101; id <= 103; id += 1) assert.match(world.onRecord(id), /^SUCCESS OK/);
    });
  }

  for (const lag of [7.5, 30, 200]) {
    test(`after ${lag} times repair_wait is inserted twice at the most, and then never again after the same lag`, async () => {
      const world = new World();
      world.place(101, { inAbacos: false });
      laggard(world, lag * WAIT);
      for (let index = 0; index < 5; index += 1) {
        const placedAt = world.clock.now() + 15 * HOUR + index * 30 * HOUR;
        world.place(110 + index, { inAbacos: false, placedAt });
      }
      await runFor(world, 9 * 24 * HOUR);
      const [first, ...later] = [...world.inserts.values()];
      assert.ok(first !== undefined && first <= 2, `inserted ${first ?? 0} times`);
      assert.deepEqual(later, [1, 1, 1, 1, 1]);
      for (let id = 110; id <= 114; id += 1) assert.match(world.onRecord(id), /^SUCCESS OK/);
      assert.ok(said(world, 'lag-learned').length >= 1);
    });
  }

  // Without more to say, the file is written in one of three such cycles.
  for (const later of [0, 10_000, 20_000]) {
    test(`a lag of 7.5 times repair_wait and ${later} ms, once learned, is on the disk at the end of its cycle`, async () => {
      const world = new World();
      world.policy = { ...POLICY, runningCycleMs: 10_000 };
      world.place(101, { inAbacos: false });
      const lagMs = 7.5 * WAIT + later;
      laggard(world, lagMs);
      const keeps: unknown[] = [];
      world.onEvent = ({ kind }) => {
        if (kind === 'lag-learned') keeps.push(kind);
        if (kind === 'cycle' && keeps.length > 0) keeps.push(world.repairs?.lags.insert_order);
      };
      await runFor(world, 2 * HOUR);
      assert.equal(keeps[0], 'lag-learned');
      assert.ok(Number(keeps[1]) >= lagMs, 'the file has it when the cycle is over');
    });
  }

  test('a lag that was learned outlasts the process', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    laggard(world, 7.5 * WAIT);
    await runFor(world, 2 * HOUR);
    assert.match(world.onRecord(101), /^SUCCESS OK/);
    const second = world.monitor();
    assert.ok((second.lags.insert_order ?? 0) >= 7.5 * WAIT);
    world.inserts.clear();
    world.place(102, { inAbacos: false });
    await runFor(world, 2 * HOUR, second);
    assert.deepEqual([...world.inserts.values()], [1]);
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
      const world = new World();
      world.place(101, { inAbacos: false });
      laggard(world, 3 * WAIT, outcome);
      await runFor(world, 12 * HOUR);
      assert.deepEqual([...world.inserts.values()], [1]);
    });
  }

  test('never comes: two commands, and then a person is told why there is no third', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => EXIT_0;
    await runFor(world, 12 * HOUR);
    const times = world.commands.map(({ at }) => at);
    assert.equal(times.length, 2);
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 4 * WAIT);
    assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 5');
    const [givenUp] = said(world, 'given-up');
    assert.match(givenUp?.why ?? '', /^two commands ended without an error/);
  });

  test('is told to the lock on the server too, which other monitors use', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => EXIT_0;
    await runFor(world, 12 * HOUR);
    // The first one as well: another monitor may have run one that this one knows nothing of.
    assert.deepEqual(
      world.commands.map(({ waitMs }) => waitMs / WAIT),
      [4, 4],
    );
  });

  test('of the shop itself is on its way when the shop says so', async () => {
    const world = new World();
    const sent = world.place(101, { inAbacos: false, sentAt: world.clock.now() - WAIT });
    world.place(102, { inAbacos: false, sentAt: world.clock.now() - HOUR });
    world.clock.after(2.5 * WAIT, () => {
      world.insert(sent);
    });
    await runFor(world, 3 * HOUR);
    assert.deepEqual(
      world.commands.map(({ number }) => number),
      ['1000102'],
    );
    assert.deepEqual(twice(world), []);
  });
});
