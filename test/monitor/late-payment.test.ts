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
import { EXIT_0, HOUR, POLICY, World } from './world.ts';

/** A shorter one than the default, which is 15 days: thousands of cycles less. */
const WINDOW_MS = 48 * HOUR;
const BRIEFLY: Policy = { ...POLICY, payments: { ...POLICY.payments, windowMs: WINDOW_MS } };

/** The customer pays so much later, and the shop's own confirmation arrives so long after that, unless it is lost. */
function payment(world: World, id: number, { after, confirmed }: { after: number; confirmed?: number }): void {
  const { number, payment: evidence } = world.row(id);
  world.clock.after(after, () => {
    world.row(id).state = 'authorized';
  });
  if (confirmed === undefined) return;
  world.clock.after(after + confirmed, () => {
    world.acknowledgePayment(number ?? '');
    if (evidence === 'untracked') world.erp.set(number ?? '', { kind: 'exists', status: 'invoiced' });
  });
}

describe('An order that waits for its payment at the first look', () => {
  test('is watched, and its payment confirmed where the shop’s own confirmation is lost', async () => {
    const world = new World();
    world.place(101, { state: 'waiting_payment', payment: 'none' });
    payment(world, 101, { after: 48 * HOUR });
    world.clock.after(HOUR, () => {
      assert.equal(world.onRecord(101), 'SUCCESS AWAITING_PAYMENT 1');
    });
    await runFor(world, 52 * HOUR);
    assert.deepEqual(
      world.commands.map(({ number, task }) => [task, number]),
      [['confirm_payment', '1000101']],
    );
    const at = world.commands[0]?.at ?? 0;
    assert.ok(at >= 48 * HOUR + POLICY.settleMs && at <= 49 * HOUR + POLICY.settleMs, `confirmed at ${at / HOUR} h`);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
  });
});

describe('Orders that were paid just before the first look', () => {
  test('are told to nobody and confirmed by nobody while the shop’s own confirmation has its time', async () => {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 20 };
    for (let id = 101; id <= 120; id += 1) {
      world.place(id, { payment: 'none' });
      payment(world, id, { after: 0, confirmed: 20 * MINUTE });
    }
    await runFor(world, 4 * HOUR);
    assert.deepEqual(world.commands, []);
    assert.deepEqual(
      said(world, 'verdict').filter(({ record }) => record.verdict.status === 'FAILED'),
      [],
    );
    for (let id = 101; id <= 120; id += 1) assert.equal(world.onRecord(id), 'SUCCESS OK 1');
  });
});

for (const evidence of ['none', 'untracked'] as const) {
  const table = evidence === 'none' ? 'with erp_payment_at' : 'without erp_payment_at';
  const count = size({ test: evidence === 'none' ? 1200 : 240, torture: 1200 });
  test(`${(count * 5) / 6} late payments, ${table}: each that the shop does not confirm is confirmed within an hour and settle_time, and no other`, async () => {
    const world = new World();
    world.policy = { ...POLICY, pageSize: 200 };
    const lost = new Map<string, number>();
    for (let index = 0; index < count; index += 1) {
      const id = 101 + index;
      const number = world.place(id, { state: 'waiting_payment', payment: evidence });
      const after = HOUR + Math.floor((index * 71 * HOUR) / count);
      const isLost = index % 6 !== 0;
      if (isLost) lost.set(number, after);
      payment(world, id, isLost ? { after } : { after, confirmed: 20 * MINUTE });
    }
    // It is up again for the shop, too: its own time goes on counting then.
    world.clock.after(30 * HOUR, () => {
      world.abacosDown = true;
    });
    world.clock.after(31 * HOUR, () => {
      world.abacosDown = false;
    });
    await runFor(world, 76 * HOUR);
    assert.equal(lost.size, (count * 5) / 6);
    const commanded = new Map(world.commands.map(({ at, number }) => [number, at]));
    assert.equal(world.commands.length, commanded.size);
    assert.deepEqual([...commanded.keys()].sort(), [...lost.keys()].sort());
    for (const [number, after] of lost) {
      const sawOutage = after > 28 * HOUR && after < 31 * HOUR;
      const tookMs = (commanded.get(number) ?? Infinity) - after - (sawOutage ? HOUR : 0);
      assert.ok(tookMs <= HOUR + POLICY.settleMs, `${number} is confirmed ${tookMs / MINUTE} min after its payment`);
      assert.ok((commanded.get(number) ?? 0) - after >= POLICY.settleMs);
    }
    for (let id = 101; id < 101 + count; id += 1) assert.match(world.onRecord(id), /^SUCCESS OK/);
  });
}

