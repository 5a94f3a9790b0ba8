/** The open orders for the page: by part and by cause, and a page of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Config } from '../../src/config/index.ts';
import { WorkingLedger } from '../../src/core/ledger.ts';
import { orderId } from '../../src/core/order.ts';
import { causeIn, OpenListing } from '../../src/service/open-listing.ts';
import { PageStatistics } from '../../src/service/page-statistics.ts';
import { POLICY } from '../monitor/harness.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed } from '../../src/core/verdict.ts';

const NOW = 1_000_000 * 3_600_000;

test('Open orders are grouped by part and cause, and those of a group are listed page by page', async () => {
  const statistics = new PageStatistics(() => NOW);
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  for (let id = 1; id <= 30; id += 1) {
    const name = { orderId: orderId(id), orderNumber: String(1_226_000 + id) };
    const attempts = id <= 20 ? POLICY.maxAttempts + 1 : 1;
    const at = stampOf(NOW - id * 60_000);
    const record = { ...name, verdict: failed('NOT_FOUND'), attempts, createdAt: at, updatedAt: at };
    ledger.note(record);
    const why = id % 2 === 0 ? `Order ${1_226_000 + id} has no payment` : 'timeout';
    statistics.take({ kind: 'verdict', ...name, record, previous: undefined, late: false, why });
  }
  const listing = new OpenListing({
    sources: () => ({
      get config(): Config {
        throw new Error('nobody is asked while the shop is down');
      },
      policy: POLICY,
      ledger,
      isGone: (id) => id === orderId(29),
      statistics,
      now: () => NOW,
    }),
    isShopDown: () => true,
  });
  const { signal } = new AbortController();
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

test('A cause is told without what differs from order to order', () => {
  assert.equal(
    causeIn("RuntimeError: Order 1226050 doesn't have a payment"),
    "RuntimeError: Order … doesn't have a payment",
  );
  assert.equal(causeIn('exit status 12, BR-77001/2'), 'exit status 12, …/2');
  assert.equal(causeIn(undefined), undefined);
});
