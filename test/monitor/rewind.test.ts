/** A rewind re-checks orders at its rate, beside the orders of the day, which come first. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed, SUCCESS } from '../../src/core/verdict.ts';
import type { Monitor } from '../../src/monitor/monitor.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, Harness } from './harness.ts';

/** Orders that were settled days ago, and that Abacos still has unless `lost` says otherwise. */
async function withSettled(first: number, last: number, lost: readonly number[] = []): Promise<Harness> {
  const harness = new Harness();
  const at = stampOf(harness.clock.now() - 60 * HOUR);
  for (let id = first; id <= last; id += 1) {
    harness.place(id, { inAbacos: !lost.includes(id), placedAt: harness.clock.now() - 60 * HOUR });
    const record = { orderId: orderId(id), verdict: SUCCESS, attempts: 1, createdAt: at, updatedAt: at };
    await harness.checkpoint.record([{ record, head: true }]);
  }
  return harness;
}

const request = (from: number, rate?: number) => ({
  from: orderId(from),
  by: 'ana',
  ...(rate === undefined ? {} : { rate }),
});

const askedBy = ({ rewind }: Monitor): number | undefined => rewind?.asked;

describe('A rewind', () => {
  test('asks about the orders from its start to the head, at its rate, and the head stays', async () => {
    const harness = await withSettled(101, 112);
    const monitor = harness.monitor();
    await monitor.beginRewind(request(103, 4));
    const lines = harness.checkpoint.lines.length;
    await harness.cycles(monitor, 4);
    const asked = harness.asked.filter((numbers) => numbers.length > 0);
    assert.deepEqual(
      asked.map((numbers) => numbers.length),
      [4, 4, 2],
    );
    assert.deepEqual(
      asked.flat(),
      [...harness.rows.values()].filter(({ id }) => id >= 103).map(({ number }) => number),
    );
    assert.equal(harness.checkpoint.head, 112);
    assert.equal(harness.checkpoint.lines.length, lines, 'an order that Abacos has is not written again');
    assert.equal(monitor.rewind, undefined);
    assert.equal(harness.rewind, undefined);
    assert.ok(
      harness.events.some((event) => event.kind === 'rewind' && event.step === 'ended' && event.rewind.asked === 10),
    );
  });

  test('takes rewind_rate orders a cycle when it names no rate', async () => {
    const harness = await withSettled(101, 110);
    harness.policy = { ...POLICY, rewindRate: 3 };
    const monitor = harness.monitor();
    await monitor.beginRewind(request(101));
    await harness.cycles(monitor, 1);
    assert.equal(harness.asked.at(-1)?.length, 3);
    assert.equal(monitor.rewind?.next, 104);
  });

  test('has an order that Abacos has lost inserted again, with all its attempts', async () => {
    const harness = await withSettled(101, 105, [102, 104]);
    const monitor = harness.monitor();
    const onRecord: string[] = [];
    harness.onCommand = ({ number }) => {
      onRecord.push(harness.onRecord(Number(number) - 1_000_000));
      harness.insert(number);
      return EXIT_0;
    };
    await monitor.beginRewind(request(101));
    await harness.cycles(monitor, 1);
    assert.deepEqual(onRecord, ['FAILED NOT_FOUND 1', 'FAILED NOT_FOUND 1']);
    assert.deepEqual(
      [harness.onRecord(102), harness.onRecord(103), harness.onRecord(104)],
      ['SUCCESS OK 2', 'SUCCESS OK 1', 'SUCCESS OK 2'],
    );
    const found = harness.events.filter((event) => event.kind === 'verdict');
    assert.ok(found.length === 2 && found.every((event) => event.rewound === true));
  });

  test('gives up an order that its commands do not help, after as many as a new one gets', async () => {
    const harness = await withSettled(101, 103, [102]);
    harness.onCommand = () => EXIT_1;
    const monitor = harness.monitor();
    await monitor.beginRewind(request(101));
    await harness.cycles(monitor, 12);
    assert.equal(harness.onRecord(102), 'FAILED NOT_FOUND 5');
    assert.equal(harness.commands.length, POLICY.maxAttempts);
  });

  test('goes on after a restart where it was', async () => {
    const harness = await withSettled(101, 110);
    const first = harness.monitor();
    await first.beginRewind(request(101, 3));
    await harness.cycles(first, 2);
    const second = harness.monitor();
    assert.deepEqual([second.rewind?.next, second.rewind?.asked], [107, 6]);
    await harness.cycles(second, 1);
    assert.deepEqual(
      harness.asked.at(-1),
      [107, 108, 109].map((id) => String(1_000_000 + id)),
    );
  });

  test('waits while the new orders fill their page', async () => {
    const harness = await withSettled(101, 110);
    for (let id = 111; id <= 122; id += 1) harness.place(id);
    const monitor = harness.monitor();
    await monitor.beginRewind(request(101));
    await harness.cycles(monitor, 2);
    assert.equal(askedBy(monitor), 0);
    await harness.cycles(monitor, 1);
    assert.equal(askedBy(monitor), 5, 'the third page of new orders is not full');
    assert.equal(harness.checkpoint.head, 122);
  });

  test('stays before an order that Abacos could not be asked about', async () => {
    const harness = await withSettled(101, 105);
    const monitor = harness.monitor();
    await monitor.beginRewind(request(101));
    harness.policy = { ...harness.policy, maxNumbersPerCall: 2, maxParallelCalls: 1 };
    harness.callsBeforeOutage = 1;
    await monitor.cycle(harness.adapters(), harness.signals);
    assert.equal(askedBy(monitor), 2);
    harness.abacosDown = true;
    await monitor.cycle(harness.adapters(), harness.signals);
    assert.equal(askedBy(monitor), 2);
    assert.equal(harness.rewind?.next, 103);
  });

  test('passes gaps, open orders, and rows that can not be asked about yet', async () => {
    const harness = await withSettled(101, 103);
    for (let id = 104; id <= 120; id += 1) harness.checkpoint.head = orderId(id);
    await harness.leaveOpen(115, 5);
    harness.place(115, { inAbacos: false });
    harness.place(118, { placedAt: harness.clock.now() });
    harness.place(119, { number: null });
    harness.place(120);
    harness.checkpoint.head = orderId(120);
    const monitor = harness.monitor();
    await monitor.beginRewind(request(104));
    await harness.cycles(monitor, 1);
    assert.equal(monitor.rewind, undefined);
    assert.deepEqual(
      [harness.onRecord(115), harness.onRecord(118), harness.onRecord(119)],
      ['FAILED NOT_FOUND 5', 'none', 'none'],
    );
    assert.equal(harness.commands.length, 0);
  });

  test('is called off, and nothing more is asked', async () => {
    const harness = await withSettled(101, 110);
    const monitor = harness.monitor();
    await monitor.beginRewind(request(101));
    await harness.cycles(monitor, 1);
    assert.equal((await monitor.cancelRewind('rui'))?.next, 106);
    assert.equal(await monitor.cancelRewind('rui'), undefined);
    const asked = harness.asked.length;
    await harness.cycles(monitor, 2);
    assert.ok(harness.asked.slice(asked).every((numbers) => numbers.length === 0));
    assert.equal(harness.rewind, undefined);
  });

  test('that is extended while its page is asked about keeps the extension', async () => {
    const harness = await withSettled(101, 110, [105]);
    const monitor = harness.monitor();
    await monitor.beginRewind(request(105));
    let extended: Promise<unknown> | undefined;
    harness.onEvent = ({ kind }) => {
      if (kind === 'verdict') extended ??= monitor.beginRewind(request(101));
    };
    await harness.cycles(monitor, 1);
    await extended;
    assert.equal(monitor.rewind?.next, 101);
    await harness.cycles(monitor, 3);
    assert.equal(monitor.rewind, undefined);
    assert.equal(harness.inserts.get('1000105'), 1);
  });

  test('in a dry run asks, and runs nothing', async () => {
    const harness = await withSettled(101, 103, [102]);
    harness.dryRun = true;
    const monitor = harness.monitor();
    await monitor.beginRewind(request(101));
    await harness.cycles(monitor, 2);
    assert.equal(harness.commands.length, 0);
  });
});

