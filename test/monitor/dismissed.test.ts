/** Orders that a person has dismissed: nothing is run for them, nothing is forgotten, and Abacos still has the last word. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { failed } from '../../src/core/verdict.ts';
import type { Monitor } from '../../src/monitor/monitor.ts';
import { runFor, said } from './long-runs.ts';
import { EXIT_0, HOUR, POLICY, Harness } from './harness.ts';

const CANCELLED = { by: 'ana', why: 'the customer cancelled', maxAttempts: POLICY.maxAttempts };

/** A cycle every half an hour. */
async function pass(harness: Harness, monitor: Monitor, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += HOUR / 2) {
    await harness.cycles(monitor, 1);
    harness.clock.skip(HOUR / 2 - POLICY.runningCycleMs);
  }
}

const asksAbout = (harness: Harness, number: string): number =>
  harness.asked.flat().filter((one) => one === number).length;

/** An order that is on record as failing, and a monitor that has just had it dismissed. */
async function dismissed(
  attempts = 1,
  reason: 'NOT_FOUND' | 'PAYMENT_PENDING' = 'NOT_FOUND',
): Promise<{ harness: Harness; monitor: Monitor; number: string }> {
  const harness = new Harness();
  const isThere = reason === 'PAYMENT_PENDING';
  const number = harness.place(101, { inAbacos: isThere, payment: isThere ? 'none' : 'acknowledged' });
  await harness.leaveOpen(101, attempts, reason);
  const monitor = harness.monitor();
  await monitor.dismiss([orderId(101)], CANCELLED);
  return { harness, monitor, number };
}

