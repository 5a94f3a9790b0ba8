/** A rewind re-checks orders at its rate, beside the orders of the day, which come first. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed, SUCCESS } from '../../src/core/verdict.ts';
import type { Monitor } from '../../src/monitor/monitor.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, World } from './world.ts';

/** Orders that were settled days ago, and that Abacos still has unless `lost` says otherwise. */
async function withSettled(first: number, last: number, lost: readonly number[] = []): Promise<World> {
  const world = new World();
  const at = stampOf(world.clock.now() - 60 * HOUR);
  for (let id = first; id <= last; id += 1) {
    world.place(id, { inAbacos: !lost.includes(id), placedAt: world.clock.now() - 60 * HOUR });
    const record = { orderId: orderId(id), verdict: SUCCESS, attempts: 1, createdAt: at, updatedAt: at };
    await world.checkpoint.record([{ record, head: true }]);
  }
  return world;
}

const request = (from: number, rate?: number) => ({
  from: orderId(from),
  by: 'ana',
  ...(rate === undefined ? {} : { rate }),
});

const askedBy = ({ rewind }: Monitor): number | undefined => rewind?.asked;

describe('A rewind', () => {
  test('asks about the orders from its start to the head, at its rate, and the head stays', async () => {
    const world = await withSettled(101, 112);
    const monitor = world.monitor();
    await monitor.beginRewind(request(103, 4));
    const lines = world.checkpoint.lines.length;
    await world.cycles(monitor, 4);
    const asked = world.asked.filter((numbers) => numbers.length > 0);
    assert.deepEqual(
      asked.map((numbers) => numbers.length),
      [4, 4, 2],
    );
    assert.deepEqual(
      asked.flat(),
      [...world.rows.values()].filter(({ id }) => id >= 103).map(({ number }) => number),
    );
    assert.equal(world.checkpoint.head, 112);
    assert.equal(world.checkpoint.lines.length, lines, 'an order that Abacos has is not written again');
    assert.equal(monitor.rewind, undefined);
    assert.equal(world.rewind, undefined);
    assert.ok(
      world.events.some((event) => event.kind === 'rewind' && event.step === 'ended' && event.rewind.asked === 10),
    );
  });

  test('takes rewind_rate orders a cycle when it names no rate', async () => {
    const world = await withSettled(101, 110);
    world.policy = { ...POLICY, rewindRate: 3 };
    const monitor = world.monitor();
    await monitor.beginRewind(request(101));
    await world.cycles(monitor, 1);
    assert.equal(world.asked.at(-1)?.length, 3);
    assert.equal(monitor.rewind?.next, 104);
  });

  test('has an order that Abacos has lost inserted again, with all its attempts', async () => {
    const world = await withSettled(101, 105, [102, 104]);
    const monitor = world.monitor();
    const onRecord: string[] = [];
    world.onCommand = ({ number }) => {
      onRecord.push(world.onRecord(Number(number) - 1_000_000));
      world.insert(number);
      return EXIT_0;
    };
    await monitor.beginRewind(request(101));
    await world.cycles(monitor, 1);
    assert.deepEqual(onRecord, ['FAILED NOT_FOUND 1', 'FAILED NOT_FOUND 1']);
    assert.deepEqual(
      [world.onRecord(102), world.onRecord(103), world.onRecord(104)],
      ['SUCCESS OK 2', 'SUCCESS OK 1', 'SUCCESS OK 2'],
    );
    const found = world.events.filter((event) => event.kind === 'verdict');
    assert.ok(found.length === 2 && found.every((event) => event.rewound === true));
  });

  test('gives up an order that its commands do not help, after as many as a new one gets', async () => {
    const world = await withSettled(101, 103, [102]);
    world.onCommand = () => EXIT_1;
    const monitor = world.monitor();
    await monitor.beginRewind(request(101));
    await world.cycles(monitor, 12);
    assert.equal(world.onRecord(102), 'FAILED NOT_FOUND 5');
    assert.equal(world.commands.length, POLICY.maxAttempts);
  });

  test('goes on after a restart where it was', async () => {
    const world = await withSettled(101, 110);
    const first = world.monitor();
    await first.beginRewind(request(101, 3));
    await world.cycles(first, 2);
    const second = world.monitor();
    assert.deepEqual([second.rewind?.next, second.rewind?.asked], [107, 6]);
    await world.cycles(second, 1);
    assert.deepEqual(
      world.asked.at(-1),
      [107, 108, 109].map((id) => String(1_000_000 + id)),
    );
  });

  test('waits while the new orders fill their page', async () => {
    const world = await withSettled(101, 110);
    for (let id = 111; id <= 122; id += 1) world.place(id);
    const monitor = world.monitor();
    await monitor.beginRewind(request(101));
    await world.cycles(monitor, 2);
    assert.equal(askedBy(monitor), 0);
    await world.cycles(monitor, 1);
    assert.equal(askedBy(monitor), 5, 'the third page of new orders is not full');
    assert.equal(world.checkpoint.head, 122);
  });

  test('stays before an order that Abacos could not be asked about', async () => {
    const world = await withSettled(101, 105);
    const monitor = world.monitor();
    await monitor.beginRewind(request(101));
    world.policy = { ...world.policy, maxNumbersPerCall: 2, maxParallelCalls: 1 };
    world.callsBeforeOutage = 1;
    await monitor.cycle(world.adapters(), world.signals);
    assert.equal(askedBy(monitor), 2);
    world.abacosDown = true;
    await monitor.cycle(world.adapters(), world.signals);
    assert.equal(askedBy(monitor), 2);
    assert.equal(world.rewind?.next, 103);
  });

  test('passes gaps, open orders, and rows that can not be asked about yet', async () => {
    const world = await withSettled(101, 103);
    for (let id = 104; id <= 120; id += 1) world.checkpoint.head = orderId(id);
    await world.leaveOpen(115, 5);
    world.place(115, { inAbacos: false });
    world.place(118, { placedAt: world.clock.now() });
    world.place(119, { number: null });
    world.place(120);
    world.checkpoint.head = orderId(120);
    const monitor = world.monitor();
    await monitor.beginRewind(request(104));
    await world.cycles(monitor, 1);
    assert.equal(monitor.rewind, undefined);
    assert.deepEqual(
      [world.onRecord(115), world.onRecord(118), world.onRecord(119)],
      ['FAILED NOT_FOUND 5', 'none', 'none'],
    );
    assert.equal(world.commands.length, 0);
  });

  test('is called off, and nothing more is asked', async () => {
    const world = await withSettled(101, 110);
    const monitor = world.monitor();
    await monitor.beginRewind(request(101));
    await world.cycles(monitor, 1);
    assert.equal((await monitor.cancelRewind('rui'))?.next, 106);
    assert.equal(await monitor.cancelRewind('rui'), undefined);
    const asked = world.asked.length;
    await world.cycles(monitor, 2);
    assert.ok(world.asked.slice(asked).every((numbers) => numbers.length === 0));
    assert.equal(world.rewind, undefined);
  });

  test('that is extended while its page is asked about keeps the extension', async () => {
    const world = await withSettled(101, 110, [105]);
    const monitor = world.monitor();
    await monitor.beginRewind(request(105));
    let extended: Promise<unknown> | undefined;
    world.onEvent = ({ kind }) => {
      if (kind === 'verdict') extended ??= monitor.beginRewind(request(101));
    };
    await world.cycles(monitor, 1);
    await extended;
    assert.equal(monitor.rewind?.next, 101);
    await world.cycles(monitor, 3);
    assert.equal(monitor.rewind, undefined);
    assert.equal(world.inserts.get('1000105'), 1);
  });

  test('in a dry run asks, and runs nothing', async () => {
    const world = await withSettled(101, 103, [102]);
    world.dryRun = true;
    const monitor = world.monitor();
    await monitor.beginRewind(request(101));
    await world.cycles(monitor, 2);
    assert.equal(world.commands.length, 0);
  });
});

