/** Orders that a person has dismissed: nothing is run for them, nothing is forgotten, and Abacos still has the last word. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import type { Monitor } from '../../src/monitor/monitor.ts';
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
