/** While something is down no attempt is lost, nothing inserted twice; it is said once and tried at longer pauses. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { Outage } from '../../src/core/outage.ts';
import { Dependencies, retryDelayMs } from '../../src/monitor/dependencies.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, Harness } from './harness.ts';

function said(harness: Harness, kind: 'down' | 'up'): Event[] {
  return harness.events.filter((event) => event.kind === kind);
}

/** Runs the loop for a while of its own time. */
async function runFor(harness: Harness, ms: number): Promise<void> {
  harness.clock.after(ms, () => {
    harness.stop.abort();
  });
  await harness.monitor().run(harness.adapters, harness.signals);
}

/** Six orders are missing, and no command for any of them works. */
function sickServer(): Harness {
  const harness = new Harness();
  for (let id = 101; id <= 106; id += 1) harness.place(id, { inAbacos: false });
  harness.policy = { ...POLICY, pageSize: 50, maxParallelRepairs: 1 };
  harness.onCommand = () => EXIT_1;
  return harness;
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
    const harness = new Harness();
    harness.place(101);
    harness.abacosDown = true;
    harness.clock.after(HOUR, () => {
      harness.abacosDown = false;
    });
    await runFor(harness, 2 * HOUR);
    assert.equal(said(harness, 'down').length, 1);
    assert.equal(said(harness, 'up').length, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
    assert.equal(harness.checkpoint.lines.length, 2);
  });

  test('it is asked after 30 s, 60 s, then every two minutes', async () => {
    const harness = new Harness();
    harness.place(101);
    harness.abacosDown = true;
    const times = new Set<number>();
    harness.onCall = () => times.add(harness.clock.monotonic() / 1000);
    await runFor(harness, 700_000);
    assert.deepEqual([...times], [0, 30, 90, 210, 330, 450, 570, 690]);
  });

  test('an open order loses no attempt', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    await harness.leaveOpen(101, 2);
    harness.abacosDown = true;
    await runFor(harness, HOUR);
    assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 2');
    assert.equal(harness.commands.length, 0);
  });

  test('that begins in the middle of a page, what was answered is recorded and the head stops before the first gap', async () => {
    const harness = new Harness();
    for (let id = 101; id <= 105; id += 1) harness.place(id);
    harness.policy = { ...POLICY, maxNumbersPerCall: 3, maxParallelCalls: 1 };
    harness.callsBeforeOutage = 1;
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.checkpoint.head, 103);
    assert.deepEqual([harness.onRecord(103), harness.onRecord(104)], ['SUCCESS OK 1', 'none']);
  });
});

test('While the shop’s database is down nothing happens, and it is said once', async () => {
  const harness = new Harness();
  harness.place(101);
  harness.shopDown = true;
  await runFor(harness, HOUR);
  assert.equal(harness.asked.length, 0);
  assert.equal(said(harness, 'down').length, 1);
  assert.equal(harness.onRecord(101), 'none');
});

describe('While the integration server is down', () => {
  test('orders are judged and recorded without an attempt, and repaired when it is back', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.place(102);
    harness.serverDown = true;
    const monitor = harness.monitor();
    await harness.cycles(monitor, 10);
    assert.deepEqual([harness.onRecord(101), harness.onRecord(102)], ['FAILED NOT_FOUND 0', 'SUCCESS OK 1']);
    assert.equal(said(harness, 'down').length, 1);
    harness.serverDown = false;
    await harness.cycles(monitor, 2);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
    assert.equal(said(harness, 'up').length, 1);
  });

  test('it is tried at the pace of downtime_wait, however many orders wait for it', async () => {
    const harness = new Harness();
    for (let id = 101; id <= 140; id += 1) harness.place(id, { inAbacos: false });
    harness.serverDown = true;
    await runFor(harness, 700_000);
    assert.ok(harness.connects.length <= 8, `${harness.connects.length} connections were tried`);
  });

  test('so that a task can not be started, its attempt is given back', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    const refusal = { kind: 'not-started', why: 'no such folder', hint: 'set rails_root', durationMs: 10 } as const;
    harness.onCommand = () => ({ ...refusal, output: [] });
    await harness.cycles(harness.monitor(), 4);
    assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 0');
    const { why: reason, hint } = refusal;
    assert.deepEqual(said(harness, 'down'), [{ kind: 'down', dependency: 'integration-server', reason, hint }]);
  });
});