describe('An order that was dismissed', () => {
  test('is on record as such, and said so with who did it and why', async () => {
    const { harness } = await dismissed();
    // As many attempts as one that was given up: the old program does nothing for it either.
    assert.equal(harness.onRecord(101), 'FAILED DISMISSED 5');
    const [event] = harness.events.filter(({ kind }) => kind === 'dismissed');
    assert.deepEqual(event, {
      kind: 'dismissed',
      orderId: 101,
      orderNumber: null,
      record: harness.checkpoint.records.get(orderId(101)),
      by: 'ana',
      why: 'the customer cancelled',
    });
  });

  test('has no command run for it, whatever Abacos says, and is asked about once a day', async () => {
    for (const reason of ['NOT_FOUND', 'PAYMENT_PENDING'] as const) {
      const { harness, monitor, number } = await dismissed(1, reason);
      await pass(harness, monitor, 23 * HOUR);
      const before = asksAbout(harness, number);
      await pass(harness, monitor, 72 * HOUR);
      assert.equal(harness.onRecord(101), 'FAILED DISMISSED 5', reason);
      assert.deepEqual([harness.commands, before, asksAbout(harness, number)], [[], 0, 3], reason);
    }
  });

  test('stays so across a restart, also where what repairs wait for is lost', async () => {
    const { harness } = await dismissed(1, 'PAYMENT_PENDING');
    harness.repairs = undefined;
    await pass(harness, harness.monitor(), 30 * HOUR);
    assert.deepEqual([harness.onRecord(101), harness.commands], ['FAILED DISMISSED 5', []]);
  });

  test('is settled once Abacos has it', async () => {
    const { harness, monitor, number } = await dismissed();
    harness.insert(number);
    await pass(harness, monitor, 25 * HOUR);
    assert.match(harness.onRecord(101), /^SUCCESS OK/);
    const wait = monitor.repairWait;
    assert.deepEqual(
      [wait, monitor.lags],
      [undefined, {}],
      'a person did it: nothing is learned of the shop or its task',
    );
  });

  test('says nothing when its row is deleted, and stays on record', async () => {
    const { harness, monitor } = await dismissed();
    harness.place(102);
    harness.rows.delete(orderId(101));
    await pass(harness, monitor, 50 * HOUR);
    assert.deepEqual([harness.onRecord(101), harness.kinds().includes('row-gone')], ['FAILED DISMISSED 5', false]);
  });

  test('is open again by a retry, and repaired', async () => {
    const { harness, monitor } = await dismissed(5);
    assert.deepEqual(await monitor.retry([orderId(101)], 'ana'), [{ orderId: 101, accepted: true }]);
    // What Abacos says of it is not known until it is asked.
    assert.equal(harness.onRecord(101), 'FAILED UNKNOWN 0');
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
    assert.equal(harness.inserts.get('1000101'), 1);
  });

  test('may be one that is given up, without a date, or that can not be asked about', async () => {
    const harness = new Harness();
    harness.place(101, { undated: true, inAbacos: false });
    harness.place(102, { number: 'no number', inAbacos: false });
    harness.place(103, { inAbacos: false });
    harness.answerTo = () => ({ kind: 'unknown', why: 'a riddle' });
    const monitor = harness.monitor();
    await pass(harness, monitor, 2 * HOUR);
    const ids = [101, 102, 103].map(orderId);
    const results = await monitor.dismiss(ids, CANCELLED);
    assert.deepEqual(
      results.map(({ accepted }) => accepted),
      [true, true, true],
    );
    await pass(harness, monitor, 30 * HOUR);
    for (const id of ids) assert.equal(harness.onRecord(id), 'FAILED DISMISSED 5');
  });

  test('must have been open', async () => {
    const { harness, monitor } = await dismissed();
    await harness.leaveSettled(102);
    const ids = [101, 102, 999].map(orderId);
    assert.deepEqual(
      (await monitor.dismiss(ids, CANCELLED)).map(({ accepted }) => accepted),
      [false, false, false],
    );
    assert.match(harness.onRecord(102), /^SUCCESS OK/);
    assert.equal(harness.kinds().filter((kind) => kind === 'dismissed').length, 1);
  });

  test('while its command runs stays dismissed when that has come to nothing', async () => {
    for (const output of [[], ['Produto não cadastrado']]) {
      const harness = new Harness();
      harness.place(101, { inAbacos: false });
      const monitor = harness.monitor();
      const dismissing: Promise<unknown>[] = [];
      harness.onCommand = () => {
        dismissing.push(monitor.dismiss([orderId(101)], CANCELLED));
        return { ...EXIT_0, output };
      };
      await harness.cycles(monitor, 3);
      await Promise.all(dismissing);
      assert.equal(harness.onRecord(101), 'FAILED DISMISSED 5');
      assert.deepEqual([harness.commands.length, harness.kinds().includes('given-up')], [1, false]);
    }
  });

  test('while its command is refused keeps all attempts that it does not get any more', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    const monitor = harness.monitor();
    harness.onEvent = (event) => {
      if (event.kind === 'command-started') void monitor.dismiss([orderId(101)], CANCELLED);
    };
    harness.onCommand = () => ({ kind: 'busy', durationMs: 10, output: [] });
    await harness.cycles(monitor, 2);
    assert.equal(harness.onRecord(101), 'FAILED DISMISSED 5');
  });

  test('and whose id the shop gives to another order is that one no longer', async () => {
    const { harness, monitor } = await dismissed();
    harness.rows.delete(orderId(101));
    await harness.cycles(monitor, 1);
    assert.ok(harness.kinds().includes('went-back'));
    assert.equal(harness.onRecord(101), 'FAILED UNKNOWN 0');
    harness.place(101, { number: '2000101', inAbacos: false, placedAt: harness.clock.now() });
    // Only time in which Abacos was seen up is the shop's own time to send it.
    await harness.cycles(monitor, 40);
    assert.match(harness.onRecord(101), /^SUCCESS OK/);
    assert.deepEqual([...harness.inserts], [['2000101', 1]]);
  });

  test('speaks neither for nor against the integration server', async () => {
    const harness = new Harness();
    harness.onCommand = () => EXIT_0;
    const ids = [101, 102, 103, 104, 105].map(orderId);
    for (const id of ids) harness.place(id, { inAbacos: false });
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    await monitor.dismiss(ids, CANCELLED);
    await pass(harness, monitor, 50 * HOUR);
    assert.equal(monitor.dependency('integration-server').kind, 'up');
    for (const id of ids) assert.equal(harness.onRecord(id), 'FAILED DISMISSED 5');
  });
});

