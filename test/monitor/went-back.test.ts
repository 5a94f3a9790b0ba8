/** A shop database that went back: orders that get the ids of lost ones are asked about all the same. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { CommandOutcome } from '../../src/core/command.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import type { Orders } from '../../src/monitor/ports.ts';
import { sentenceFor } from '../../src/words/events.ts';
import { EXIT_0, EXIT_1, HOUR, POLICY, Harness } from './harness.ts';
import { MINUTE } from './long-runs.ts';

type WentBack = Extract<Event, { kind: 'went-back' }>;

const wentBack = ({ events }: Harness): WentBack[] =>
  events.filter((event): event is WentBack => event.kind === 'went-back');

const rewinds = ({ events }: Harness): string[] =>
  events.flatMap((event) => (event.kind === 'rewind' ? [`${event.step} by ${event.by}`] : []));

/** Orders 101 to 106, all of them settled. */
async function settledHarness(): Promise<Harness> {
  const harness = new Harness();
  for (let id = 101; id <= 106; id += 1) harness.place(id);
  await harness.cycles(harness.monitor(), 2);
  assert.equal(harness.checkpoint.head, 106);
  return harness;
}

function loseRows(harness: Harness, ...ids: number[]): void {
  for (const id of ids) harness.rows.delete(orderId(id));
}

/** What Abacos is asked during some cycles. */
async function askedDuring(harness: Harness, work: () => Promise<void>): Promise<readonly string[]> {
  const before = harness.asked.length;
  await work();
  return harness.asked.slice(before).flat();
}