describe('A command that nobody started', () => {
  for (const kind of ['busy', 'too-soon'] as const) {
    test(`(${kind}) costs no attempt, and the order is looked at again`, async () => {
      const harness = new Harness();
      harness.place(101, { inAbacos: false });
      let left = 6;
      harness.onCommand = ({ number }) => {
        left -= 1;
        if (left > 0) return { kind, durationMs: 5, output: [] };
        harness.insert(number);
        return EXIT_0;
      };
      await harness.cycles(harness.monitor(), 6);
      assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
    });
  }

  test('(lost) keeps its attempt: it may be running still', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => ({ kind: 'lost', why: 'connection reset', durationMs: 5, output: [] });
    await harness.cycles(harness.monitor(), 4);
    assert.equal(harness.commands.length, 1);
    assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 1');
  });
});

describe('Commands of five different orders that fail in a row', () => {
  function failingHarness(): Harness {
    const harness = new Harness();
    for (let id = 101; id <= 120; id += 1) harness.place(id, { inAbacos: false });
    harness.policy = { ...POLICY, pageSize: 50, maxParallelRepairs: 1 };
    harness.onCommand = () => EXIT_1;
    return harness;
  }

  test('pause the repairs: the others keep their attempts', async () => {
    const harness = failingHarness();
    await harness.cycles(harness.monitor(), 1);
    assert.equal(harness.commands.length, 5);
    assert.equal(harness.onRecord(106), 'FAILED NOT_FOUND 0');
    assert.match(JSON.stringify(said(harness, 'down')), /rake aborted!/);
  });

  test('lead to one try at growing pauses, and to all of them once a command works', async () => {
    const harness = failingHarness();
    const monitor = harness.monitor();
    await harness.cycles(monitor, 120);
    const tries = harness.commands.slice(5).map(({ at }) => at / 60_000);
    const pauses = tries.slice(1).map((at, index) => Math.round(at - (tries[index] ?? 0)));
    assert.deepEqual(pauses, [4, 8, 16, 32, 60, 60]);
    for (let id = 101; id <= 120; id += 1) assert.match(harness.onRecord(id), /^FAILED NOT_FOUND [01]$/);
    harness.onCommand = ({ number }) => {
      harness.insert(number);
      return EXIT_0;
    };
    await harness.cycles(monitor, 20);
    for (let id = 101; id <= 120; id += 1) assert.match(harness.onRecord(id), /^SUCCESS OK/);
    assert.equal(said(harness, 'up').length, 1);
  });

  test('are no sickness when Abacos then has the orders', async () => {
    const harness = failingHarness();
    harness.onCommand = ({ number }) => {
      harness.insert(number);
      return EXIT_1;
    };
    await harness.cycles(harness.monitor(), 6);
    for (let id = 101; id <= 120; id += 1) assert.match(harness.onRecord(id), /^SUCCESS OK/);
    assert.equal(said(harness, 'down').length, 0);
  });
});

describe('What is back without an order that needs it is noticed to be back', () => {
  test('Abacos, after the order was deleted that it could not be asked about', async () => {
    const harness = new Harness();
    harness.place(101);
    harness.abacosDown = true;
    harness.clock.after(HOUR, () => {
      harness.rows.clear();
      harness.abacosDown = false;
    });
    await runFor(harness, 2 * HOUR);
    assert.deepEqual([said(harness, 'down').length, said(harness, 'up').length], [1, 1]);
  });

  test('the integration server, after its orders came to Abacos by another way', async () => {
    const harness = new Harness();
    const number = harness.place(101, { inAbacos: false });
    harness.serverDown = true;
    harness.clock.after(HOUR / 2, () => {
      harness.insert(number);
    });
    harness.clock.after(HOUR, () => {
      assert.equal(said(harness, 'up').length, 0);
      harness.serverDown = false;
    });
    await runFor(harness, 2 * HOUR);
    assert.deepEqual([said(harness, 'down').length, said(harness, 'up').length], [1, 1]);
    assert.equal(harness.commands.length, 0);
  });

  test('a sick one, after its orders were mended by hand', async () => {
    const harness = sickServer();
    harness.clock.after(600_000, () => {
      for (const { number } of harness.rows.values()) if (number !== null) harness.insert(number);
    });
    await runFor(harness, 2 * HOUR);
    assert.deepEqual([said(harness, 'down').length, said(harness, 'up').length], [1, 1]);
  });

  test('but not a sick one by its connection, as long as orders wait for it', async () => {
    const harness = sickServer();
    harness.policy = { ...harness.policy, maxAttempts: 1000 };
    await runFor(harness, 2 * HOUR);
    assert.deepEqual([said(harness, 'down').length, said(harness, 'up').length], [1, 0]);
  });
});