describe('A watched order', () => {
  test('that is cancelled, or that nobody pays within payment_window, is settled without another question', async () => {
    const world = new World();
    world.policy = BRIEFLY;
    world.place(101, { state: 'waiting_payment', payment: 'none' });
    world.place(102, { state: 'Waiting_Payment ', payment: 'none' });
    world.clock.after(HOUR, () => {
      world.row(101).state = 'canceled';
    });
    world.clock.after(2 * HOUR, () => {
      assert.equal(world.onRecord(101), 'SUCCESS OK 1');
      assert.equal(world.onRecord(102), 'SUCCESS AWAITING_PAYMENT 1');
    });
    await runFor(world, WINDOW_MS + HOUR);
    assert.equal(world.onRecord(102), 'SUCCESS OK 1');
    assert.equal(world.asked.flat().filter((number) => number === '1000102').length, 1);
    assert.deepEqual(world.commands, []);
  });

  test('whose row vanishes stays watched until payment_window is over', async () => {
    const world = new World();
    world.policy = BRIEFLY;
    world.place(101, { state: 'waiting_payment', payment: 'none' });
    world.clock.after(HOUR, () => {
      world.row(101).visible = false;
    });
    world.clock.after(WINDOW_MS - HOUR, () => {
      assert.equal(world.onRecord(101), 'SUCCESS AWAITING_PAYMENT 1');
    });
    await runFor(world, WINDOW_MS + HOUR);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
  });

  test('that is paid is not given up on when payment_window ends while the shop has its time', async () => {
    const world = new World();
    world.policy = BRIEFLY;
    world.place(101, { state: 'waiting_payment', payment: 'none' });
    payment(world, 101, { after: WINDOW_MS - 20 * MINUTE });
    await runFor(world, WINDOW_MS + 2 * HOUR);
    assert.equal(world.commands.length, 1);
  });

  test('that Abacos has lost by the time it is paid is inserted, and its payment confirmed later', async () => {
    const world = new World();
    const number = world.place(101, { state: 'waiting_payment', payment: 'none' });
    payment(world, 101, { after: 2 * HOUR });
    world.clock.after(HOUR, () => {
      world.erp.delete(number);
    });
    await runFor(world, 6 * HOUR);
    assert.deepEqual(
      world.commands.map(({ task }) => task),
      ['insert_order', 'confirm_payment'],
    );
    assert.match(world.onRecord(101), /^SUCCESS OK/);
  });

  test('fails from the moment on at which it is found failing, with all its attempts', async () => {
    const world = new World();
    world.place(101, { state: 'waiting_payment', payment: 'none' });
    world.onCommand = () => EXIT_0;
    payment(world, 101, { after: 48 * HOUR });
    const found: OrderRecord[] = [];
    world.onEvent = (event) => {
      if (event.kind === 'verdict' && event.record.verdict.status === 'FAILED') found.push(event.record);
    };
    await runFor(world, 49 * HOUR);
    assert.deepEqual(
      found.map(({ attempts, createdAt, updatedAt }) => [attempts, createdAt === updatedAt]),
      [[0, true]],
    );
  });

  test('has been seen paid for as long after a restart, and begins anew where that was not kept', async () => {
    for (const isKept of [true, false]) {
      const world = new World();
      world.place(101, { payment: 'none' });
      await runFor(world, 25 * MINUTE);
      assert.deepEqual(
        world.repairs?.paid.map(([id]) => id),
        [101],
      );
      if (!isKept) world.repairs = undefined;
      await runFor(world, 15 * MINUTE);
      assert.equal(world.commands.length, isKept ? 1 : 0);
      await runFor(world, 30 * MINUTE);
      assert.equal(world.commands.length, 1);
    }
  });

  test('is read again after an outage of the shop’s database, from where the look had come', async () => {
    const world = new World();
    world.place(101, { state: 'waiting_payment', payment: 'none' });
    world.clock.after(HOUR, () => {
      world.shopDown = true;
      world.row(101).state = 'canceled';
    });
    world.clock.after(2 * HOUR, () => {
      world.shopDown = false;
    });
    await runFor(world, 3 * HOUR);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
    assert.deepEqual(
      said(world, 'down').map(({ dependency }) => dependency),
      ['shop'],
    );
  });

  test('is none whose state is named in neither list', async () => {
    const world = new World();
    const unpaidStates: readonly string[] = [];
    world.policy = { ...POLICY, payments: paymentPolicy({ ...POLICY.payments, paidStates: ['2'], unpaidStates }) };
    world.place(101, { state: 'waiting_payment', payment: 'none' });
    world.place(102, { state: '2', payment: 'none' });
    await runFor(world, HOUR);
    assert.equal(world.onRecord(101), 'SUCCESS OK 1');
    assert.deepEqual(
      world.commands.map(({ number }) => number),
      ['1000102'],
    );
  });
});

