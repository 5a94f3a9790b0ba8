/** The connection to a real server: it reads only, every wait ends, and it is made again after it broke. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import type { Connection, RowDataPacket } from 'mysql2/promise';

import { orderId } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import { ShopConnection } from '../../src/shop/connection.ts';
import { columnsFrom } from '../../src/shop/table.ts';
import type { MariaDb } from '../sandbox/mariadb.ts';
import { READER, type Shop } from '../sandbox/shop.ts';
import { until } from '../sandbox/until.ts';
import { idsOf, NAMES, openWay, outageOf, signal, useShops, type Opened } from './fixtures.ts';

const setUp = useShops();

const head = orderId(0);

/** Keeps every reader of the orders waiting, until the test ends or `release` is called. */
async function lockOrders(context: TestContext, { db, shop }: Opened): Promise<{ release(): Promise<void> }> {
  const locker = await shop.session(db);
  context.after(() => {
    locker.destroy();
  });
  await locker.query('LOCK TABLES orders WRITE');
  return {
    release: async () => {
      await locker.query('UNLOCK TABLES');
    },
  };
}

/** The connections of the program to this shop, as the server lists them. */
async function readersOf(shop: Shop): Promise<{ id: number; waiting: boolean }[]> {
  const [rows] = await shop.connection.query<RowDataPacket[]>(
    'SELECT id, info IS NOT NULL AS waiting FROM information_schema.processlist WHERE user = ? AND db = ?',
    [READER.username, shop.database],
  );
  return rows.map((row) => ({ id: Number(row['id']), waiting: Number(row['waiting']) === 1 }));
}

async function waitingReader(shop: Shop): Promise<number> {
  let id = 0;
  await until('the question waits for the table', async () => {
    id = (await readersOf(shop)).find(({ waiting }) => waiting)?.id ?? 0;
    return id !== 0;
  });
  return id;
}

/** A connection on its own. As root, where the server's own rights would allow anything. */
function connectionOf(context: TestContext, { db, shop, options }: Opened, asRoot = false): ShopConnection {
  const connection = new ShopConnection({
    ...options,
    ...(asRoot ? { username: 'root', password: () => undefined } : {}),
    server: { kind: 'socket', path: db.socket },
    database: shop.database,
    table: 'orders',
  });
  context.after(async () => connection.close());
  return connection;
}

/** Has the server start every session with settings that are not the usual ones. */
async function withGlobals<T>(connection: Connection, settings: Record<string, string>, work: () => Promise<T>) {
  const set = async (values: Record<string, string>): Promise<void> => {
    for (const [name, value] of Object.entries(values)) await connection.query(`SET GLOBAL ${name} = ${value}`);
  };
  await set(settings);
  try {
    return await work();
  } finally {
    await set(Object.fromEntries(Object.keys(settings).map((name) => [name, 'DEFAULT'])));
  }
}