test('No order is inserted twice, whatever is left over from one cycle to the next', async () => {
  const harness = new Harness();
  for (let id = 101; id <= 160; id += 1) harness.place(id, { inAbacos: false });
  harness.clock.after(20 * HOUR, () => {
    harness.stop.abort();
  });
  await harness.monitor().run(harness.adapters, harness.signals);
  assert.equal(harness.inserts.size, 60);
  assert.deepEqual(new Set(harness.inserts.values()), new Set([1]));
});

test('A stop begins no new command, and waits for those that run', async () => {
  const harness = new Harness();
  for (let id = 101; id <= 104; id += 1) harness.place(id, { inAbacos: false });
  harness.onCommand = ({ number }) => {
    harness.stop.abort();
    harness.insert(number);
    return EXIT_0;
  };
  await harness.monitor().run(harness.adapters, harness.signals);
  assert.ok(harness.commands.length <= POLICY.maxParallelRepairs);
  assert.equal(harness.kinds().filter((kind) => kind === 'command-ended').length, harness.commands.length);
});

describe('The loop never spins', () => {
  /** Runs for an hour of its own time, and counts the cycles that a minute saw at most. */
  async function busiestMinute(harness: Harness): Promise<number> {
    const cycles = new Map<number, number>();
    const monitor = harness.monitor();
    harness.onEvent = (event) => {
      if (event.kind !== 'cycle') return;
      const minute = Math.floor(harness.clock.monotonic() / 60_000);
      cycles.set(minute, (cycles.get(minute) ?? 0) + 1);
      if ((cycles.get(minute) ?? 0) > 100) harness.stop.abort();
    };
    harness.clock.after(HOUR, () => {
      harness.stop.abort();
    });
    await monitor.run(harness.adapters, harness.signals);
    return Math.max(...cycles.values());
  }

  test('when Abacos goes down between a command and its confirmation', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => {
      harness.abacosDown = true;
      return EXIT_0;
    };
    harness.clock.after(HOUR / 2, () => {
      harness.abacosDown = false;
    });
    assert.ok((await busiestMinute(harness)) <= 4);
  });

  test('when the server refuses to start the task', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    harness.onCommand = () => ({ kind: 'not-started', why: 'no such folder', durationMs: 10, output: [] });
    assert.ok((await busiestMinute(harness)) <= 4);
  });

  test('when the orders of a sick server are mended by hand', async () => {
    const harness = sickServer();
    harness.clock.after(600_000, () => {
      for (const { number } of harness.rows.values()) if (number !== null) harness.insert(number);
    });
    assert.ok((await busiestMinute(harness)) <= 4);
  });
});

test('The head moves past an open order that is on record already and has nothing new to say', async () => {
  const harness = new Harness();
  for (let id = 101; id <= 112; id += 1) harness.place(id, { inAbacos: id !== 105 });
  await harness.leaveOpen(105, 5);
  harness.checkpoint.head = harness.checkpoint.start;
  await harness.cycles(harness.monitor(), 5);
  assert.equal(harness.checkpoint.head, 112);
});

test('A checkpoint that fails in the middle of repairs lets no worker begin another command', async () => {
  const harness = new Harness();
  for (let id = 101; id <= 105; id += 1) harness.place(id, { inAbacos: false });
  harness.onCommand = ({ number }) => {
    if (harness.commands.length === 2) harness.checkpoint.failure = new Error('ENOSPC: no space left on device');
    return { ...EXIT_0, durationMs: number.endsWith('1') ? 1000 : 9000 };
  };
  await assert.rejects(harness.monitor().run(harness.adapters, harness.signals), /ENOSPC/);
  assert.equal(harness.commands.length, 2);
});

test('What is down is tried at once when a person asks for a cycle', async () => {
  const harness = new Harness();
  harness.place(101);
  harness.abacosDown = true;
  const monitor = harness.monitor();
  await harness.cycles(monitor, 4);
  harness.abacosDown = false;
  // Its next try is due in two minutes.
  monitor.runNow('ana');
  await monitor.cycle(harness.adapters(), harness.signals);
  assert.equal(monitor.dependency('abacos').kind, 'up');
});

test('The integration server is tried in the first cycle, so that nobody takes it for well until an order needs it', async () => {
  const harness = new Harness();
  harness.serverDown = true;
  const monitor = harness.monitor();
  assert.equal(monitor.dependency('integration-server').kind, 'not-asked');
  assert.equal(monitor.dependency('abacos').kind, 'not-asked');
  await harness.cycles(monitor, 1);
  assert.equal(monitor.dependency('integration-server').kind, 'down');
  assert.equal(monitor.dependency('abacos').kind, 'up');
});
