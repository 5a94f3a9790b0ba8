/** What is read of the shop's orders on a real server, and what `check` says of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { isOrderNumber, orderId } from '../../src/core/order.ts';
import { checkOrders } from '../../src/shop/index.ts';
import { idsOf, NAMES, outageOf, signal, useShops } from './fixtures.ts';

const setUp = useShops();

describe('newOrders', () => {
  test('gives due orders with a number, in id order, above the head, a page of them', async (t) => {
    const { shop, orders } = await setUp(t);
    const ages = { 5: 1801, 3: 7200, 9: 1700, 7: 4000 };
    for (const [id, ageS] of Object.entries(ages)) await shop.place({ id: Number(id), number: `100${id}`, ageS });
    await shop.place({ id: 6, number: null, ageS: 7200 });
    const ids = async (above: number, limit: number): Promise<number[]> =>
      idsOf(await orders.newOrders(orderId(above), limit, signal));
    assert.deepEqual(await ids(0, 10), [3, 5, 7]);
    assert.deepEqual(await ids(3, 10), [5, 7]);
    assert.deepEqual(await ids(0, 2), [3, 5]);
    const { orders: left, longestWaitMs } = await orders.newOrdersLeft(orderId(3), signal);
    // Order 7 is 4000 s old and became due after 1800 s; the clock may have moved on since.
    assert.ok(left === 2 && longestWaitMs >= 2_200_000 && longestWaitMs < 2_260_000, `${left}, ${longestWaitMs}`);
    assert.deepEqual(await orders.newOrdersLeft(orderId(9), signal), { orders: 0, longestWaitMs: 0 });
  });

  test('reads what the monitor needs of a row', async (t) => {
    const { shop, orders } = await setUp(t);
    await shop.place({ id: 3, number: '1226207', state: 'authorized', paid: false });
    await shop.place({ id: 4, number: '1226208', state: 'waiting_payment', paid: true });
    assert.deepEqual(await orders.newOrders(orderId(0), 10, signal), [
      { id: 3, number: '1226207', state: 'authorized', payment: 'none', age: 'due' },
      { id: 4, number: '1226208', state: 'waiting_payment', payment: 'acknowledged', age: 'due' },
    ]);
  });

  test('knows of no payment where the table has no such column', async (t) => {
    const { shop, orders } = await setUp(t, {}, { paymentColumn: false });
    await shop.place({ number: '1' });
    assert.equal((await orders.newOrders(orderId(0), 1, signal))[0]?.payment, 'untracked');
  });

  test('loses nothing of a bigint', async (t) => {
    const { shop, orders } = await setUp(t);
    await shop.place({ number: '9223372036854775807' });
    assert.equal((await orders.newOrders(orderId(0), 1, signal))[0]?.number, '9223372036854775807');
  });

  for (const [type, value, state] of [
    ['varchar(20)', "'authorized'", 'authorized'],
    ['varbinary(20)', "'authorized'", 'authorized'],
    ['text', "'autorização'", 'autorização'],
    ["enum('paid','authorized')", "'authorized'", 'authorized'],
    // Such as both servers write it: MySQL puts a blank behind a colon and a comma.
    ['json', "'[7]'", '[7]'],
    ['int', '3', '3'],
    ['double', '2.5', '2.5'],
    ['datetime', "'2026-11-23 10:00:00'", '2026-11-23 10:00:00'],
  ] as const) {
    test(`takes a state that is a ${type}`, async (t) => {
      const { shop, orders } = await setUp(t);
      await shop.connection.query(`ALTER TABLE orders MODIFY state ${type}`);
      const id = await shop.place({ number: '1', state: null });
      await shop.connection.query(`UPDATE orders SET state = ${value}`);
      const [order] = await orders.ordersById([orderId(id)], signal);
      assert.equal(order?.state, state);
    });
  }

  for (const type of ['smallint', 'int unsigned', 'bigint', 'bigint unsigned', 'decimal(20,0)', 'varchar(20)']) {
    test(`takes an id that is a ${type}`, async (t) => {
      const { shop, orders } = await setUp(t);
      await shop.connection.query(`ALTER TABLE orders MODIFY id ${type} NOT NULL`);
      await shop.place({ id: 731, number: '1' });
      assert.deepEqual(idsOf(await orders.newOrders(orderId(0), 10, signal)), [731]);
    });
  }

  test('keeps leading zeros and letters, and leaves surrounding blanks', async (t) => {
    const { shop, orders } = await setUp(t, {}, { numberType: 'varchar(60)' });
    for (const number of ['09023539454', ' MKTPLACE-4545 ', '']) await shop.place({ number });
    const numbers = (await orders.newOrders(orderId(0), 9, signal)).map(({ number }) => number);
    assert.deepEqual(numbers, ['09023539454', 'MKTPLACE-4545', '']);
  });

  test('takes a table of another schema, and other column names', async (t) => {
    const { shop, orders } = await setUp(
      t,
      {
        database: 'mysql',
        columns: { ...NAMES, table: 'elsewhere.orders', state: 'erp_integrate_error' },
      },
      { database: 'elsewhere' },
    );
    await shop.place({ number: '7' });
    await shop.connection.query("UPDATE orders SET erp_integrate_error = 'authorized'");
    assert.match((await outageOf(orders.newOrders(orderId(0), 1, signal))).reason, /may not use a database mysql/);
    await shop.connection.query("GRANT SELECT ON mysql.help_topic TO 'order_monit'@'%'");
    assert.equal((await orders.newOrders(orderId(0), 1, signal))[0]?.state, 'authorized');
  });
});

describe('The age of an order', () => {
  for (const [timeZone, behindS] of [
    ['America/Sao_Paulo', 3 * 3600],
    ['-03:00', 3 * 3600],
    ['Asia/Kolkata', -5.5 * 3600],
  ] as const) {
    test(`is counted in ${timeZone} where the shop writes that`, async (t) => {
      const { shop, orders } = await setUp(t, { timeZone });
      await shop.place({ id: 1, number: '11', ageS: 1900 + behindS });
      await shop.place({ id: 2, number: '12', ageS: 1700 + behindS });
      assert.deepEqual(idsOf(await orders.newOrders(orderId(0), 9, signal)), [1]);
      const both = await orders.ordersById([orderId(1), orderId(2)], signal);
      assert.deepEqual(
        both.map(({ age }) => age),
        ['due', 'young'],
      );
      assert.equal(await orders.lastIdBefore(Date.now() - 1_800_000, signal), 1);
    });
  }

  test('needs no zone where the column is a timestamp', async (t) => {
    const { shop, orders } = await setUp(t, { timeZone: 'Asia/Kolkata' });
    await shop.connection.query("SET time_zone = '+00:00'");
    await shop.connection.query('ALTER TABLE orders MODIFY created_at timestamp NULL');
    await shop.place({ id: 1, number: '11', ageS: 1900 });
    await shop.place({ id: 2, number: '12', ageS: 1700 });
    assert.deepEqual(idsOf(await orders.newOrders(orderId(0), 9, signal)), [1]);
  });
});

describe('A transaction that commits late', () => {
  test('is seen by idsInRange afterwards, and neither side waits for the other', async (t) => {
    const { db, shop, orders } = await setUp(t);
    const slow = await shop.session(db);
    t.after(() => {
      slow.destroy();
    });
    await slow.beginTransaction();
    const late = await shop.place({ number: '1' }, slow);
    const next = await shop.place({ number: '2' });
    assert.deepEqual(idsOf(await orders.newOrders(orderId(0), 9, signal)), [next]);
    const range = { after: orderId(0), through: orderId(next), limit: 100 };
    assert.deepEqual(await orders.idsInRange(range, signal), [next]);
    // Had one of those reads locked anything, this insert would wait for the time-out of the lock.
    await shop.connection.query('SET innodb_lock_wait_timeout = 1');
    await shop.place({ number: '3' });
    await slow.commit();
    assert.deepEqual(await orders.idsInRange(range, signal), [late, next]);
    assert.equal((await orders.ordersById([orderId(late)], signal))[0]?.number, '1');
  });

  test('has a number once the shop has set it in its second statement', async (t) => {
    const { shop, orders } = await setUp(t);
    const id = orderId(await shop.place({ number: null }));
    assert.equal((await orders.ordersById([id], signal))[0]?.number, null);
    await shop.connection.query('UPDATE orders SET number = 77 WHERE id = ?', [id]);
    assert.equal((await orders.ordersById([id], signal))[0]?.number, '77');
  });
});

test('idsInRange leaves out its lower end, keeps its upper one, and stops at the limit', async (t) => {
  const { shop, orders } = await setUp(t);
  for (const id of [2, 4, 6, 8]) await shop.place({ id, number: null, ageS: 0 });
  const ids = async (limit: number): Promise<readonly number[]> =>
    orders.idsInRange({ after: orderId(2), through: orderId(8), limit }, signal);
  assert.deepEqual(await ids(10), [4, 6, 8]);
  assert.deepEqual(await ids(2), [4, 6]);
});

test('ordersById takes thousands of ids, and leaves out those without a row', async (t) => {
  const { shop, orders } = await setUp(t);
  for (const id of [1, 700, 1400]) await shop.place({ id, number: String(id) });
  const ids = Array.from({ length: 1500 }, (_, index) => orderId(1500 - index));
  assert.deepEqual(idsOf(await orders.ordersById(ids, signal)), [1, 700, 1400]);
  assert.deepEqual(await orders.ordersById([], signal), []);
});

describe('ordersByNumber', () => {
  test('finds a number, and not one that the server thinks as good as it', async (t) => {
    const { shop, orders } = await setUp(t);
    for (const number of ['9007199254740992', '9007199254740993', '5']) await shop.place({ number });
    const numbers = ['9007199254740993', '5abc', '4711'];
    assert.deepEqual(idsOf(await orders.ordersByNumber(numbers, signal)), [2]);
    assert.deepEqual(await orders.ordersByNumber([], signal), []);
  });

  test('gives every order that goes by it', async (t) => {
    const { shop, orders } = await setUp(t, {}, { numberType: 'varchar(60)' });
    for (const number of ['0077', 'ABC-1', 'abc-1', '0077 ']) await shop.place({ number });
    assert.deepEqual(idsOf(await orders.ordersByNumber(['abc-1', '0077'], signal)), [1, 3, 4]);
  });
});

describe('Where to start', () => {
  test('is at the newest due order, or before the first one placed since', async (t) => {
    const { shop, orders } = await setUp(t);
    assert.equal(await orders.newestDueId(signal), 0);
    assert.equal(await orders.lastIdBefore(Date.now(), signal), 0);
    await shop.place({ id: 10, number: '1', ageS: 90_000 });
    await shop.place({ id: 11, number: '2', ageS: 7200 });
    await shop.place({ id: 12, number: '3', ageS: 60 });
    assert.equal(await orders.newestDueId(signal), 11);
    assert.equal(await orders.lastIdBefore(Date.now() - 86_400_000, signal), 10);
    assert.equal(await orders.lastIdBefore(Date.now() + 60_000, signal), 12);
    const placedAt = await orders.placedAt(orderId(11), signal);
    assert.match(placedAt ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
    assert.equal(await orders.placedAt(orderId(13), signal), undefined);
    await shop.connection.query('UPDATE orders SET created_at = created_at + INTERVAL 1 SECOND WHERE id = 11');
    assert.notEqual(await orders.placedAt(orderId(11), signal), placedAt);
    await shop.connection.query('UPDATE orders SET created_at = NULL WHERE id = 11');
    assert.equal(await orders.placedAt(orderId(11), signal), undefined);
  });

  test('is before a younger order, although older ones have higher ids', async (t) => {
    const { shop, orders } = await setUp(t);
    await shop.place({ id: 10, number: '1', ageS: 90_000 });
    await shop.place({ id: 11, number: '2', ageS: 7200 });
    await shop.place({ id: 12, number: '3', ageS: 90_000 });
    assert.equal(await orders.lastIdBefore(Date.now() - 86_400_000, signal), 10);
  });
});

describe('evidenceOf', () => {
  test('gives what the shop wrote down of Abacos', async (t) => {
    const { shop, orders } = await setUp(t);
    const id = orderId(await shop.place({ number: '5', paid: false }));
    await shop.connection.query("UPDATE orders SET erp_integrate_error = 'produto não cadastrado' WHERE id = ?", [id]);
    const evidence = await orders.evidenceOf(id, signal);
    assert.equal(evidence?.['erp_integrate_error'], 'produto não cadastrado');
    assert.equal(evidence['erp_payment_at'], null);
    assert.match(evidence['created_at'] ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    assert.equal(await orders.evidenceOf(orderId(99), signal), undefined);
  });

  test('folds an error to one line, bounds it, and takes out what would steer a terminal', async (t) => {
    const { shop, orders } = await setUp(t);
    const id = orderId(await shop.place({ number: '5' }));
    const error = `Falha:\r\n\u001b[31mestoque\u202e ${'é'.repeat(9000)}`;
    await shop.connection.query('UPDATE orders SET erp_payment_error = ? WHERE id = ?', [error, id]);
    const text = (await orders.evidenceOf(id, signal))?.['erp_payment_error'] ?? '';
    assert.match(text, /^Falha: \[31mestoque é+$/);
    assert.ok(text.length > 1900 && text.length <= 2000, `${text.length}`);
  });

  test('leaves out what the table has not', async (t) => {
    const { shop, orders } = await setUp(t, {}, { paymentColumn: false });
    await shop.connection.query('ALTER TABLE orders DROP COLUMN erp_integrate_error');
    const id = orderId(await shop.place({ number: '5' }));
    const evidence = await orders.evidenceOf(id, signal);
    assert.deepEqual(Object.keys(evidence ?? {}), [
      'created_at',
      'updated_at',
      'erp_integrate_at',
      'erp_payment_error',
    ]);
  });
});

test('Of a number of megabytes only its beginning is read, and it is not taken for that', async (t) => {
  const { orders, shop } = await setUp(t);
  // The index goes first: MySQL wants to know how much of a text is in one.
  await shop.connection.query('ALTER TABLE orders DROP KEY index_orders_on_number, MODIFY number longtext');
  const long = [
    "REPEAT('7', 4194304)",
    "CONCAT(REPEAT(' ', 195), '1226207')",
    "CONCAT('1226207', REPEAT(' ', 300), 'x')",
  ];
  for (const number of long) {
    const id = await shop.place({ number: '1' });
    await shop.connection.query(`UPDATE orders SET number = ${number} WHERE id = ?`, [id]);
  }
  const found = await orders.newOrders(orderId(0), 100, signal);
  assert.equal(found.length, long.length);
  for (const { number } of found) {
    assert.ok(number !== null && number.length <= 201, String(number?.length));
    assert.ok(!isOrderNumber(number), number);
  }
  assert.deepEqual(await orders.ordersByNumber(['1226207'], signal), []);
});

describe('check', () => {
  const textOf = (findings: readonly { readonly result: string; readonly text: string }[]): string =>
    findings.map(({ result, text }) => `${result}: ${text}`).join('\n');

  test('says what the server is, who we are and what can be read', async (t) => {
    const { shop, orders } = await setUp(t);
    await shop.place({ number: '1' });
    const text = textOf(await checkOrders(orders, signal));
    assert.match(text, /^ok: (?:\d+\.\d+.*MariaDB.*|MySQL \d+\.\d+.*), logged in as order_monit@%$/m);
    assert.match(text, /^ok: the table orders of the database shop\d+ can be read; its column erp_payment_at tells/m);
    assert.match(text, /^ok: the newest order in orders was placed 2\.0 h ago; .*time_zone/m);
    assert.doesNotMatch(text, /^(?:warning|fault)/m);
  });

  test('finds a fault in orders from the future, and names the setting', async (t) => {
    const { shop, orders } = await setUp(t);
    await shop.place({ number: '1', ageS: -3 * 3600 });
    assert.match(
      textOf(await checkOrders(orders, signal)),
      /^fault: .* 3\.0 h in the future .*time_zone in database\.yml/m,
    );
  });

  test('warns of a table without orders, or without one for days', async (t) => {
    const { shop, orders } = await setUp(t);
    assert.match(textOf(await checkOrders(orders, signal)), /^warning: the table orders holds no order/m);
    await shop.place({ number: '1', ageS: 5 * 86_400 });
    assert.match(textOf(await checkOrders(orders, signal)), /^warning: .* 5 days ago.*live database/m);
  });

  test('warns of a server that is read-only', async (t) => {
    const { shop, orders } = await setUp(t);
    await shop.connection.query('SET GLOBAL read_only = 1');
    try {
      assert.match(textOf(await checkOrders(orders, signal)), /^warning: .*replica/m);
    } finally {
      await shop.connection.query('SET GLOBAL read_only = 0');
    }
  });
});