describe('The session', () => {
  test('can not write, whatever the rights of its user', async (t) => {
    const opened = await setUp(t);
    await opened.shop.place({ number: '1' });
    const connection = connectionOf(t, opened, true);
    await outageOf(connection.query("UPDATE orders SET state = 'x'", [], signal));
    const [row] = await connection.query('SELECT state FROM orders', [], signal);
    assert.deepEqual(row, { state: 'authorized' });
  });

  test('reads what is committed, in UTC, and has the server end a query in time', async (t) => {
    const opened = await setUp(t, { queryTimeoutMs: 12_500 });
    const connection = connectionOf(t, opened);
    const rows = await connection.query(
      `SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation', 'tx_read_only',
        'transaction_read_only', 'autocommit', 'time_zone', 'max_statement_time', 'max_execution_time')`,
      [],
      signal,
    );
    const value = (...names: readonly string[]): unknown =>
      rows.find((row) => names.includes(String(row['Variable_name'])))?.['Value'];
    assert.equal(value('tx_isolation', 'transaction_isolation'), 'READ-COMMITTED');
    assert.equal(value('tx_read_only', 'transaction_read_only'), 'ON');
    assert.equal(value('autocommit'), 'ON');
    assert.equal(value('time_zone'), '+00:00');
    // MariaDB's in seconds, MySQL's in milliseconds.
    assert.equal(Number(value('max_statement_time') ?? Number(value('max_execution_time')) / 1000), 12.5);
  });

  test('reads UTF-8, also where the server sets another character set', async (t) => {
    const { shop, orders } = await setUp(t);
    await shop.place({ number: '1', state: 'autorização' });
    const [order] = await withGlobals(shop.connection, { init_connect: "'SET NAMES gbk'" }, async () =>
      orders.newOrders(orderId(0), 1, signal),
    );
    assert.equal(order?.state, 'autorização');
  });

  test('leaves the table to the shop, also where autocommit is off by default', async (t) => {
    const { shop, orders } = await setUp(t);
    await withGlobals(shop.connection, { autocommit: '0' }, async () => orders.newOrders(head, 1, signal));
    await shop.connection.query('SET lock_wait_timeout = 2');
    await shop.connection.query('ALTER TABLE orders ADD COLUMN extra int');
  });

  test('keeps values in their quotes, also where a backslash does not quote', async (t) => {
    const { shop, orders } = await setUp(t, {}, { numberType: 'varchar(60)' });
    const odd = "\\') OR 1=1 -- ";
    for (const number of ['1', odd.trim()]) await shop.place({ number });
    await withGlobals(shop.connection, { sql_mode: "'NO_BACKSLASH_ESCAPES'" }, async () => {
      assert.deepEqual(idsOf(await orders.ordersByNumber([odd.trim()], signal)), [2]);
    });
  });

  test('is one connection for all questions, and takes leave properly', async (t) => {
    const { shop, orders } = await setUp(t);
    await orders.newOrders(head, 1, signal);
    await orders.newOrdersLeft(head, signal);
    assert.equal((await readersOf(shop)).length, 1);
    const aborted = async (): Promise<unknown> => {
      const [[row]] = await shop.connection.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Aborted_clients'");
      return row?.['Value'];
    };
    const before = await aborted();
    await orders.close();
    await until('the connection is gone', async () => (await readersOf(shop)).length === 0);
    assert.equal(await aborted(), before);
  });

  test('is not made anew by a question that comes after the leave', async (t) => {
    const { shop, orders } = await setUp(t);
    await orders.newOrders(head, 1, signal);
    await orders.close();
    await until('the connection is gone', async () => (await readersOf(shop)).length === 0);
    assert.match((await outageOf(orders.newOrders(head, 1, signal))).reason, /stopped waiting/);
    assert.equal((await readersOf(shop)).length, 0);
  });
});

describe('An abort', () => {
  test('before the question keeps it from being asked', async (t) => {
    const { orders, shop } = await setUp(t);
    const { reason } = await outageOf(orders.newOrders(head, 1, AbortSignal.abort()));
    assert.match(reason, /^order-monit stopped waiting for 127\.0\.0\.1:\d+$/);
    assert.deepEqual(await readersOf(shop), []);
  });

  test('ends a question that the server is working on, and the next one works', async (t) => {
    const opened = await setUp(t);
    const { orders, shop } = opened;
    await shop.place({ number: '1' });
    await orders.newOrders(head, 1, signal);
    const lock = await lockOrders(t, opened);
    const stop = new AbortController();
    const outage = outageOf(orders.newOrders(head, 1, stop.signal));
    await waitingReader(shop);
    stop.abort();
    // The table is still locked: only the abort can have ended it.
    assert.match((await outage).reason, /stopped waiting/);
    await lock.release();
    assert.equal((await orders.newOrders(head, 1, signal)).length, 1);
  });

  test('ends a connection that is being made', async (t) => {
    const silent = await openWay(t);
    const { orders } = await setUp(t, { server: silent.server });
    const stop = new AbortController();
    const outage = outageOf(orders.newOrders(head, 1, stop.signal));
    stop.abort();
    assert.match((await outage).reason, /stopped waiting/);
  });

  test('by a deadline of the caller is called one', async (t) => {
    const silent = await openWay(t);
    const { orders } = await setUp(t, { server: silent.server });
    assert.match((await outageOf(orders.newOrders(head, 1, AbortSignal.timeout(50)))).reason, /in time/);
  });
});

