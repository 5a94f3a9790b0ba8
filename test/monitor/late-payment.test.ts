/** Payments that come after the first look at an order: the shop confirms them itself, and nobody else does where that is lost. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Task } from '../../src/core/command.ts';
import { orderId } from '../../src/core/order.ts';
import { paymentPolicy } from '../../src/core/payments.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { size } from '../torture/trials.ts';
import { MINUTE, runFor, said } from './long-runs.ts';
import { EXIT_0, HOUR, POLICY, Harness } from './harness.ts';

/** A shorter one than the default, which is 15 days: thousands of cycles less. */
const WINDOW_MS = 48 * HOUR;
const BRIEFLY: Policy = { ...POLICY, payments: { ...POLICY.payments, windowMs: WINDOW_MS } };

/** The customer pays so much later, and the shop's own confirmation arrives so long after that, unless it is lost. */
function payment(harness: Harness, id: number, { after, confirmed }: { after: number; confirmed?: number }): void {
  const { number, payment: evidence } = harness.row(id);
  harness.clock.after(after, () => {
    harness.row(id).state = 'authorized';
  });
  if (confirmed === undefined) return;
  harness.clock.after(after + confirmed, () => {
    harness.acknowledgePayment(number ?? '');
    if (evidence === 'untracked') harness.erp.set(number ?? '', { kind: 'exists', status: 'invoiced' });
  });
}

describe('An order that waits for its payment at the first look', () => {
  test('is watched, and its payment confirmed where the shop’s own confirmation is lost', async () => {
    const harness = new Harness();
    harness.place(101, { state: 'waiting_payment', payment: 'none' });
    payment(harness, 101, { after: 48 * HOUR });
    harness.clock.after(HOUR, () => {
      assert.equal(harness.onRecord(101), 'SUCCESS AWAITING_PAYMENT 1');
    });
    await runFor(harness, 52 * HOUR);
    assert.deepEqual(
      harness.commands.map(({ number, task }) => [task, number]),
      [['confirm_payment', '1000101']],
    );
    const at = harness.commands[0]?.at ?? 0;
    assert.ok(at >= 48 * HOUR + POLICY.settleMs && at <= 49 * HOUR + POLICY.settleMs, `confirmed at ${at / HOUR} h`);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
  });
});

describe('Orders that were paid just before the first look', () => {
  test('are told to nobody and confirmed by nobody while the shop’s own confirmation has its time', async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 20 };
    for (let id = 101; id <= 120; id += 1) {
      harness.place(id, { payment: 'none' });
      payment(harness, id, { after: 0, confirmed: 20 * MINUTE });
    }
    await runFor(harness, 4 * HOUR);
    assert.deepEqual(harness.commands, []);
    assert.deepEqual(
      said(harness, 'verdict').filter(({ record }) => record.verdict.status === 'FAILED'),
      [],
    );
    for (let id = 101; id <= 120; id += 1) assert.equal(harness.onRecord(id), 'SUCCESS OK 1');
  });
});

for (const evidence of ['none', 'untracked'] as const) {
  const table = evidence === 'none' ? 'with erp_payment_at' : 'without erp_payment_at';
  const count = size({ test: 240, torture: 1200 });
  test(`${(count * 5) / 6} late payments, ${table}: each that the shop does not confirm is confirmed within an hour and settle_time, and no other`, async () => {
    const harness = new Harness();
    harness.policy = { ...POLICY, pageSize: 200 };
    const lost = new Map<string, number>();
    for (let index = 0; index < count; index += 1) {
      const id = 101 + index;
      const number = harness.place(id, { state: 'waiting_payment', payment: evidence });
      const after = HOUR + Math.floor((index * 71 * HOUR) / count);
      const isLost = index % 6 !== 0;
      if (isLost) lost.set(number, after);
      payment(harness, id, isLost ? { after } : { after, confirmed: 20 * MINUTE });
    }
    // It is up again for the shop, too: its own time goes on counting then.
    harness.clock.after(30 * HOUR, () => {
      harness.abacosDown = true;
    });
    harness.clock.after(31 * HOUR, () => {
      harness.abacosDown = false;
    });
    await runFor(harness, 76 * HOUR);
    assert.equal(lost.size, (count * 5) / 6);
    const commanded = new Map(harness.commands.map(({ at, number }) => [number, at]));
    assert.equal(harness.commands.length, commanded.size);
    assert.deepEqual([...commanded.keys()].sort(), [...lost.keys()].sort());
    for (const [number, after] of lost) {
      const sawOutage = after > 28 * HOUR && after < 31 * HOUR;
      const tookMs = (commanded.get(number) ?? Infinity) - after - (sawOutage ? HOUR : 0);
      assert.ok(tookMs <= HOUR + POLICY.settleMs, `${number} is confirmed ${tookMs / MINUTE} min after its payment`);
      assert.ok((commanded.get(number) ?? 0) - after >= POLICY.settleMs);
    }
    for (let id = 101; id < 101 + count; id += 1) assert.match(harness.onRecord(id), /^SUCCESS OK/);
  });
}