describe('The orders of the day', () => {
  const bulk = Array.from({ length: 40 }, (_, index) => 101 + index);

  /** Many old orders that were given up days ago, and that Abacos lacks. */
  async function givenUpLongAgo(): Promise<World> {
    const world = await withSettled(101, 140, bulk);
    const at = stampOf(world.clock.now() - 60 * HOUR);
    for (const id of bulk.map(orderId)) {
      const record = { orderId: id, verdict: failed('NOT_FOUND'), attempts: 5, createdAt: at, updatedAt: at };
      await world.checkpoint.record([{ record, head: false }]);
    }
    return world;
  }

  test('are repaired before those of a bulk retry, and every one of these has its turn', async () => {
    const world = await givenUpLongAgo();
    const monitor = world.monitor();
    assert.equal((await monitor.retry(bulk.map(orderId), 'ana')).length, 40);
    for (const id of [141, 142]) world.place(id, { inAbacos: false });
    await monitor.cycle(world.adapters(), world.signals);
    assert.deepEqual(
      world.commands.slice(0, 2).map(({ number }) => number),
      ['1000141', '1000142'],
    );
    for (let cycle = 0; cycle < 40 && world.checkpoint.open.size > 0; cycle += 1) {
      await monitor.cycle(world.adapters(), world.signals);
      world.clock.skip(POLICY.runningCycleMs);
    }
    assert.equal(world.checkpoint.open.size, 0);
    assert.ok([...world.inserts.values()].every((count) => count === 1));
  });

  test('get their second command before the bulk is through', async () => {
    const world = await givenUpLongAgo();
    const monitor = world.monitor();
    await monitor.retry(bulk.map(orderId), 'ana');
    const stubborn = world.place(141, { inAbacos: false });
    world.onCommand = ({ number }) => {
      if (number === stubborn) return EXIT_1;
      world.insert(number);
      return EXIT_0;
    };
    await world.cycles(monitor, 3);
    assert.ok(world.commands.filter(({ number }) => number === stubborn).length >= 2);
    assert.ok(world.checkpoint.open.size > 10);
  });

  test('do not keep the others from their turn, however many can not be settled', async () => {
    const world = await givenUpLongAgo();
    const monitor = world.monitor();
    for (let id = 141; id <= 160; id += 1) {
      const number = world.place(id);
      world.erp.set(number, { kind: 'unknown', why: 'no row' });
    }
    await world.cycles(monitor, 4);
    await monitor.retry(bulk.map(orderId), 'ana');
    await world.cycles(monitor, 60);
    assert.equal(world.commands.length, bulk.length);
  });
});

