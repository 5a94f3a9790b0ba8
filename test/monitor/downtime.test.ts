/** While something is down no attempt is lost, nothing inserted twice; it is said once and tried at longer pauses. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { Outage } from '../../src/core/outage.ts';
import { Dependencies, retryDelayMs } from '../../src/monitor/dependencies.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, World } from './world.ts';

function said(world: World, kind: 'down' | 'up'): Event[] {
  return world.events.filter((event) => event.kind === kind);
}

/** Runs the loop for a while of its own time. */
async function runFor(world: World, ms: number): Promise<void> {
  world.clock.after(ms, () => {
    world.stop.abort();
  });
  await world.monitor().run(world.adapters, world.signals);
}

/** Six orders are missing, and no command for any of them works. */
function sickServer(): World {
  const world = new World();
  for (let id = 101; id <= 106; id += 1) world.place(id, { inAbacos: false });
  world.policy = { ...POLICY, pageSize: 50, maxParallelRepairs: 1 };
  world.onCommand = () => EXIT_1;
  return world;
}

test('retryDelayMs doubles from downtime_wait to running_cycle', () => {
  const delays = [1, 2, 3, 4, 100].map((failures) => retryDelayMs(failures, POLICY) / 1000);
  assert.deepEqual(delays, [30, 60, 120, 120, 120]);
});

test('retryDelayMs stays at downtime_wait where that is the longer of the two', () => {
  const policy = { downtimeWaitMs: 30_000, runningCycleMs: 2000 };
  assert.deepEqual(
    [1, 2, 9].map((failures) => retryDelayMs(failures, policy)),
    [30_000, 30_000, 30_000],
  );
});

test('a dependency that asks for more distance than that gets it, for this time', () => {
  let now = 0;
  const dependencies = new Dependencies({
    clock: { now: () => now, monotonic: () => now, wait: () => Promise.resolve() },
    report: () => undefined,
  });
  const policy = { ...POLICY, downtimeWaitMs: 1000, runningCycleMs: 2000 };
  const refused = { dependency: 'integration-server', reason: 'refused the login' } as const;
  dependencies.failed(new Outage({ ...refused, retryAfterMs: 30_000 }), policy);
  assert.equal(dependencies.retryMs('integration-server'), 30_000);
  now = 29_999;
  assert.equal(dependencies.mayTry('integration-server'), false);
  now = 30_000;
  assert.equal(dependencies.mayTry('integration-server'), true);
  dependencies.failed(new Outage(refused), policy);
  assert.equal(dependencies.retryMs('integration-server'), 2000);
});

describe('While Abacos is down', () => {
  test('nothing is recorded, the head stays, and it is said once; once more when it is back', async () => {
    const world = new World();
    world.place(101);
    world.abacosDown = true;
    world.clock.after(HOUR, () => {
      world.abacosDown = false;
    });
    await runFor(world, 2 * HOUR);
    assert.equal(said(world, 'down').length, 1);
    assert.equal(said(world, 'up').length, 1);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
    assert.equal(world.checkpoint.lines.length, 2);
  });

  test('it is asked after 30 s, 60 s, then every two minutes', async () => {
    const world = new World();
    world.place(101);
    world.abacosDown = true;
    const times = new Set<number>();
    world.onCall = () => times.add(world.clock.monotonic() / 1000);
    await runFor(world, 700_000);
    assert.deepEqual([...times], [0, 30, 90, 210, 330, 450, 570, 690]);
  });

  test('an open order loses no attempt', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    await world.leaveOpen(101, 2);
    world.abacosDown = true;
    await runFor(world, HOUR);
    assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 2');
    assert.equal(world.commands.length, 0);
  });

  test('that begins in the middle of a page, what was answered is recorded and the head stops before the first gap', async () => {
    const world = new World();
    for (let id = 101; id <= 105; id += 1) world.place(id);
    world.policy = { ...POLICY, maxNumbersPerCall: 3, maxParallelCalls: 1 };
    world.callsBeforeOutage = 1;
    await world.cycles(world.monitor(), 1);
    assert.equal(world.checkpoint.head, 103);
    assert.deepEqual([world.onRecord(103), world.onRecord(104)], ['SUCCESS OK 1', 'none']);
  });
});

test('While the shop’s database is down nothing happens, and it is said once', async () => {
  const world = new World();
  world.place(101);
  world.shopDown = true;
  await runFor(world, HOUR);
  assert.equal(world.asked.length, 0);
  assert.equal(said(world, 'down').length, 1);
  assert.equal(world.onRecord(101), 'none');
});