describe('A watched order', () => {
  test('that is cancelled, or that nobody pays within payment_window, is settled without another question', async () => {
    const harness = new Harness();
    harness.policy = BRIEFLY;
    harness.place(101, { state: 'waiting_payment', payment: 'none' });
    harness.place(102, { state: 'Waiting_Payment ', payment: 'none' });
    harness.clock.after(HOUR, () => {
      harness.row(101).state = 'canceled';
    });
    harness.clock.after(2 * HOUR, () => {
      assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
      assert.equal(harness.onRecord(102), 'SUCCESS AWAITING_PAYMENT 1');
    });
    await runFor(harness, WINDOW_MS + HOUR);
    assert.equal(harness.onRecord(102), 'SUCCESS OK 1');
    assert.equal(harness.asked.flat().filter((number) => number === '1000102').length, 1);
    assert.deepEqual(harness.commands, []);
  });

  test('whose row vanishes stays watched until payment_window is over', async () => {
    const harness = new Harness();
    harness.policy = BRIEFLY;
    harness.place(101, { state: 'waiting_payment', payment: 'none' });
    harness.clock.after(HOUR, () => {
      harness.row(101).visible = false;
    });
    harness.clock.after(WINDOW_MS - HOUR, () => {
      assert.equal(harness.onRecord(101), 'SUCCESS AWAITING_PAYMENT 1');
    });
    await runFor(harness, WINDOW_MS + HOUR);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
  });

  test('that is paid is not given up on when payment_window ends while the shop has its time', async () => {
    const harness = new Harness();
    harness.policy = BRIEFLY;
    harness.place(101, { state: 'waiting_payment', payment: 'none' });
    payment(harness, 101, { after: WINDOW_MS - 20 * MINUTE });
    await runFor(harness, WINDOW_MS + 2 * HOUR);
    assert.equal(harness.commands.length, 1);
  });

  test('that Abacos has lost by the time it is paid is inserted, and its payment confirmed later', async () => {
    const harness = new Harness();
    const number = harness.place(101, { state: 'waiting_payment', payment: 'none' });
    payment(harness, 101, { after: 2 * HOUR });
    harness.clock.after(HOUR, () => {
      harness.erp.delete(number);
    });
    await runFor(harness, 6 * HOUR);
    assert.deepEqual(
      harness.commands.map(({ task }) => task),
      ['insert_order', 'confirm_payment'],
    );
    assert.match(harness.onRecord(101), /^SUCCESS OK/);
  });

  test('fails from the moment on at which it is found failing, with all its attempts', async () => {
    const harness = new Harness();
    harness.place(101, { state: 'waiting_payment', payment: 'none' });
    harness.onCommand = () => EXIT_0;
    payment(harness, 101, { after: 48 * HOUR });
    const found: OrderRecord[] = [];
    harness.onEvent = (event) => {
      if (event.kind === 'verdict' && event.record.verdict.status === 'FAILED') found.push(event.record);
    };
    await runFor(harness, 49 * HOUR);
    assert.deepEqual(
      found.map(({ attempts, createdAt, updatedAt }) => [attempts, createdAt === updatedAt]),
      [[0, true]],
    );
  });

  test('has been seen paid for as long after a restart, and begins anew where that was not kept', async () => {
    for (const isKept of [true, false]) {
      const harness = new Harness();
      harness.place(101, { payment: 'none' });
      await runFor(harness, 25 * MINUTE);
      assert.deepEqual(
        harness.repairs?.paid.map(([id]) => id),
        [101],
      );
      if (!isKept) harness.repairs = undefined;
      await runFor(harness, 15 * MINUTE);
      assert.equal(harness.commands.length, isKept ? 1 : 0);
      await runFor(harness, 30 * MINUTE);
      assert.equal(harness.commands.length, 1);
    }
  });

  test('is read again after an outage of the shop’s database, from where the look had come', async () => {
    const harness = new Harness();
    harness.place(101, { state: 'waiting_payment', payment: 'none' });
    harness.clock.after(HOUR, () => {
      harness.shopDown = true;
      harness.row(101).state = 'canceled';
    });
    harness.clock.after(2 * HOUR, () => {
      harness.shopDown = false;
    });
    await runFor(harness, 3 * HOUR);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
    assert.deepEqual(
      said(harness, 'down').map(({ dependency }) => dependency),
      ['shop'],
    );
  });

  test('is none whose state is named in neither list', async () => {
    const harness = new Harness();
    const unpaidStates: readonly string[] = [];
    harness.policy = { ...POLICY, payments: paymentPolicy({ ...POLICY.payments, paidStates: ['2'], unpaidStates }) };
    harness.place(101, { state: 'waiting_payment', payment: 'none' });
    harness.place(102, { state: '2', payment: 'none' });
    await runFor(harness, HOUR);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 1');
    assert.deepEqual(
      harness.commands.map(({ number }) => number),
      ['1000102'],
    );
  });
});

