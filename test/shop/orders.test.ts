import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import { ShopConnection } from '../../src/shop/connection.ts';
import { examine, Orders, type OrdersOptions } from '../../src/shop/index.ts';
import { startMariaDb, type MariaDb } from '../sandbox/mariadb.ts';
import { freePort } from '../sandbox/ports.ts';
import { createShop, READER, type Shop, type ShopOptions } from '../sandbox/shop.ts';

const NAMES = {
  table: 'orders',
  id: 'id',
  number: 'number',
  state: 'state',
  createdAt: 'created_at',
  paymentConfirmedAt: 'erp_payment_at',
};
const signal = new AbortController().signal;

let db: MariaDb;
let count = 0;

before(async () => {
  db = await startMariaDb();
});
after(async () => {
  await db.stop();
});

/** A shop of its own for each test, and the orders as the program sees them. */
async function setUp(
  changes: Partial<OrdersOptions> = {},
  shopOptions: ShopOptions = {},
): Promise<{ shop: Shop; orders: Orders; done: () => Promise<void> }> {
  count += 1;
  const shop = await createShop(db, { database: `shop${count}`, ...shopOptions });
  const orders = new Orders({
    server: { kind: 'tcp', host: db.host, port: db.port },
    database: shop.database,
    username: READER.username,
    password: () => READER.password,
    tls: undefined,
    connectTimeoutMs: 5000,
    queryTimeoutMs: 5000,
    timeZone: 'UTC',
    settleMs: 1_800_000,
    columns: NAMES,
    ...changes,
  });
  return {
    shop,
    orders,
    done: async () => {
      await orders.close();
      await shop.end();
    },
  };
}

async function outageOf(promise: Promise<unknown>): Promise<Outage> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Outage, String(error));
    assert.equal(error.dependency, 'shop');
    assert.doesNotMatch(`${error.message} ${error.hint ?? ''}`, new RegExp(READER.password));
    return error;
  }
  assert.fail('it did not fail');
}

describe('newOrders', () => {
  test('gives settled orders with a number, in id order, above the head, a page of them', async () => {
    const { shop, orders, done } = await setUp();
    for (const [id, ageS] of [
      [5, 1801],
      [3, 7200],
      [9, 1700],
      [7, 4000],
    ] as const)
      await shop.place({ id, number: String(1000 + id), ageS });
    await shop.place({ id: 6, number: null, ageS: 7200 });
    const ids = async (above: number, limit: number): Promise<number[]> =>
      (await orders.newOrders(orderId(above), limit, signal)).map(({ id }) => Number(id));
    assert.deepEqual(await ids(0, 10), [3, 5, 7]);
    assert.deepEqual(await ids(3, 10), [5, 7]);
    assert.deepEqual(await ids(0, 2), [3, 5]);
    assert.equal(await orders.countNewOrders(orderId(3), signal), 2);
    await done();
  });

  test('reads what the monitor needs of a row', async () => {
    const { shop, orders, done } = await setUp();
    await shop.place({ id: 3, number: '1226207', state: 'authorized', paid: false });
    await shop.place({ id: 4, number: '1226208', state: 'waiting_payment', paid: true });
    assert.deepEqual(await orders.newOrders(orderId(0), 10, signal), [
      { id: 3, number: '1226207', state: 'authorized', payment: 'none', settled: true },
      { id: 4, number: '1226208', state: 'waiting_payment', payment: 'acknowledged', settled: true },
    ]);
    await done();
  });

  test('knows of no payment where the table has no such column', async () => {
    const { shop, orders, done } = await setUp({}, { paymentColumn: false });
    await shop.place({ number: '1' });
    assert.equal((await orders.newOrders(orderId(0), 1, signal))[0]?.payment, 'untracked');
    await done();
  });

  test('loses nothing of large and leading digits, and takes letters', async () => {
    const bigint = await setUp();
    await bigint.shop.place({ number: '9223372036854775807' });
    assert.equal((await bigint.orders.newOrders(orderId(0), 1, signal))[0]?.number, '9223372036854775807');
    await bigint.done();
    const text = await setUp({}, { numberType: 'varchar(60)' });
    for (const number of ['09023539454', ' MKTPLACE-4545 ', '']) await text.shop.place({ number });
    const numbers = (await text.orders.newOrders(orderId(0), 9, signal)).map(({ number }) => number);
    assert.deepEqual(numbers, ['09023539454', 'MKTPLACE-4545', '']);
    await text.done();
  });

  for (const timeZone of ['America/Sao_Paulo', '-03:00', 'Asia/Kolkata']) {
    test(`counts the age of orders that were written in ${timeZone}`, async () => {
      const { shop, orders, done } = await setUp({ timeZone });
      const at = (ageS: number): string =>
        new Intl.DateTimeFormat('sv-SE', {
          timeZone: timeZone === '-03:00' ? 'America/Sao_Paulo' : timeZone,
          dateStyle: 'short',
          timeStyle: 'medium',
        }).format(Date.now() - ageS * 1000);
      await shop.connection.query(
        'INSERT INTO orders (id, number, state, created_at) VALUES (1, 11, "a", ?), (2, 12, "a", ?)',
        [at(1900), at(1700)],
      );
      assert.deepEqual(
        (await orders.newOrders(orderId(0), 9, signal)).map(({ id }) => Number(id)),
        [1],
      );
      await done();
    });
  }
});