describe('While the integration server is down', () => {
  test('orders are judged and recorded without an attempt, and repaired when it is back', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.place(102);
    world.serverDown = true;
    const monitor = world.monitor();
    await world.cycles(monitor, 10);
    assert.deepEqual([world.onRecord(101), world.onRecord(102)], ['FAILED NOT_FOUND 0', 'SUCCESS OK 1']);
    assert.equal(said(world, 'down').length, 1);
    world.serverDown = false;
    await world.cycles(monitor, 2);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
    assert.equal(said(world, 'up').length, 1);
  });

  test('it is tried at the pace of downtime_wait, however many orders wait for it', async () => {
    const world = new World();
    for (let id = 101; id <= 140; id += 1) world.place(id, { inAbacos: false });
    world.serverDown = true;
    await runFor(world, 700_000);
    assert.ok(world.connects.length <= 8, `${world.connects.length} connections were tried`);
  });

  test('so that a task can not be started, its attempt is given back', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => ({ kind: 'not-started', why: 'no such folder', durationMs: 10, output: [] });
    await world.cycles(world.monitor(), 4);
    assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 0');
    assert.equal(said(world, 'down').length, 1);
  });
});

describe('A command that nobody started', () => {
  for (const kind of ['busy', 'too-soon'] as const) {
    test(`(${kind}) costs no attempt, and the order is looked at again`, async () => {
      const world = new World();
      world.place(101, { inAbacos: false });
      let left = 6;
      world.onCommand = ({ number }) => {
        left -= 1;
        if (left > 0) return { kind, durationMs: 5, output: [] };
        world.insert(number);
        return EXIT_0;
      };
      await world.cycles(world.monitor(), 6);
      assert.equal(world.onRecord(101), 'SUCCESS OK 2');
    });
  }

  test('(lost) keeps its attempt: it may be running still', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => ({ kind: 'lost', why: 'connection reset', durationMs: 5, output: [] });
    await world.cycles(world.monitor(), 4);
    assert.equal(world.commands.length, 1);
    assert.equal(world.onRecord(101), 'FAILED NOT_FOUND 1');
  });
});

describe('Commands of five different orders that fail in a row', () => {
  function failingWorld(): World {
    const world = new World();
    for (let id = 101; id <= 120; id += 1) world.place(id, { inAbacos: false });
    world.policy = { ...POLICY, pageSize: 50, maxParallelRepairs: 1 };
    world.onCommand = () => EXIT_1;
    return world;
  }

  test('pause the repairs: the others keep their attempts', async () => {
    const world = failingWorld();
    await world.cycles(world.monitor(), 1);
    assert.equal(world.commands.length, 5);
    assert.equal(world.onRecord(106), 'FAILED NOT_FOUND 0');
    assert.match(JSON.stringify(said(world, 'down')), /rake aborted!/);
  });

  test('lead to one try at growing pauses, and to all of them once a command works', async () => {
    const world = failingWorld();
    const monitor = world.monitor();
    await world.cycles(monitor, 120);
    const tries = world.commands.slice(5).map(({ at }) => at / 60_000);
    const pauses = tries.slice(1).map((at, index) => Math.round(at - (tries[index] ?? 0)));
    assert.deepEqual(pauses, [4, 8, 16, 32, 60, 60]);
    for (let id = 101; id <= 120; id += 1) assert.match(world.onRecord(id), /^FAILED NOT_FOUND [01]$/);
    world.onCommand = ({ number }) => {
      world.insert(number);
      return EXIT_0;
    };
    await world.cycles(monitor, 20);
    for (let id = 101; id <= 120; id += 1) assert.match(world.onRecord(id), /^SUCCESS OK/);
    assert.equal(said(world, 'up').length, 1);
  });

  test('are no sickness when Abacos then has the orders', async () => {
    const world = failingWorld();
    world.onCommand = ({ number }) => {
      world.insert(number);
      return EXIT_1;
    };
    await world.cycles(world.monitor(), 6);
    for (let id = 101; id <= 120; id += 1) assert.match(world.onRecord(id), /^SUCCESS OK/);
    assert.equal(said(world, 'down').length, 0);
  });
});

describe('What is back without an order that needs it is noticed to be back', () => {
  test('Abacos, after the order was deleted that it could not be asked about', async () => {
    const world = new World();
    world.place(101);
    world.abacosDown = true;
    world.clock.after(HOUR, () => {
      world.rows.clear();
      world.abacosDown = false;
    });
    await runFor(world, 2 * HOUR);
    assert.deepEqual([said(world, 'down').length, said(world, 'up').length], [1, 1]);
  });

  test('the integration server, after its orders came to Abacos by another way', async () => {
    const world = new World();
    const number = world.place(101, { inAbacos: false });
    world.serverDown = true;
    world.clock.after(HOUR / 2, () => {
      world.insert(number);
    });
    world.clock.after(HOUR, () => {
      assert.equal(said(world, 'up').length, 0);
      world.serverDown = false;
    });
    await runFor(world, 2 * HOUR);
    assert.deepEqual([said(world, 'down').length, said(world, 'up').length], [1, 1]);
    assert.equal(world.commands.length, 0);
  });

  test('a sick one, after its orders were mended by hand', async () => {
    const world = sickServer();
    world.clock.after(600_000, () => {
      for (const { number } of world.rows.values()) if (number !== null) world.insert(number);
    });
    await runFor(world, 2 * HOUR);
    assert.deepEqual([said(world, 'down').length, said(world, 'up').length], [1, 1]);
  });

  test('but not a sick one by its connection, as long as orders wait for it', async () => {
    const world = sickServer();
    world.policy = { ...world.policy, maxAttempts: 1000 };
    await runFor(world, 2 * HOUR);
    assert.deepEqual([said(world, 'down').length, said(world, 'up').length], [1, 0]);
  });
});