describe('A deadline', () => {
  test('ends the wait for a server that never says a word', async (t) => {
    const silent = await openWay(t);
    const { orders } = await setUp(t, { server: silent.server, connectTimeoutMs: 200 });
    assert.match(
      (await outageOf(orders.newOrders(head, 1, signal))).reason,
      /^no answer from 127\.0\.0\.1:\d+ in time$/,
    );
  });

  test('ends the wait for a server that falls silent, and closing does not wait for it either', async (t) => {
    const { db } = await setUp(t);
    const way = await openWay(t, db);
    const { orders, shop } = await setUp(t, { server: way.server, queryTimeoutMs: 300 });
    await shop.place({ number: '1' });
    assert.equal((await orders.newOrders(head, 1, signal)).length, 1);
    way.block();
    assert.match((await outageOf(orders.newOrders(head, 1, signal))).reason, /in time/);
  });

  test('ends the leave-taking from a server that fell silent', async (t) => {
    const { db } = await setUp(t);
    const way = await openWay(t, db);
    const { orders } = await setUp(t, { server: way.server });
    await orders.newOrders(head, 1, signal);
    way.block();
    await orders.close();
  });

  test('ends a query on the server too, and the next one works', async (t) => {
    const opened = await setUp(t, { queryTimeoutMs: 400 });
    const { orders, shop } = opened;
    await shop.place({ number: '1' });
    await orders.newOrders(head, 1, signal);
    const lock = await lockOrders(t, opened);
    assert.match((await outageOf(orders.newOrders(head, 1, signal))).reason, /in time/);
    await until('nobody waits for the table', async () => (await readersOf(shop)).every(({ waiting }) => !waiting));
    await lock.release();
    assert.equal((await orders.newOrders(head, 1, signal)).length, 1);
  });
});

describe('A connection that ended', () => {
  test('while nobody used it is made again without a failure', async (t) => {
    const opened = await setUp(t);
    const connection = connectionOf(t, opened);
    const ownId = async (): Promise<unknown> => {
      const [row] = await connection.query('SELECT CONNECTION_ID() AS id', [], signal);
      return row?.['id'];
    };
    const first = await ownId();
    connection.keepColumns(
      columnsFrom(
        { ...NAMES },
        Object.values(NAMES).map((Field) => ({ Field })),
      ),
    );
    await opened.shop.connection.query(`KILL ${String(first)}`);
    await until('what was known of the server is forgotten', () => connection.columns === undefined);
    assert.notEqual(await ownId(), first);
  });

  test('just before a question is an outage at most, and made again', async (t) => {
    const { orders, shop } = await setUp(t);
    await shop.place({ number: '1' });
    for (let round = 0; round < 20; round += 1) {
      assert.equal((await orders.newOrders(head, 1, signal)).length, 1);
      for (const { id } of await readersOf(shop)) await shop.connection.query(`KILL ${id}`);
      // Whether the end is noticed before the question or after it is up to the network.
      const failure = await orders.newOrders(head, 1, signal).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) continue;
      assert.ok(failure instanceof Outage);
      assert.match(failure.reason, /was lost$/);
    }
  });

  test('in the middle of a question is an outage, and made again', async (t) => {
    const opened = await setUp(t);
    const { orders, shop } = opened;
    await shop.place({ number: '1' });
    await orders.newOrders(head, 1, signal);
    const lock = await lockOrders(t, opened);
    const outage = outageOf(orders.newOrders(head, 1, signal));
    await shop.connection.query(`KILL ${await waitingReader(shop)}`);
    assert.match((await outage).reason, /was lost|somebody ended the query/);
    await lock.release();
    assert.equal((await orders.newOrders(head, 1, signal)).length, 1);
  });

  test('with its server is made again when that is back', async (t) => {
    const { db, orders, shop } = await setUp(t);
    await shop.place({ number: '1' });
    await orders.newOrders(head, 1, signal);
    shop.connection.on('error', () => undefined);
    await crashAndRestart(db, async () => {
      assert.match((await outageOf(orders.newOrders(head, 1, signal))).reason, /was lost|nothing listens/);
    });
    assert.equal((await orders.newOrders(head, 1, signal)).length, 1);
  });
});

async function crashAndRestart(db: MariaDb, meanwhile: () => Promise<void>): Promise<void> {
  await db.kill();
  try {
    await meanwhile();
  } finally {
    await db.start();
  }
}

test('The socket leads to the same orders as the port', async (t) => {
  const { db } = await setUp(t);
  const { orders, shop } = await setUp(t, { server: { kind: 'socket', path: db.socket } });
  await shop.place({ id: 8, number: '1' });
  assert.deepEqual(idsOf(await orders.newOrders(head, 1, signal)), [8]);
});