describe('A transaction that commits late', () => {
  test('is seen by idsInRange afterwards, and neither side waits for the other', async () => {
    const { shop, orders, done } = await setUp();
    const slow = await shop.session(db);
    await slow.beginTransaction();
    const late = await shop.place({ number: '1' }, slow);
    const next = await shop.place({ number: '2' });
    assert.deepEqual(
      (await orders.newOrders(orderId(0), 9, signal)).map(({ id }) => Number(id)),
      [next],
    );
    const range = { after: orderId(0), through: orderId(next), limit: 100 };
    assert.deepEqual(await orders.idsInRange(range, signal), [next]);
    // A locking read would make this insert wait for the lock's time-out.
    await shop.place({ number: '3' });
    await slow.commit();
    await slow.end();
    assert.deepEqual(await orders.idsInRange(range, signal), [late, next]);
    assert.deepEqual(
      (await orders.ordersById([orderId(late)], signal)).map(({ number }) => number),
      ['1'],
    );
    await done();
  });

  test('has a number once the shop has set it in its second statement', async () => {
    const { shop, orders, done } = await setUp();
    const id = orderId(await shop.place({ number: null }));
    assert.equal((await orders.ordersById([id], signal))[0]?.number, null);
    await shop.connection.query('UPDATE orders SET number = 77 WHERE id = ?', [id]);
    assert.equal((await orders.ordersById([id], signal))[0]?.number, '77');
    await done();
  });
});

test('ordersById takes thousands of ids, and leaves out those without a row', async () => {
  const { shop, orders, done } = await setUp();
  for (const id of [1, 700, 1400]) await shop.place({ id, number: String(id) });
  const ids = Array.from({ length: 1500 }, (_, index) => orderId(index + 1));
  assert.deepEqual(
    (await orders.ordersById(ids, signal)).map(({ id }) => Number(id)),
    [1, 700, 1400],
  );
  assert.deepEqual(await orders.ordersById([], signal), []);
  await done();
});

test('The session can not write, whatever the rights of its user', async () => {
  const { shop, done } = await setUp();
  await shop.place({ number: '1' });
  const connection = new ShopConnection({
    server: { kind: 'socket', path: db.socket },
    database: shop.database,
    username: 'root',
    password: () => undefined,
    tls: undefined,
    connectTimeoutMs: 5000,
    queryTimeoutMs: 5000,
  });
  await outageOf(connection.query("UPDATE orders SET state = 'x'", [], signal));
  const [row] = await connection.query('SELECT state, @@tx_isolation AS isolation FROM orders', [], signal);
  assert.deepEqual(row, { state: 'authorized', isolation: 'READ-COMMITTED' });
  await connection.close();
  await done();
});

test('A question that is no longer wanted is not asked', async () => {
  const { orders, done } = await setUp();
  await assert.rejects(orders.newOrders(orderId(0), 1, AbortSignal.abort(new Error('stopped'))), /stopped/);
  await done();
});

test('Where to start: the newest settled order, or the last before a time', async () => {
  const { shop, orders, done } = await setUp();
  assert.equal(await orders.newestSettledId(signal), 0);
  assert.equal(await orders.lastIdBefore(Date.now(), signal), 0);
  await shop.place({ id: 10, number: '1', ageS: 90_000 });
  await shop.place({ id: 11, number: '2', ageS: 7200 });
  await shop.place({ id: 12, number: '3', ageS: 60 });
  assert.equal(await orders.newestSettledId(signal), 11);
  assert.equal(await orders.lastIdBefore(Date.now() - 86_400_000, signal), 10);
  assert.equal(await orders.lastIdBefore(Date.now() + 60_000, signal), 12);
  await done();
});

test('story gives what the shop wrote down of Abacos', async () => {
  const { shop, orders, done } = await setUp();
  const id = orderId(await shop.place({ number: '5', paid: false }));
  await shop.connection.query("UPDATE orders SET erp_integrate_error = 'produto não cadastrado' WHERE id = ?", [id]);
  const story = await orders.story(id, signal);
  assert.equal(story?.['erp_integrate_error'], 'produto não cadastrado');
  assert.equal(story['erp_payment_at'], null);
  assert.equal(await orders.story(orderId(99), signal), undefined);
  await done();
});

