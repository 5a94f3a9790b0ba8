/** Rows without a usable date: which those are, and which questions leave them out. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { idsOf, signal, useShops } from './fixtures.ts';

const setUp = useShops();

/** What a shop may be set to: what it writes, and how it compares. */
const MODES = [
  '',
  'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE',
  'ALLOW_INVALID_DATES',
  'TRADITIONAL',
  'ANSI',
  'HIGH_NOT_PRECEDENCE',
];

describe('A date that is none', () => {
  for (const [type, values, dated] of [
    ['datetime', ['NULL', "'0000-00-00 00:00:00'", "'2026-11-00 00:00:00'", "'2026-00-01 00:00:00'"], "'2026-11-01'"],
    ['datetime(6)', ['NULL', "'0000-00-00 00:00:00'", "'2026-11-00 00:00:00.5'"], "'2026-11-01 10:00:00.123456'"],
    ['timestamp NULL', ['NULL', "'0000-00-00 00:00:00'"], "'2026-11-01 10:00:00'"],
    ['date', ['NULL', "'0000-00-00'", "'2026-11-00'"], "'2026-11-01'"],
    [
      'varchar(40)',
      ['NULL', "''", "'soon'", "'0000-00-00 00:00:00'", "'2026-11-00'", "'2026-02-30 10:00:00'", "'30/11/2026'"],
      "'2026-11-01 10:00:00'",
    ],
  ] as const) {
    test(`is told from one in a ${type}, whatever sql_mode the server has`, async (t) => {
      const { shop, orders, db } = await setUp(t);
      await shop.connection.query("SET sql_mode = ''");
      await shop.connection.query(`ALTER TABLE orders MODIFY created_at ${type}`);
      for (const [index, value] of [...values, dated].entries()) {
        await shop.place({ id: index + 1, number: `100${index}` });
        await shop.connection.query(`UPDATE orders SET created_at = ${value} WHERE id = ${index + 1}`);
      }
      const undated = values.map((_, index) => index + 1);
      const last = values.length + 1;
      const root = await db.root();
      t.after(() => {
        root.destroy();
      });
      for (const mode of MODES) {
        await root.query('SET GLOBAL sql_mode = ?', [mode]);
        const rows = await orders.ordersById([...undated, last].map(orderId), signal);
        assert.deepEqual(
          rows.map(({ age }) => age),
          [...undated.map(() => 'undated'), 'due'],
          mode,
        );
        assert.deepEqual(idsOf(await orders.newOrders(orderId(0), 99, signal)), [last], mode);
        assert.deepEqual(await orders.undatedIds(orderId(0), 99, signal), undated, mode);
        assert.equal((await orders.newOrdersLeft(orderId(0), signal)).orders, 1, mode);
        assert.equal(await orders.newestDueId(signal), last, mode);
      }
    });
  }
});

test('undatedIds gives those with a number, above an id, in id order, a page of them', async (t) => {
  const { shop, orders } = await setUp(t);
  for (const id of [2, 4, 6, 8]) await shop.place({ id, number: id === 6 ? null : String(id) });
  await shop.place({ id: 7, number: '7', ageS: 0 });
  await shop.connection.query('UPDATE orders SET created_at = NULL WHERE id <> 7');
  assert.deepEqual(await orders.undatedIds(orderId(0), 9, signal), [2, 4, 8]);
  assert.deepEqual(await orders.undatedIds(orderId(2), 9, signal), [4, 8]);
  assert.deepEqual(await orders.undatedIds(orderId(0), 1, signal), [2]);
});

describe('Where to start', () => {
  test('is before the rows that were without a date or uncommitted when the first order of the time was placed', async (t) => {
    const { shop, orders } = await setUp(t);
    await shop.place({ id: 10, number: '1', ageS: 90_000 });
    await shop.place({ id: 11, number: '2' });
    // Nobody sees id 12 yet.
    await shop.place({ id: 13, number: '3', ageS: 60 });
    await shop.connection.query('UPDATE orders SET created_at = NULL WHERE id = 11');
    assert.equal(await orders.lastIdBefore(Date.now() - 86_400_000, signal), 10);
    assert.equal(await orders.lastIdBefore(Date.now() + 60_000, signal), 13);
  });

  test('is at the newest dated row where no order is that young, and at 0 where no row has a date', async (t) => {
    const { shop, orders } = await setUp(t);
    await shop.place({ id: 10, number: '1', ageS: 90_000 });
    await shop.place({ id: 11, number: '2' });
    await shop.connection.query('UPDATE orders SET created_at = NULL WHERE id = 11');
    assert.equal(await orders.lastIdBefore(Date.now() - 3600_000, signal), 10);
    await shop.connection.query('UPDATE orders SET created_at = NULL');
    assert.equal(await orders.lastIdBefore(Date.now() - 3600_000, signal), 0);
  });
});