test('No order is inserted twice, whatever is left over from one cycle to the next', async () => {
  const world = new World();
  for (let id = 101; id <= 160; id += 1) world.place(id, { inAbacos: false });
  world.clock.after(20 * HOUR, () => {
    world.stop.abort();
  });
  await world.monitor().run(world.adapters, world.signals);
  assert.equal(world.inserts.size, 60);
  assert.deepEqual(new Set(world.inserts.values()), new Set([1]));
});

test('A stop begins no new command, and waits for those that run', async () => {
  const world = new World();
  for (let id = 101; id <= 104; id += 1) world.place(id, { inAbacos: false });
  world.onCommand = ({ number }) => {
    world.stop.abort();
    world.insert(number);
    return EXIT_0;
  };
  await world.monitor().run(world.adapters, world.signals);
  assert.ok(world.commands.length <= POLICY.maxParallelRepairs);
  assert.equal(world.kinds().filter((kind) => kind === 'command-ended').length, world.commands.length);
});

describe('The loop never spins', () => {
  /** Runs for an hour of its own time, and counts the cycles that a minute saw at most. */
  async function busiestMinute(world: World): Promise<number> {
    const cycles = new Map<number, number>();
    const monitor = world.monitor();
    world.onEvent = (event) => {
      if (event.kind !== 'cycle') return;
      const minute = Math.floor(world.clock.monotonic() / 60_000);
      cycles.set(minute, (cycles.get(minute) ?? 0) + 1);
      if ((cycles.get(minute) ?? 0) > 100) world.stop.abort();
    };
    world.clock.after(HOUR, () => {
      world.stop.abort();
    });
    await monitor.run(world.adapters, world.signals);
    return Math.max(...cycles.values());
  }

  test('when Abacos goes down between a command and its confirmation', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => {
      world.abacosDown = true;
      return EXIT_0;
    };
    world.clock.after(HOUR / 2, () => {
      world.abacosDown = false;
    });
    assert.ok((await busiestMinute(world)) <= 4);
  });

  test('when the server refuses to start the task', async () => {
    const world = new World();
    world.place(101, { inAbacos: false });
    world.onCommand = () => ({ kind: 'not-started', why: 'no such folder', durationMs: 10, output: [] });
    assert.ok((await busiestMinute(world)) <= 4);
  });

  test('when the orders of a sick server are mended by hand', async () => {
    const world = sickServer();
    world.clock.after(600_000, () => {
      for (const { number } of world.rows.values()) if (number !== null) world.insert(number);
    });
    assert.ok((await busiestMinute(world)) <= 4);
  });
});

test('The head moves past an open order that is on record already and has nothing new to say', async () => {
  const world = new World();
  for (let id = 101; id <= 112; id += 1) world.place(id, { inAbacos: id !== 105 });
  await world.leaveOpen(105, 5);
  world.checkpoint.head = world.checkpoint.start;
  await world.cycles(world.monitor(), 5);
  assert.equal(world.checkpoint.head, 112);
});

test('A checkpoint that fails in the middle of repairs lets no worker begin another command', async () => {
  const world = new World();
  for (let id = 101; id <= 105; id += 1) world.place(id, { inAbacos: false });
  world.onCommand = ({ number }) => {
    if (world.commands.length === 2) world.checkpoint.failure = new Error('ENOSPC: no space left on device');
    return { ...EXIT_0, durationMs: number.endsWith('1') ? 1000 : 9000 };
  };
  await assert.rejects(world.monitor().run(world.adapters, world.signals), /ENOSPC/);
  assert.equal(world.commands.length, 2);
});

test('What is down is tried at once when a person asks for a cycle', async () => {
  const world = new World();
  world.place(101);
  world.abacosDown = true;
  const monitor = world.monitor();
  await world.cycles(monitor, 4);
  world.abacosDown = false;
  // Its next try is due in two minutes.
  monitor.runNow('ana');
  await monitor.cycle(world.adapters(), world.signals);
  assert.equal(monitor.dependency('abacos').kind, 'up');
});

test('The integration server is tried in the first cycle, so that nobody takes it for well until an order needs it', async () => {
  const world = new World();
  world.serverDown = true;
  const monitor = world.monitor();
  assert.equal(monitor.dependency('integration-server').kind, 'not-asked');
  assert.equal(monitor.dependency('abacos').kind, 'not-asked');
  await world.cycles(monitor, 1);
  assert.equal(monitor.dependency('integration-server').kind, 'down');
  assert.equal(monitor.dependency('abacos').kind, 'up');
});
