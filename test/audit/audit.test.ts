/** An audit of many orders, on a virtual clock: what it asks, what it passes over, and what it does while the ERP is down. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { audit, type AuditOptions, type Progress } from '../../src/audit/index.ts';
import type { Answer } from '../../src/core/answer.ts';
import { orderId, type OrderNumber, type ShopOrder } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import { POLICY, VirtualClock } from '../monitor/harness.ts';

const signal = new AbortController().signal;

function row(id: number, changes: Partial<ShopOrder> = {}): ShopOrder {
  return {
    id: orderId(id),
    number: String(1_000_000 + id),
    state: 'authorized',
    payment: 'acknowledged',
    age: 'due',
    ...changes,
  };
}

type Call = (numbers: readonly OrderNumber[]) => Answer | Outage | ((number: OrderNumber) => Answer);

const HAS_ALL: Answer = { kind: 'exists', status: 'invoiced' };

function world(rows: readonly ShopOrder[], call: Call) {
  const byId = new Map(rows.map((order) => [order.id, order]));
  const clock = new VirtualClock();
  const calls: (readonly OrderNumber[])[] = [];
  const progress: Progress[] = [];
  const outages: number[] = [];
  const orders: Pick<AuditOptions['adapters']['orders'], 'idsInRange' | 'ordersById'> = {
    idsInRange: async ({ after, limit, through }) =>
      Promise.resolve([...byId.keys()].filter((id) => id > after && id <= through).slice(0, limit)),
    ordersById: async (ids) => Promise.resolve(ids.flatMap((id) => byId.get(id) ?? [])),
  };
  const erp = {
    call: async (numbers: readonly OrderNumber[]) => {
      calls.push(numbers);
      const said = call(numbers);
      if (said instanceof Outage) throw said;
      return Promise.resolve(
        new Map(numbers.map((number) => [number, typeof said === 'function' ? said(number) : said])),
      );
    },
  };
  const run = async (after = 0, through = Number.MAX_SAFE_INTEGER) =>
    audit(
      {
        adapters: { orders, erp, policy: POLICY },
        clock,
        after: orderId(after),
        through: orderId(through),
        states: { ...POLICY.payments, isCancelled: (state) => state === 'canceled' },
        onProgress: (each) => progress.push(each),
        onOutage: (_, waitMs) => outages.push(waitMs),
      },
      signal,
    );
  return { calls, clock, outages, progress, run };
}

const DOWN = new Outage({ dependency: 'abacos', reason: 'the connection was refused' });

test('All orders of a range are asked about, once each, in calls of many, and its ends are heeded', async () => {
  const all = Array.from({ length: 2500 }, (_, index) => row(index + 1));
  const { calls, progress, run } = world(all, () => (number) => (number === '1000007' ? { kind: 'missing' } : HAS_ALL));
  const audited = await run(5, 2400);
  assert.deepEqual([audited.asked, audited.passedOver], [2395, 0]);
  assert.deepEqual(
    audited.found.map(({ id, finding }) => [id, finding]),
    [[7, 'missing']],
  );
  const asked = calls.flat();
  assert.equal(asked.length, new Set(asked).size);
  assert.equal(asked.length, 2395);
  assert.deepEqual([...new Set(calls.map(({ length }) => length))], [50, 45]);
  assert.deepEqual(
    progress.map(({ asked: count, share }) => [count, Math.round(share * 100)]),
    [
      [1000, 42],
      [2000, 84],
      [2395, 100],
    ],
  );
});

test('Carts are passed over, young orders are left for the next audit, and a number that can be none is unclear', async () => {
  const rows = [
    row(1, { age: 'undated' }),
    row(2, { number: null }),
    row(3, { age: 'young' }),
    row(4, { number: 'a b' }),
    row(5),
  ];
  const { calls, run } = world(rows, () => HAS_ALL);
  const audited = await run();
  assert.deepEqual([audited.asked, audited.passedOver], [2, 2]);
  assert.deepEqual(
    audited.found.map(({ id, finding, why }) => [id, finding, why]),
    [[4, 'unclear', 'what the shop stores can be no order number']],
  );
  assert.deepEqual(calls, [['1000005']]);
});

test('An empty range asks nothing', async () => {
  const { calls, progress, run } = world([row(1)], () => HAS_ALL);
  assert.deepEqual(await run(1, 1), { asked: 0, passedOver: 0, found: [] });
  assert.deepEqual(calls, []);
  assert.deepEqual(progress, [{ asked: 0, share: 1 }]);
});

test('While the ERP is down it waits, and nothing is said of any order; then it goes on where it was', async () => {
  let left = 5;
  const { outages, run } = world([row(1), row(2)], () => ((left -= 1) > 0 ? DOWN : HAS_ALL));
  assert.deepEqual((await run()).found, []);
  assert.deepEqual(
    outages,
    outages.map(() => POLICY.downtimeWaitMs),
  );
  assert.ok(outages.length > 0);
});

test('An ERP that stays down is given up after ten minutes, with its own words', async () => {
  const { clock, run } = world([row(1), row(2)], () => DOWN);
  const startedAt = clock.monotonic();
  await assert.rejects(run(), (error) => error === DOWN);
  assert.ok(clock.monotonic() - startedAt >= 600_000);
});

test('A number that fails the call about it is unclear, and costs the others nothing', async () => {
  const all = Array.from({ length: 200 }, (_, index) => row(index + 1));
  const { run } = world(all, (numbers) => (numbers.some((number) => number === '1000077') ? DOWN : HAS_ALL));
  assert.deepEqual(
    (await run()).found.map(({ id, finding, why }) => [id, finding, why]),
    [[77, 'unclear', 'the call about it alone fails: the connection was refused']],
  );
});

test('Two rows of one number are both held against its answer', async () => {
  const { calls, run } = world([row(1, { number: '7' }), row(2, { number: '7' })], () => ({ kind: 'missing' }));
  assert.deepEqual(
    (await run()).found.map(({ id }) => id),
    [1, 2],
  );
  assert.deepEqual(calls, [['7']]);
});