describe('What goes wrong is said', () => {
  const cases: [string, Partial<OrdersOptions>, RegExp, RegExp][] = [
    ['a wrong password', { password: () => 'nope' }, /refuses the user order_monit/, /username and password/],
    ['an unknown database', { database: 'nowhere' }, /may not read|no database nowhere/, /./],
    ['a missing table', { columns: { ...NAMES, table: 'pedidos' } }, /may not read|no such orders table/, /./],
    [
      'a missing column',
      { columns: { ...NAMES, state: 'status' } },
      /column is missing.*status/,
      /orders: in database\.yml/,
    ],
    [
      'a missing payment column that was named',
      { columns: { ...NAMES, paymentConfirmedAt: 'paid_at' } },
      /no column paid_at/,
      /payment_confirmed_at/,
    ],
    [
      'a missing socket',
      { server: { kind: 'socket', path: '/nowhere/sock' } },
      /no socket \/nowhere\/sock/,
      /socket in database\.yml/,
    ],
    [
      'an unknown host',
      { server: { kind: 'tcp', host: 'db.invalid', port: 3306 } },
      /can not be resolved/,
      /host in database\.yml/,
    ],
  ];
  for (const [what, changes, reason, hint] of cases) {
    test(`for ${what}`, async () => {
      const { orders, done } = await setUp(changes);
      const outage = await outageOf(orders.newOrders(orderId(0), 1, signal));
      assert.match(outage.reason, reason);
      assert.match(outage.hint ?? '', hint);
      await done();
    });
  }

  test('for a port where nobody listens', async () => {
    const port = await freePort();
    const { orders, done } = await setUp({ server: { kind: 'tcp', host: '127.0.0.1', port } });
    const outage = await outageOf(orders.newOrders(orderId(0), 1, signal));
    assert.equal(outage.reason, `nothing listens at 127.0.0.1:${port} (connection refused)`);
    await done();
  });

  test('for a server that never says a word', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    assert.ok(typeof address === 'object' && address !== null);
    const { port }: AddressInfo = address;
    const { orders, done } = await setUp({ server: { kind: 'tcp', host: '127.0.0.1', port }, connectTimeoutMs: 300 });
    assert.match((await outageOf(orders.newOrders(orderId(0), 1, signal))).reason, /no answer .* in time/);
    for (const socket of sockets) socket.destroy();
    silent.close();
    await done();
  });

  test('for a query that takes too long, and the next one works', async () => {
    const { shop, orders, done } = await setUp({ queryTimeoutMs: 400 });
    await shop.place({ number: '1' });
    const locker = await shop.session(db);
    await locker.query('LOCK TABLES orders WRITE');
    assert.match((await outageOf(orders.newOrders(orderId(0), 1, signal))).reason, /in time|statement/i);
    await locker.query('UNLOCK TABLES');
    await locker.end();
    assert.equal((await orders.newOrders(orderId(0), 1, signal)).length, 1);
    await done();
  });
});

test('A connection that the server ends is made again', async () => {
  const { shop, orders, done } = await setUp();
  await shop.place({ number: '1' });
  await orders.newOrders(orderId(0), 1, signal);
  const [rows] = await shop.connection.query(
    `SELECT CONCAT('KILL ', id) AS statement FROM information_schema.processlist WHERE user = '${READER.username}' AND db = '${shop.database}'`,
  );
  assert.ok(Array.isArray(rows) && rows.length === 1);
  for (const row of rows) {
    if ('statement' in row) await shop.connection.query(String(row['statement']));
  }
  const first = await orders.newOrders(orderId(0), 1, signal).catch((error: unknown) => error);
  if (first instanceof Error) assert.match(first.message, /was lost/);
  assert.equal((await orders.newOrders(orderId(0), 1, signal)).length, 1);
  await done();
});

test('A server that was restarted is found again', async () => {
  const { shop, orders } = await setUp();
  await shop.place({ number: '1' });
  await orders.newOrders(orderId(0), 1, signal);
  shop.connection.on('error', () => undefined);
  await db.kill();
  await outageOf(orders.newOrders(orderId(0), 1, signal));
  await db.start();
  assert.equal((await orders.newOrders(orderId(0), 1, signal)).length, 1);
  await orders.close();
  shop.connection.destroy();
});

test('examine says what the server is, and warns of orders from the future', async () => {
  const { shop, orders, done } = await setUp();
  await shop.place({ number: '1', ageS: -7200 });
  const findings = await examine(orders, signal);
  assert.match(findings[0]?.text ?? '', /MariaDB.*order_monit/);
  assert.ok(findings.some(({ result, text }) => result === 'fault' && text.includes('120 min in the future')));
  await done();
});
