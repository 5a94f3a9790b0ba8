/** The open orders for the page: by part and by cause, and a page of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Config } from '../../src/config/index.ts';
import { WorkingLedger } from '../../src/core/ledger.ts';
import { orderId } from '../../src/core/order.ts';
import type { OpenOrders } from '../../src/page/ports.ts';
import { GoneRows } from '../../src/service/gone-rows.ts';
import { causeIn, OpenListing } from '../../src/service/open-listing.ts';
import { PageStatistics } from '../../src/service/page-statistics.ts';
import { POLICY } from '../monitor/harness.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed } from '../../src/core/verdict.ts';

const NOW = 1_000_000 * 3_600_000;

/** Orders that are found missing, each a minute before the one with the next lower id; the shop is down, and tells no numbers. */
class Missing {
  readonly statistics = new PageStatistics(() => NOW);
  readonly ledger = new WorkingLedger(orderId(1), -Infinity);
  readonly #gone = new GoneRows();
  readonly listing = new OpenListing({
    sources: () => ({
      get config(): Config {
        throw new Error('nobody is asked while the shop is down');
      },
      policy: POLICY,
      ledger: this.ledger,
      gone: this.#gone,
      statistics: this.statistics,
      now: () => NOW,
    }),
    isShopDown: () => true,
  });

  add(id: number, why: string, isGivenUp: boolean): void {
    const name = { orderId: orderId(id), orderNumber: String(1_226_000 + id) };
    const attempts = isGivenUp ? POLICY.maxAttempts + 1 : 1;
    const at = stampOf(NOW - id * 60_000);
    const record = { ...name, verdict: failed('NOT_FOUND'), attempts, createdAt: at, updatedAt: at };
    this.ledger.note(record);
    this.statistics.take({ kind: 'verdict', ...name, record, previous: undefined, late: false, why });
  }

  loseRow(id: number): void {
    const record = this.ledger.open.get(orderId(id));
    assert.ok(record !== undefined);
    this.#gone.take({ kind: 'row-gone', orderId: orderId(id), orderNumber: null, record });
  }

  settle(id: number): void {
    this.ledger.noteSuccess({ status: 'SUCCESS', reason: 'OK' }, orderId(id), NOW);
  }

  async groups(): Promise<OpenOrders['groups']> {
    return (await this.listing.openOrders(signal, { from: 0, most: 0 })).groups;
  }
}

const { signal } = new AbortController();

test('Open orders are grouped by part and cause, and those of a group are listed page by page', async () => {
  const missing = new Missing();
  for (let id = 1; id <= 30; id += 1) {
    missing.add(id, id % 2 === 0 ? `Order ${1_226_000 + id} has no payment` : 'timeout', id <= 20);
  }
  const { ledger, listing, statistics } = missing;
  missing.loseRow(29);
  const all = await listing.openOrders(signal, { from: 0, most: 0 });
  assert.deepEqual([all.total, all.needHelp, all.matching, all.orders.length], [30, 21, 30, 0]);
  assert.deepEqual(all.groups.map(({ count, part, words }) => [part, count, words]).sort(), [
    ['action', 10, 'Order … has no payment'],
    ['action', 11, 'timeout'],
    ['progress', 4, 'timeout'],
    ['progress', 5, 'Order … has no payment'],
  ]);
  const group = all.groups.find(({ part, words }) => part === 'action' && words !== 'timeout');
  assert.ok(group !== undefined);
  assert.equal(group.sample[0]?.number, '1226020', 'the oldest comes first');
  const page = await listing.openOrders(signal, { part: 'action', group: group.key, from: 8, most: 8 });
  assert.deepEqual([page.matching, page.orders.map(({ orderId: id }) => Number(id))], [10, [4, 2]]);
  const dismissed = { orderId: orderId(7), verdict: failed('DISMISSED'), attempts: 5, createdAt: stampOf(NOW) };
  ledger.note({ ...dismissed, updatedAt: stampOf(NOW) });
  const outcome = { kind: 'lost', why: 'the connection broke', durationMs: 1, output: [] } as const;
  const name = { orderId: orderId(7), orderNumber: '1226007' };
  statistics.take({ kind: 'command-ended', ...name, task: 'insert_order', outcome });
  assert.deepEqual(
    await listing.chosenOrders(signal, [orderId(7), orderId(8), orderId(99)]),
    [
      { orderId: 7, number: '1226007', inDoubt: true },
      { orderId: 8, number: '1226008', inDoubt: false },
      { orderId: 99, number: null, inDoubt: false },
    ],
    'also one that was dismissed',
  );
});

/** Words without digits. */
function cause(index: number): string {
  return `cause ${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}`;
}

test('The largest causes keep their words, however late they come, and the small ones are shown as one', async () => {
  const missing = new Missing();
  for (let id = 1; id <= 31; id += 1) missing.add(id, 'no customer', true);
  for (let id = 101; id <= 200; id += 1) missing.add(id, cause(id), true);
  for (let id = 97; id < 100; id += 1) missing.add(id, cause(150), true);
  const groups = await missing.groups();
  const inWords = groups.filter(({ words }) => words !== undefined);
  assert.equal(inWords.length, 40);
  assert.ok(inWords.some(({ count, words }) => words === 'no customer' && count === 31));
  assert.ok(inWords.some(({ count, words }) => words === cause(150) && count === 4));
  const [largest] = groups;
  assert.deepEqual([largest?.words, largest?.causes, largest?.count], [undefined, 61, 61]);
  assert.equal(
    groups.reduce((sum, { count }) => sum + count, 0),
    134,
  );
  const together = await missing.listing.openOrders(signal, { group: largest?.key ?? '', from: 0, most: 3 });
  assert.equal(together.matching, 61);
  assert.ok((together.orders[0]?.since ?? 0) < (together.orders[1]?.since ?? 0), 'the oldest comes first');
});

test('The address of a cause leads to its orders also once it is one of many small ones', async () => {
  const missing = new Missing();
  missing.add(1, 'no customer', true);
  const [alone] = await missing.groups();
  for (let id = 2; id <= 120; id += 1) missing.add(id, cause(id >> 1), true);
  assert.ok((await missing.groups()).every(({ words }) => words !== 'no customer'));
  const { orders } = await missing.listing.openOrders(signal, { group: alone?.key ?? '', from: 0, most: 5 });
  assert.deepEqual(
    orders.map(({ number }) => number),
    ['1226001'],
  );
});

test('What changes about an open order shows at once', async () => {
  const missing = new Missing();
  const seen = async (): Promise<string> =>
    (await missing.groups()).map(({ count, part, words }) => `${part} ${count} ${words ?? ''}`).join(', ');
  missing.add(1, 'timeout', false);
  missing.add(2, 'timeout', false);
  assert.equal(await seen(), 'progress 2 timeout');
  missing.add(1, 'no customer', false);
  assert.equal(await seen(), 'progress 1 timeout, progress 1 no customer');
  missing.add(2, 'timeout', true);
  assert.equal(await seen(), 'action 1 timeout, progress 1 no customer');
  missing.settle(2);
  assert.equal(await seen(), 'progress 1 no customer');
  missing.loseRow(1);
  assert.equal(await seen(), 'action 1 no customer');
});

test('A cause is told without what differs from order to order', () => {
  assert.equal(
    causeIn("RuntimeError: Order 1226050 doesn't have a payment"),
    "RuntimeError: Order … doesn't have a payment",
  );
  assert.equal(causeIn('exit status 12, BR-77001/2'), 'exit status 12, …/2');
  assert.equal(causeIn(undefined), undefined);
});