test('Many orders are retried in one write', async () => {
  const world = await withSettled(101, 120);
  const ids = [101, 102, 103].map(orderId);
  for (const id of ids) await world.leaveOpen(id, 5);
  let writes = 0;
  const record = world.checkpoint.record.bind(world.checkpoint);
  world.checkpoint.record = async (entries) => {
    writes += 1;
    await record(entries);
  };
  const monitor = world.monitor();
  assert.deepEqual(await monitor.retry([...ids, orderId(104), ...ids], 'ana'), ids);
  assert.equal(writes, 1);
  assert.deepEqual(
    world.events.map((event) => ('by' in event ? [event.kind, event.by] : [])),
    [
      ['retry', 'ana'],
      ['retry', 'ana'],
      ['retry', 'ana'],
      ['retry-many', 'ana'],
    ],
  );
});

test('A run that is asked for begins at once, and says by whom', async () => {
  const world = new World();
  const monitor = world.monitor();
  let cycles = 0;
  world.onEvent = ({ kind }) => {
    if (kind !== 'cycle') return;
    cycles += 1;
    if (cycles === 1)
      world.clock.after(1000, () => {
        monitor.runNow('ana');
      });
    else world.stop.abort();
  };
  await monitor.run(world.adapters, world.signals);
  assert.equal(world.clock.monotonic(), 1000);
  assert.ok(world.events.some((event) => event.kind === 'run-now' && event.by === 'ana'));
});
