/** How long ago an order was placed and sent, in every zone and column type, by the server's clock. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import type { OrderAges } from '../../src/shop/orders.ts';
import { NAMES, outageOf, signal, useShops, type Opened } from './fixtures.ts';

const setUp = useShops();

/** More than the test takes on a busy machine. */
const SLACK_MS = 60_000;
const HOUR_MS = 3_600_000;

async function agesOf({ orders }: Opened, ...ids: readonly number[]): Promise<ReadonlyMap<number, OrderAges>> {
  return orders.agesOf(ids.map(orderId), signal);
}

function assertAbout(actualMs: number | undefined, expectedMs: number): void {
  assert.ok(actualMs !== undefined && actualMs >= expectedMs - 1000 && actualMs < expectedMs + SLACK_MS, `${actualMs}`);
}

describe('agesOf', () => {
  test('gives how long ago orders were placed, and sent where the row says so', async (t) => {
    const opened = await setUp(t);
    await opened.shop.place({ id: 3, number: '3', ageS: 7200 });
    await opened.shop.place({ id: 4, number: '4', ageS: 60 });
    await opened.shop.connection.query(
      'UPDATE orders SET erp_integrate_at = UTC_TIMESTAMP() - INTERVAL 30 SECOND WHERE id = 4',
    );
    const ages = await agesOf(opened, 3, 4, 5);
    assert.deepEqual([...ages.keys()], [3, 4]);
    assertAbout(ages.get(3)?.placedMs, 2 * HOUR_MS);
    assert.equal(ages.get(3)?.sentMs, undefined);
    assertAbout(ages.get(4)?.placedMs, 60_000);
    assertAbout(ages.get(4)?.sentMs, 30_000);
  });

  test('asks nothing where there are no orders', async (t) => {
    const opened = await setUp(t);
    assert.equal((await agesOf(opened)).size, 0);
  });

  for (const [zone, behindHours] of [
    ['-03:00', 3],
    ['America/Sao_Paulo', 3],
    ['+05:30', -5.5],
  ] as const) {
    test(`reads datetimes that are in ${zone}`, async (t) => {
      const opened = await setUp(t, { timeZone: zone });
      const { shop } = opened;
      // Placed an hour ago, and sent a minute ago, as clocks of that zone have it.
      await shop.place({ id: 3, number: '3', ageS: 3600 + behindHours * 3600 });
      await shop.connection.query(
        'UPDATE orders SET erp_integrate_at = UTC_TIMESTAMP() - INTERVAL ? SECOND WHERE id = 3',
        [60 + behindHours * 3600],
      );
      const ages = (await agesOf(opened, 3)).get(3);
      assertAbout(ages?.placedMs, HOUR_MS);
      assertAbout(ages?.sentMs, 60_000);
    });
  }

  for (const serverZone of ['+00:00', '-03:00']) {
    test(`reads timestamps of a server whose own zone is ${serverZone}`, async (t) => {
      const opened = await setUp(t, { timeZone: '-03:00' });
      const { shop } = opened;
      await shop.connection.query(
        'ALTER TABLE orders MODIFY created_at timestamp NULL, MODIFY erp_integrate_at timestamp NULL',
      );
      await shop.connection.query(`SET GLOBAL time_zone = '${serverZone}'`);
      await shop.connection.query(
        'INSERT INTO orders (id, number, created_at, erp_integrate_at) VALUES (3, 3, NOW() - INTERVAL 1 HOUR, NOW() - INTERVAL 1 MINUTE)',
      );
      const ages = (await agesOf(opened, 3)).get(3);
      assertAbout(ages?.placedMs, HOUR_MS);
      assertAbout(ages?.sentMs, 60_000);
    });
  }

  test('reads a column that has fractions of a second', async (t) => {
    const opened = await setUp(t);
    await opened.shop.connection.query('ALTER TABLE orders MODIFY created_at datetime(6)');
    await opened.shop.connection.query(
      'INSERT INTO orders (id, number, created_at) VALUES (3, 3, UTC_TIMESTAMP(6) - INTERVAL 90 SECOND)',
    );
    assertAbout((await agesOf(opened, 3)).get(3)?.placedMs, 90_000);
  });

  test('says nothing of what the row does not say', async (t) => {
    const opened = await setUp(t);
    await opened.shop.connection.query('INSERT INTO orders (id, number, created_at) VALUES (3, 3, NULL)');
    assert.deepEqual((await agesOf(opened, 3)).get(3), { placedMs: undefined, sentMs: undefined });
  });

  test('says nothing of a date that is none', async (t) => {
    const opened = await setUp(t);
    await opened.shop.connection.query("SET sql_mode = ''");
    await opened.shop.connection.query(
      "INSERT INTO orders (id, number, created_at, erp_integrate_at) VALUES (3, 3, '0000-00-00', '0000-00-00')",
    );
    assert.deepEqual((await agesOf(opened, 3)).get(3), { placedMs: undefined, sentMs: undefined });
  });

  test('knows of nothing that was sent where the table has no such column', async (t) => {
    const opened = await setUp(t);
    await opened.shop.connection.query('ALTER TABLE orders DROP COLUMN erp_integrate_at');
    await opened.shop.place({ id: 3, number: '3', ageS: 60 });
    const ages = (await agesOf(opened, 3)).get(3);
    assertAbout(ages?.placedMs, 60_000);
    assert.equal(ages?.sentMs, undefined);
  });

  test('takes what is in the future for what is this moment: then nothing is begun too early', async (t) => {
    const opened = await setUp(t);
    await opened.shop.place({ id: 3, number: '3', ageS: -3600 });
    assert.equal((await agesOf(opened, 3)).get(3)?.placedMs, 0);
  });

  test('gives all of more orders than one statement asks about', async (t) => {
    const opened = await setUp(t);
    const ids = Array.from({ length: 1201 }, (_, index) => index + 1);
    await opened.shop.connection.query(
      `INSERT INTO orders (id, number, created_at) VALUES ${ids.map((id) => `(${id}, ${id}, UTC_TIMESTAMP())`).join()}`,
    );
    assert.deepEqual(
      [...(await agesOf(opened, ...ids)).keys()].sort((a, b) => a - b),
      ids,
    );
  });

  test('reads a table whose columns have other names', async (t) => {
    const opened = await setUp(t, { columns: { ...NAMES, id: 'pedido', createdAt: 'criado_em' } });
    const { shop } = opened;
    await shop.connection.query('ALTER TABLE orders RENAME COLUMN id TO pedido, RENAME COLUMN created_at TO criado_em');
    await shop.connection.query(
      'INSERT INTO orders (pedido, number, criado_em) VALUES (3, 3, UTC_TIMESTAMP() - INTERVAL 90 SECOND)',
    );
    assertAbout((await agesOf(opened, 3)).get(3)?.placedMs, 90_000);
  });

  test('reads columns whose names have letters of any language', async (t) => {
    const opened = await setUp(t, {
      columns: { ...NAMES, number: 'número', createdAt: 'data_criação', state: 'cafe\u0301' },
    });
    const { shop } = opened;
    await shop.connection.query(
      'ALTER TABLE orders RENAME COLUMN number TO `número`, RENAME COLUMN created_at TO `data_criação`, RENAME COLUMN state TO `cafe\u0301`',
    );
    await shop.connection.query(
      'INSERT INTO orders (id, `número`, `data_criação`) VALUES (3, 7, UTC_TIMESTAMP() - INTERVAL 90 SECOND)',
    );
    assertAbout((await agesOf(opened, 3)).get(3)?.placedMs, 90_000);
    assert.equal((await opened.orders.ordersById([orderId(3)], signal))[0]?.number, '7');
  });

  test('is an outage when the database is away', async (t) => {
    const opened = await setUp(t, { server: { kind: 'tcp', host: '127.0.0.1', port: 1 } });
    const { reason } = await outageOf(agesOf(opened, 3));
    assert.match(reason, /refused/);
  });
});