describe('The orders of the day', () => {
  const bulk = Array.from({ length: 40 }, (_, index) => 101 + index);

  /** Many old orders that were given up days ago, and that Abacos lacks. */
  async function givenUpLongAgo(): Promise<Harness> {
    const harness = await withSettled(101, 140, bulk);
    const at = stampOf(harness.clock.now() - 60 * HOUR);
    for (const id of bulk.map(orderId)) {
      const record = { orderId: id, verdict: failed('NOT_FOUND'), attempts: 5, createdAt: at, updatedAt: at };
      await harness.checkpoint.record([{ record, head: false }]);
    }
    return harness;
  }

  test('are repaired before those of a bulk retry, and every one of these has its turn', async () => {
    const harness = await givenUpLongAgo();
    const monitor = harness.monitor();
    assert.equal((await monitor.retry(bulk.map(orderId), 'ana')).length, 40);
    for (const id of [141, 142]) harness.place(id, { inAbacos: false });
    await monitor.cycle(harness.adapters(), harness.signals);
    assert.deepEqual(
      harness.commands.slice(0, 2).map(({ number }) => number),
      ['1000141', '1000142'],
    );
    for (let cycle = 0; cycle < 40 && harness.checkpoint.open.size > 0; cycle += 1) {
      await monitor.cycle(harness.adapters(), harness.signals);
      harness.clock.skip(POLICY.runningCycleMs);
    }
    assert.equal(harness.checkpoint.open.size, 0);
    assert.ok([...harness.inserts.values()].every((count) => count === 1));
  });

  test('get their second command before the bulk is through', async () => {
    const harness = await givenUpLongAgo();
    const monitor = harness.monitor();
    await monitor.retry(bulk.map(orderId), 'ana');
    const stubborn = harness.place(141, { inAbacos: false });
    harness.onCommand = ({ number }) => {
      if (number === stubborn) return EXIT_1;
      harness.insert(number);
      return EXIT_0;
    };
    await harness.cycles(monitor, 3);
    assert.ok(harness.commands.filter(({ number }) => number === stubborn).length >= 2);
    assert.ok(harness.checkpoint.open.size > 10);
  });

  test('do not keep the others from their turn, however many can not be settled', async () => {
    const harness = await givenUpLongAgo();
    const monitor = harness.monitor();
    for (let id = 141; id <= 160; id += 1) {
      const number = harness.place(id);
      harness.erp.set(number, { kind: 'unknown', why: 'no row' });
    }
    await harness.cycles(monitor, 4);
    await monitor.retry(bulk.map(orderId), 'ana');
    await harness.cycles(monitor, 60);
    assert.equal(harness.commands.length, bulk.length);
  });
});