describe('A rewind', () => {
  test('has orders watched that wait for their payment, as an older order-monit did not, and no older ones', async () => {
    const world = new World();
    world.place(101, { state: 'waiting_payment', payment: 'none' });
    world.place(102, { state: 'waiting_payment', payment: 'none', placedAt: world.clock.now() - 16 * 24 * HOUR });
    world.place(103, { payment: 'none', placedAt: world.clock.now() - 16 * 24 * HOUR });
    world.place(104);
    for (const id of [101, 102, 103, 104]) await world.leaveSettled(id);
    const monitor = world.monitor();
    await monitor.beginRewind({ from: orderId(101), by: 'root' });
    world.clock.after(5 * MINUTE, () => {
      assert.equal(world.onRecord(101), 'SUCCESS AWAITING_PAYMENT 1');
      assert.equal(world.onRecord(102), 'SUCCESS OK 1');
      assert.equal(world.onRecord(103), 'SUCCESS AWAITING_PAYMENT 1');
      assert.equal(world.onRecord(104), 'SUCCESS OK 1');
    });
    await runFor(world, HOUR, monitor);
    assert.deepEqual(
      world.commands.map(({ number }) => number),
      ['1000103'],
    );
  });
});

test('Orders that are watched and paid count with the open ones where these are too many', async () => {
  const world = new World();
  world.policy = { ...POLICY, maxOpenOrders: 4 };
  for (let id = 101; id <= 106; id += 1) world.place(id, { payment: 'none' });
  await runFor(world, 10 * MINUTE);
  assert.equal(world.checkpoint.head, 105);
  for (let id = 101; id <= 105; id += 1) world.row(id).payment = 'acknowledged';
  await runFor(world, 30 * MINUTE);
  assert.equal(world.checkpoint.head, 106);
});

/** After so many cycles the shop has had its own time, which counts between the answers of one cycle and another. */
const SETTLED = POLICY.settleMs / POLICY.runningCycleMs + 2;

describe('A payment that is pending', () => {
  test('is confirmed, and SUCCESS once the shop has Abacos’ acknowledgement', async () => {
    const world = new World();
    world.place(101, { payment: 'none' });
    await world.cycles(world.monitor(), SETTLED);
    assert.deepEqual(
      world.commands.map(({ task }) => task),
      ['confirm_payment'],
    );
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
  });

  test('in a table without the column is settled by a command that ended with 0', async () => {
    const world = new World();
    world.place(101, { payment: 'untracked' });
    world.onCommand = () => EXIT_0;
    await world.cycles(world.monitor(), SETTLED);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
    assert.equal(world.commands.length, 1);
  });

  test('of an order that was just inserted is watched at once, and confirmed when the shop has had its time', async () => {
    const world = new World();
    world.place(101, { payment: 'none', inAbacos: false });
    const monitor = world.monitor();
    await world.cycles(monitor, 1);
    assert.equal(world.onRecord(101), 'SUCCESS AWAITING_PAYMENT 2');
    await world.cycles(monitor, SETTLED);
    assert.equal(world.onRecord(101), 'SUCCESS OK 2');
    const expected: Task[] = ['insert_order', 'confirm_payment'];
    assert.deepEqual(
      world.commands.map(({ task }) => task),
      expected,
    );
  });
});