describe('A shop database that goes back', () => {
  test('has Abacos asked about the orders that get the ids of lost ones, as they come, and missing ones inserted', async () => {
    const harness = await settledHarness();
    loseRows(harness, 104, 105, 106);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 2);
    assert.deepEqual(wentBack(harness), [{ kind: 'went-back', head: 106, newest: 103, from: 104 }]);
    harness.place(104, { number: '77104', inAbacos: false });
    await harness.cycles(monitor, 3);
    assert.deepEqual(
      harness.commands.map(({ number }) => number),
      ['77104'],
    );
    assert.equal(harness.onRecord(104), 'SUCCESS OK 2');
    harness.place(105, { number: '77105' });
    harness.place(106, { number: '77106' });
    harness.place(107, { number: '77107' });
    assert.deepEqual(await askedDuring(harness, () => harness.cycles(monitor, 3)), ['77107', '77105', '77106']);
    assert.deepEqual(rewinds(harness), ['begun by order-monit', 'ended by order-monit']);
    assert.equal(harness.checkpoint.head, 107);
  });

  test('goes on to do so after a restart', async () => {
    const harness = await settledHarness();
    loseRows(harness, 104, 105, 106);
    await harness.cycles(harness.monitor(), 1);
    harness.place(104, { number: '77104' });
    assert.deepEqual(await askedDuring(harness, () => harness.cycles(harness.monitor(), 2)), ['77104']);
    assert.equal(harness.monitor().rewind?.next, 105);
  });

  test('passes no order that comes while the rewind looks', async () => {
    const harness = await settledHarness();
    loseRows(harness, 106);
    const monitor = harness.monitor();
    const adapters = harness.adapters();
    const orders: Orders = {
      ...adapters.orders,
      idsInRange: async (range, signal) => {
        const ids = await adapters.orders.idsInRange(range, signal);
        if (range.after === 105) harness.place(106, { number: '77106' });
        return ids;
      },
    };
    await monitor.cycle({ ...adapters, orders }, harness.signals);
    assert.deepEqual(await askedDuring(harness, () => harness.cycles(monitor, 1)), ['77106']);
  });

  test('is noticed though the lost ids were given out again before the next cycle, and waits until those are settled', async () => {
    const harness = await settledHarness();
    loseRows(harness, 105, 106);
    for (let id = 105; id <= 108; id += 1) harness.place(id, { number: `77${id}`, placedAt: harness.clock.now() });
    const monitor = harness.monitor();
    assert.deepEqual(await askedDuring(harness, () => harness.cycles(monitor, 3)), []);
    assert.deepEqual(wentBack(harness), [{ kind: 'went-back', head: 106, newest: 104, from: 105 }]);
    harness.clock.skip(POLICY.settleMs);
    const asked = await askedDuring(harness, () => harness.cycles(monitor, 2));
    assert.deepEqual([...asked].sort(), ['77105', '77106', '77107', '77108']);
    assert.equal(monitor.rewind, undefined);
  });

  test('leaves an order that gets the id of an open one alone until it is settled itself', async () => {
    const harness = new Harness();
    for (let id = 101; id <= 103; id += 1) harness.place(id);
    await harness.leaveOpen(104, 1);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    harness.place(104, { number: '77104', placedAt: harness.clock.now(), inAbacos: false });
    await harness.cycles(monitor, 5);
    assert.deepEqual(harness.commands, []);
    // Abacos is seen up for all of the time that the shop has to send it.
    await harness.cycles(monitor, 17);
    assert.deepEqual(
      harness.commands.map(({ number }) => number),
      ['77104'],
    );
  });

  test('gives an order that gets the id of one that was given up all its attempts, and says so', async () => {
    const harness = new Harness();
    for (let id = 101; id <= 103; id += 1) harness.place(id);
    await harness.leaveOpen(104, POLICY.maxAttempts + 1);
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    harness.place(104, { number: '77104', inAbacos: false });
    await harness.cycles(monitor, 2);
    assert.deepEqual(
      harness.commands.map(({ number }) => number),
      ['77104'],
    );
    assert.ok(harness.events.some((event) => event.kind === 'retry' && event.by === 'order-monit'));
    assert.equal(harness.onRecord(104), 'SUCCESS OK 2');
  });

  test('gives an order all its attempts also where the database goes back once more before the rewind has come there', async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, rewindRate: 1 };
    const ids = Array.from({ length: 100 }, (_, index) => 101 + index);
    for (const id of ids) harness.place(id);
    await harness.leaveOpen(201, 1);
    const monitor = harness.monitor();
    loseRows(harness, ...ids);
    await harness.cycles(monitor, 1);
    for (const id of ids) harness.place(id, { number: `77${id}` });
    harness.place(201, { number: '77201', inAbacos: false });
    harness.onCommand = () => EXIT_1;
    await harness.cycles(monitor, 60);
    assert.equal(harness.onRecord(201), `FAILED NOT_FOUND ${POLICY.maxAttempts + 1}`);
    assert.ok((monitor.rewind?.next ?? Infinity) < 200);
    loseRows(harness, 201);
    await harness.cycles(monitor, 1);
    harness.place(201, { number: '88201', inAbacos: false });
    harness.onCommand = ({ number }) => {
      harness.insert(number);
      return EXIT_0;
    };
    await harness.cycles(monitor, 40);
    assert.equal(harness.onRecord(201), 'SUCCESS OK 2');
    assert.equal(harness.inserts.get('88201'), 1);
  });

  test('has the end of a command that ran meanwhile say nothing of the order that gets the id', async () => {
    const harness = await settledHarness();
    harness.place(107, { inAbacos: false });
    const hung: CommandOutcome = { kind: 'killed', why: 'by its time limit', durationMs: 30 * MINUTE, output: [] };
    harness.onCommand = () => hung;
    harness.clock.after(20 * MINUTE, () => {
      loseRows(harness, 107);
    });
    harness.clock.after(29 * MINUTE, () => {
      harness.place(107, { number: '77107', inAbacos: false });
    });
    harness.clock.after(40 * MINUTE, () => {
      harness.stop.abort();
    });
    await harness.monitor().run(harness.adapters, harness.signals);
    assert.deepEqual(
      wentBack(harness).map(({ from }) => from),
      [107],
    );
    const [lost, next] = harness.commands;
    assert.equal(lost?.number, '1000107');
    assert.equal(next?.number, '77107');
    assert.ok(next.at - lost.at < 33 * MINUTE, 'nothing is in doubt of an order that had no command yet');
  });

  for (const [where, inAbacos] of [
    ['that Abacos has', true],
    ['that is missing', false],
  ] as const) {
    test(`leaves the shop its time to confirm the payment of an order ${where} under the id of one whose payment had failed`, async () => {
      const harness = await settledHarness();
      harness.place(107, { payment: 'none' });
      harness.onCommand = ({ task, number }) => {
        if (task === 'insert_order') harness.insert(number);
        return EXIT_1;
      };
      const monitor = harness.monitor();
      await harness.cycles(monitor, 60);
      assert.equal(harness.onRecord(107), `FAILED PAYMENT_PENDING ${POLICY.maxAttempts + 1}`);
      loseRows(harness, 107);
      await harness.cycles(monitor, 1);
      harness.place(107, { number: '77107', payment: 'none', inAbacos });
      const confirmed = (): number =>
        harness.commands.filter(({ number, task }) => number === '77107' && task === 'confirm_payment').length;
      await harness.cycles(monitor, POLICY.settleMs / POLICY.runningCycleMs - 1);
      assert.equal(confirmed(), 0);
      await harness.cycles(monitor, 4);
      assert.equal(confirmed(), 1);
    });
  }

  test('takes an order that the shop sends under the id of one that had a command for one that the shop has sent', async () => {
    const harness = new Harness();
    for (let id = 101; id <= 103; id += 1) harness.place(id);
    harness.place(104, { inAbacos: false });
    harness.onCommand = () => EXIT_1;
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    assert.equal(harness.commands.length, 1);
    // It is there again at once, with other orders.
    const sent = harness.place(104, { number: '77104', placedAt: harness.clock.now(), inAbacos: false });
    const lost = harness.place(105, { number: '77105', placedAt: harness.clock.now() + MINUTE, inAbacos: false });
    await harness.cycles(monitor, 1);
    assert.equal(wentBack(harness).length, 1);
    harness.abacosDown = true;
    await harness.cycles(monitor, 15);
    harness.abacosDown = false;
    await harness.cycles(monitor, 1);
    harness.insert(sent);
    const sentAt = harness.clock.monotonic();
    await harness.cycles(monitor, 40);
    const again = harness.commands.find(({ number }) => number === lost);
    assert.ok(again !== undefined);
    assert.ok(again.at >= sentAt + POLICY.settleMs, 'the shop may be sending the other one as well');
  });

  test('leaves the open orders that are left as they are, and says nothing of lost ones without an attempt', async () => {
    const harness = new Harness();
    for (const [id, attempts] of [
      [101, 5],
      [102, 5],
      [105, 0],
    ] as const) {
      harness.place(id, { inAbacos: false });
      await harness.leaveOpen(id, attempts);
    }
    harness.rows.delete(orderId(105));
    await harness.cycles(harness.monitor(), 1);
    assert.ok(harness.kinds().includes('went-back'));
    assert.deepEqual([harness.onRecord(101), harness.onRecord(102)], ['FAILED NOT_FOUND 5', 'FAILED NOT_FOUND 5']);
    assert.ok(!harness.kinds().includes('retry'));
  });

  test('does not have all the past asked about when the table is emptied and filled anew', async () => {
    const harness = await settledHarness();
    harness.clock.skip(POLICY.lateWindowMs + 48 * HOUR);
    for (let id = 107; id <= 109; id += 1) harness.place(id);
    const monitor = harness.monitor();
    // Until a sweep of the whole window has found nothing.
    await harness.cycles(monitor, 35);
    harness.rows.clear();
    await harness.cycles(monitor, 3);
    assert.deepEqual(wentBack(harness), [{ kind: 'went-back', head: 109, newest: 0, from: 107 }]);
    for (let id = 101; id <= 109; id += 1) harness.place(id);
    assert.deepEqual(
      await askedDuring(harness, () => harness.cycles(monitor, 3)),
      [107, 108, 109].map((id) => harness.row(id).number),
    );
    assert.equal(monitor.rewind, undefined);
  });

  test('is nothing that a database that is down, or one with settled orders as new as the head, is taken for', async () => {
    const harness = await settledHarness();
    loseRows(harness, 105);
    const monitor = harness.monitor();
    harness.shopDown = true;
    await harness.cycles(monitor, 2);
    harness.shopDown = false;
    await harness.cycles(monitor, 2);
    assert.deepEqual(wentBack(harness), []);
  });
});