describe('A rewind', () => {
  test('has orders watched that wait for their payment, as an older order-monit did not, and no older ones', async () => {
    const harness = new Harness();
    harness.place(101, { state: 'waiting_payment', payment: 'none' });
    harness.place(102, { state: 'waiting_payment', payment: 'none', placedAt: harness.clock.now() - 16 * 24 * HOUR });
    harness.place(103, { payment: 'none', placedAt: harness.clock.now() - 16 * 24 * HOUR });
    harness.place(104);
    for (const id of [101, 102, 103, 104]) await harness.leaveSettled(id);
    const monitor = harness.monitor();
    await monitor.beginRewind({ from: orderId(101), by: 'root' });
    harness.clock.after(5 * MINUTE, () => {
      assert.equal(harness.onRecord(101), 'SUCCESS AWAITING_PAYMENT 1');
      assert.equal(harness.onRecord(102), 'SUCCESS OK 1');
      assert.equal(harness.onRecord(103), 'SUCCESS AWAITING_PAYMENT 1');
      assert.equal(harness.onRecord(104), 'SUCCESS OK 1');
    });
    await runFor(harness, HOUR, monitor);
    assert.deepEqual(
      harness.commands.map(({ number }) => number),
      ['1000103'],
    );
  });
});

test('Orders that are watched and paid count with the open ones where these are too many', async () => {
  const harness = new Harness();
  harness.policy = { ...POLICY, maxOpenOrders: 4 };
  for (let id = 101; id <= 106; id += 1) harness.place(id, { payment: 'none' });
  await runFor(harness, 10 * MINUTE);
  assert.equal(harness.checkpoint.head, 105);
  for (let id = 101; id <= 105; id += 1) harness.row(id).payment = 'acknowledged';
  await runFor(harness, 30 * MINUTE);
  assert.equal(harness.checkpoint.head, 106);
});

/** After so many cycles the shop has had its own time, which counts between the answers of one cycle and another. */
const SETTLED = POLICY.settleMs / POLICY.runningCycleMs + 2;

describe('A payment that is pending', () => {
  test('is confirmed, and SUCCESS once the shop has Abacos’ acknowledgement', async () => {
    const harness = new Harness();
    harness.place(101, { payment: 'none' });
    await harness.cycles(harness.monitor(), SETTLED);
    assert.deepEqual(
      harness.commands.map(({ task }) => task),
      ['confirm_payment'],
    );
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
  });

  test('in a table without the column is settled by a command that ended with 0', async () => {
    const harness = new Harness();
    harness.place(101, { payment: 'untracked' });
    harness.onCommand = () => EXIT_0;
    await harness.cycles(harness.monitor(), SETTLED);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
    assert.equal(harness.commands.length, 1);
  });

  test('of an order that was just inserted is watched at once, and confirmed when the shop has had its time', async () => {
    const harness = new Harness();
    harness.place(101, { payment: 'none', inAbacos: false });
    const monitor = harness.monitor();
    await harness.cycles(monitor, 1);
    assert.equal(harness.onRecord(101), 'SUCCESS AWAITING_PAYMENT 2');
    await harness.cycles(monitor, SETTLED);
    assert.equal(harness.onRecord(101), 'SUCCESS OK 2');
    const expected: Task[] = ['insert_order', 'confirm_payment'];
    assert.deepEqual(
      harness.commands.map(({ task }) => task),
      expected,
    );
  });
});