test('Many orders are retried in one write', async () => {
  const harness = await withSettled(101, 120);
  const ids = [101, 102, 103].map(orderId);
  for (const id of ids) await harness.leaveOpen(id, 5);
  let writes = 0;
  const record = harness.checkpoint.record.bind(harness.checkpoint);
  harness.checkpoint.record = async (entries) => {
    writes += 1;
    await record(entries);
  };
  const monitor = harness.monitor();
  const results = await monitor.retry([...ids, orderId(104), ...ids], 'ana');
  assert.deepEqual(
    results.map(({ accepted }) => accepted),
    [true, true, true, false, true, true, true],
  );
  assert.equal(writes, 1);
  assert.deepEqual(
    harness.events.map((event) => ('by' in event ? [event.kind, event.by] : [])),
    [
      ['retry', 'ana'],
      ['retry', 'ana'],
      ['retry', 'ana'],
      ['retry-many', 'ana'],
    ],
  );
});

test('A run that is asked for begins at once, and says by whom', async () => {
  const harness = new Harness();
  const monitor = harness.monitor();
  let cycles = 0;
  harness.onEvent = ({ kind }) => {
    if (kind !== 'cycle') return;
    cycles += 1;
    if (cycles === 1)
      harness.clock.after(1000, () => {
        monitor.runNow('ana');
      });
    else harness.stop.abort();
  };
  await monitor.run(harness.adapters, harness.signals);
  assert.equal(harness.clock.monotonic(), 1000);
  assert.ok(harness.events.some((event) => event.kind === 'run-now' && event.by === 'ana'));
});