test('No command is run for an order whose row is gone by then', async () => {
  const harness = new Harness();
  await harness.leaveOpen(101, 0);
  harness.place(101, { inAbacos: false });
  const { orders } = harness.adapters();
  harness.orders = {
    ...orders,
    agesOf: async (ids, signal) => {
      loseRows(harness, 101);
      return orders.agesOf(ids, signal);
    },
  };
  await harness.cycles(harness.monitor(), 2);
  assert.deepEqual(harness.commands, []);
  assert.equal(harness.onRecord(101), 'FAILED NOT_FOUND 0');
});

test('What went back is said with the ids, and with the remedy where some are not asked about', () => {
  const said = (newest: number): string =>
    sentenceFor({ kind: 'went-back', head: orderId(109), newest: orderId(newest), from: orderId(104) }, 4).text;
  assert.equal(
    said(103),
    "The shop's orders up to id 109 were checked, and it has no such order newer than id 103 any more: its database went " +
      'back to an earlier state, or they were deleted. Whatever gets an id from 104 on again is asked about',
  );
  assert.match(said(99), /What gets one from 100 to 103 is not: .* settle_time, order-monit rewind --since the moment/);
});

describe('A clock of the shop’s database that is set back', () => {
  for (const back of [HOUR, 26 * HOUR]) {
    test(`by ${back / HOUR} h is no database that went back: its rows are there`, async () => {
      const harness = await settledHarness();
      const monitor = harness.monitor();
      harness.place(107, { inAbacos: false });
      harness.onCommand = () => EXIT_0;
      await harness.cycles(monitor, 3);
      assert.equal(harness.checkpoint.head, 107);
      harness.shopClockAheadMs = -back - 2 * HOUR;
      const commands = harness.commands.length;
      await harness.cycles(monitor, 3);
      assert.deepEqual([wentBack(harness), rewinds(harness)], [[], []]);
      assert.match(harness.onRecord(107), /^FAILED NOT_FOUND [12]$/);
      assert.ok(harness.commands.length - commands <= 1, 'what is in doubt about its command is not forgotten');
      harness.place(108, { placedAt: harness.clock.now() - 6 * HOUR - back });
      await harness.cycles(monitor, 2);
      assert.deepEqual([harness.checkpoint.head, wentBack(harness)], [108, []]);
    });
  }

  test('while it does go back, and hides what got the ids since, is noticed all the same', async () => {
    const harness = await settledHarness();
    const monitor = harness.monitor();
    await harness.cycles(monitor, 2);
    loseRows(harness, 105, 106);
    harness.shopClockAheadMs = -3 * HOUR;
    for (const id of [105, 106]) harness.place(id, { placedAt: harness.clock.now() - 3 * HOUR });
    await harness.cycles(monitor, 2);
    assert.equal(wentBack(harness).length, 1);
  });
});