/** What a command that may have done its work makes of a dismissal, and of the retry that ends it. */
describe('An order in doubt that was dismissed', () => {
  const WAIT = POLICY.repairWaitMs;

  /** So many commands were run for it, and Abacos shows nothing of them. The last has just ended. */
  async function inDoubt(commands: number): Promise<{ harness: Harness; monitor: Monitor; number: string }> {
    const harness = new Harness();
    const number = harness.place(101, { inAbacos: false });
    harness.onCommand = () => EXIT_0;
    const monitor = harness.monitor();
    while (harness.commands.length < commands) await harness.cycles(monitor, 1);
    return { harness, monitor, number };
  }

  test('and retried waits for the effect as if it had never been dismissed', async () => {
    const { harness, monitor } = await inDoubt(1);
    await monitor.dismiss([orderId(101)], CANCELLED);
    await harness.cycles(monitor, 1);
    await monitor.retry([orderId(101)], 'ana');
    assert.equal(harness.onRecord(101), 'FAILED UNKNOWN 1', 'its command counts');
    await harness.cycles(monitor, 12);
    const [first = 0, second = 0] = harness.commands.map(({ at }) => at);
    assert.ok(second - first >= 4 * WAIT, `run again after ${(second - first) / 1000} s`);
    assert.equal(harness.commands.at(1)?.waitMs, 4 * WAIT);
  });

  for (const isRestarted of [false, true]) {
    test(`and retried after two commands gets no third, ${isRestarted ? 'also after a restart' : 'and people are told why'}`, async () => {
      const { harness, monitor } = await inDoubt(2);
      await monitor.dismiss([orderId(101)], CANCELLED);
      await harness.cycles(monitor, 1);
      const next = isRestarted ? harness.monitor() : monitor;
      await next.retry([orderId(101)], 'ana');
      await runFor(harness, 12 * HOUR, next);
      assert.equal(harness.commands.length, 2);
      assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 5');
      const [last] = said(harness, 'given-up').slice(-1);
      assert.match(last?.why ?? '', /^two commands ended without an error/);
      assert.equal(last?.inDoubt, true);
      // Who has been told so, and wants it all the same, has it tried again.
      harness.onCommand = ({ number }) => {
        harness.insert(number);
        return EXIT_0;
      };
      await next.retry([orderId(101)], 'ana');
      await harness.cycles(next, 2);
      assert.match(harness.onRecord(101), /^SUCCESS OK/);
    });
  }

  test('is taken for one where what repairs wait for is lost', async () => {
    for (const retried of ['before', 'after'] as const) {
      const { harness, monitor } = await inDoubt(1);
      harness.policy = { ...POLICY, settleMs: 60_000 };
      await monitor.dismiss([orderId(101)], CANCELLED);
      if (retried === 'before') await monitor.retry([orderId(101)], 'ana');
      harness.repairs = undefined;
      const next = harness.monitor();
      const startedAt = harness.clock.monotonic();
      if (retried === 'after') await next.retry([orderId(101)], 'ana');
      await runFor(harness, 2 * HOUR, next);
      const second = harness.commands.at(1)?.at ?? 0;
      assert.ok(second - startedAt >= 4 * WAIT, `${retried}: run again after ${(second - startedAt) / 1000} s`);
    }
  });

  test('whose answer was unclear is in doubt as well where what repairs wait for is lost', async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, settleMs: 60_000 };
    harness.place(101, { inAbacos: false });
    await harness.leaveOpen(101, 2);
    await harness.checkpoint.record(
      [...harness.checkpoint.records.values()]
        .filter(({ orderId: id }) => id === orderId(101))
        .map((record) => ({ record: { ...record, verdict: failed('UNKNOWN') }, head: true })),
    );
    harness.repairs = undefined;
    harness.onCommand = () => EXIT_0;
    const startedAt = harness.clock.monotonic();
    await runFor(harness, 2 * HOUR);
    const first = harness.commands.at(0)?.at ?? 0;
    assert.ok(first - startedAt >= 4 * WAIT, `run after ${(first - startedAt) / 1000} s`);
  });

  test('and turns up at a daily look teaches nothing: nobody saw when it did', async () => {
    const { harness, monitor, number } = await inDoubt(1);
    await harness.cycles(monitor, 2);
    await monitor.dismiss([orderId(101)], CANCELLED);
    await harness.cycles(monitor, 1);
    harness.insert(number);
    await pass(harness, monitor, 25 * HOUR);
    assert.match(harness.onRecord(101), /^SUCCESS OK/);
    assert.deepEqual(monitor.lags, {});
  });

  test('and turns up says nothing of an integration server that is out', async () => {
    const { harness, monitor, number } = await inDoubt(1);
    await monitor.dismiss([orderId(101)], CANCELLED);
    for (const id of [102, 103, 104, 105, 106]) harness.place(id, { inAbacos: false });
    while (monitor.dependency('integration-server').kind !== 'down') await harness.cycles(monitor, 1);
    harness.insert(number);
    await pass(harness, monitor, 26 * HOUR);
    assert.match(harness.onRecord(101), /^SUCCESS OK/);
    assert.equal(monitor.dependency('integration-server').kind, 'down');
  });

  test('while its command runs is waited for when that has ended and it is retried', async () => {
    const harness = new Harness();
    harness.place(101, { inAbacos: false });
    const monitor = harness.monitor();
    const asking: Promise<unknown>[] = [];
    harness.onCommand = () => {
      if (harness.commands.length > 1) return EXIT_0;
      asking.push(monitor.dismiss([orderId(101)], CANCELLED).then(async () => monitor.retry([orderId(101)], 'ana')));
      return EXIT_0;
    };
    await harness.cycles(monitor, 12);
    await Promise.all(asking);
    const [first = 0, second = 0] = harness.commands.map(({ at }) => at);
    assert.ok(second - first >= 4 * WAIT, `run again after ${(second - first) / 1000} s`);
  });
});
