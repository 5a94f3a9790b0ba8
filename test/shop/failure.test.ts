/** What a person reads when the shop's database fails: the reason and what to do, without the statement. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { explainFailure } from '../../src/shop/failure.ts';
import type { OrdersOptions } from '../../src/shop/index.ts';
import { freePort, listen } from '../sandbox/ports.ts';
import { NAMES, outageOf, signal, useShops } from './fixtures.ts';

const setUp = useShops();
const head = orderId(0);
let viewers = 0;

describe('It is said what went wrong and what to do', () => {
  const cases: readonly [what: string, changes: Partial<OrdersOptions>, reason: RegExp, hint: RegExp][] = [
    [
      'a wrong password',
      { password: () => 'not this one' },
      /refuses the user 'order_monit'@'127\.0\.0\.1'$/,
      /^check username and password in database\.yml/,
    ],
    [
      'a database that is not there or not for us',
      { database: 'nowhere' },
      /^the user 'order_monit'@'.*' may not use a database nowhere at .*, or there is none$/,
      /GRANT SELECT ON `nowhere`\.`orders`/,
    ],
    [
      'a table that is not there, which MySQL says to everybody',
      { columns: { ...NAMES, table: 'pedidos' } },
      /^the user 'order_monit'@'.*' may not read the table pedidos .*, or there is none$|^the database shop\d+ has no table pedidos$/,
      /^check orders: table in database\.yml/,
    ],
    [
      'columns that are not there, all of them',
      { columns: { ...NAMES, state: 'status', number: 'numero' } },
      /^the table orders has no column numero, status$/,
      /^check orders: number, state in database\.yml/,
    ],
    [
      'a payment column that somebody named',
      { columns: { ...NAMES, paymentConfirmedAt: 'paid_at' } },
      /^the table orders has no column paid_at$/,
      /^check orders: payment_confirmed_at in/,
    ],
    [
      'a socket that is not there',
      { server: { kind: 'socket', path: '/nowhere/sock' } },
      /^there is no socket \/nowhere\/sock$/,
      /socket in database\.yml/,
    ],
    [
      'a host that is not there',
      { server: { kind: 'tcp', host: 'db.invalid', port: 3306 } },
      /^the host of db\.invalid:3306 is not known$/,
      /host and port in database\.yml/,
    ],
  ];
  for (const [what, changes, reason, hint] of cases) {
    test(`for ${what}`, async (t) => {
      const { orders } = await setUp(t, changes);
      const outage = await outageOf(orders.newOrders(head, 1, signal));
      assert.match(outage.reason, reason);
      assert.match(outage.hint ?? '', hint);
      assert.doesNotMatch(`${outage.message} ${outage.hint ?? ''}`, /not this one/);
    });
  }

  const views = {
    'whose table has gone': [
      'CREATE TABLE base LIKE orders',
      'CREATE VIEW ours AS SELECT * FROM base',
      'DROP TABLE base',
    ],
    'that its reader would have to have rights for': ['CREATE SQL SECURITY INVOKER VIEW ours AS SELECT * FROM orders'],
    'whose definer has gone': ["CREATE DEFINER = gone@'%' VIEW ours AS SELECT * FROM orders"],
  };
  for (const [what, statements] of Object.entries(views)) {
    test(`for a view ${what}`, async (t) => {
      const username = `viewer${(viewers += 1)}`;
      const { orders, shop } = await setUp(t, { username, columns: { ...NAMES, table: 'ours' } });
      const { connection } = shop;
      for (const statement of statements) await connection.query(statement);
      await connection.query(`CREATE USER ${username} IDENTIFIED BY 'r3ader s3cret'`);
      await connection.query(`GRANT SELECT ON ours TO ${username}`);
      const { hint, reason } = await outageOf(orders.newOrders(head, 1, signal));
      assert.match(reason, /^the view ours of the database shop\d+ does not work: /);
      assert.match(hint ?? '', /SHOW CREATE VIEW ours.*DEFINER.*INVOKER/);
      assert.doesNotMatch(hint ?? '', /password/);
    });
  }

  test('for a limit of the account, by its name', async (t) => {
    const { orders, shop } = await setUp(t, { username: 'limited' });
    await shop.connection.query("CREATE USER limited IDENTIFIED BY 'r3ader s3cret' WITH MAX_QUERIES_PER_HOUR 1");
    await shop.connection.query('GRANT SELECT ON orders TO limited');
    const { hint, reason } = await outageOf(orders.newOrders(head, 1, signal));
    assert.match(reason, /^the user limited has reached one of its limits on the server at .*: max_queries_per_hour$/);
    assert.match(hint ?? '', /SHOW CREATE USER/);
  });

  test('for a table that is not for us', async (t) => {
    const { orders, shop } = await setUp(t, { columns: { ...NAMES, table: 'pedidos' } });
    await shop.connection.query('CREATE TABLE pedidos LIKE orders');
    const { hint, reason } = await outageOf(orders.newOrders(head, 1, signal));
    assert.match(reason, /^the user 'order_monit'@'.*' may not read the table pedidos/);
    assert.match(hint ?? '', /^check orders: table in database\.yml.*GRANT SELECT ON `shop\d+`\.`pedidos`/);
  });

  for (const [what, words, name] of [
    [
      'an SSH server',
      'SSH-2.0-OpenSSH_9.2p1\r\n',
      'an SSH server, and no database server: it says "SSH-2.0-OpenSSH_9.2p1"',
    ],
    ['a mail server', '220 mail ESMTP\r\n', 'a mail server (SMTP), and no database server: it says "220 mail ESMTP"'],
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'a web server, and no database server: it says "HTTP/1.1 400'],
  ] as const) {
    test(`for ${what} at the port of the database`, async (t) => {
      const other = createServer((socket) => socket.on('error', () => undefined).end(words));
      const port = await listen(other);
      t.after(() => other.close());
      const { orders } = await setUp(t, { server: { kind: 'tcp', host: '127.0.0.1', port } });
      const { hint, reason } = await outageOf(orders.newOrders(head, 1, signal));
      assert.ok(reason.includes(`what answers at 127.0.0.1:${port} is ${name}`), reason);
      assert.match(hint ?? '', /^check host and port in database\.yml, the port above all/);
    });
  }

  test('for a port where nobody listens', async (t) => {
    const port = await freePort();
    const { orders } = await setUp(t, { server: { kind: 'tcp', host: '127.0.0.1', port } });
    const { reason } = await outageOf(orders.newOrders(head, 1, signal));
    assert.equal(reason, `nothing listens at 127.0.0.1:${port} (connection refused)`);
  });

  test('for what answers there and is no database server', async (t) => {
    // A greeting of a protocol of MySQL's that nobody speaks any more, and what begins as a greeting of SSH and goes no further.
    const greetings = {
      '\x02\0\0\0\x09a': /does not speak MySQL's protocol$/,
      'SSH-2.0-x\r\n': /^what answers at .* is an SSH server, and no database server: it says "SSH-2.0-x"$/,
    };
    for (const [greeting, expected] of Object.entries(greetings)) {
      const server = createServer((socket) => socket.on('error', () => undefined).write(greeting, 'latin1'));
      t.after(() => server.close());
      const port = await listen(server);
      const { orders } = await setUp(t, {
        server: { kind: 'tcp', host: '127.0.0.1', port },
        connectTimeoutMs: 200,
      });
      const { hint, reason } = await outageOf(orders.newOrders(head, 1, signal));
      assert.match(reason, expected);
      assert.match(hint ?? '', /check host and port in database\.yml/);
    }
  });

  test('for a user who sees the whole database, where the server is more exact', async (t) => {
    const reader = { username: 'reader_of_all', password: () => undefined };
    const { shop, orders } = await setUp(t, { ...reader, columns: { ...NAMES, table: 'pedidos' } });
    await shop.connection.query('CREATE USER reader_of_all');
    await shop.connection.query('GRANT SELECT ON *.* TO reader_of_all');
    assert.match(
      (await outageOf(orders.newOrders(head, 1, signal))).reason,
      /^the database shop\d+ has no table pedidos$/,
    );
    const elsewhere = await setUp(t, { ...reader, database: 'nowhere' });
    const { reason } = await outageOf(elsewhere.orders.newOrders(head, 1, signal));
    assert.match(reason, /^there is no database nowhere at /);
  });

  test('for a user who may read some of the columns only', async (t) => {
    const { shop, orders } = await setUp(t, { username: 'reader_of_some', password: () => undefined });
    await shop.connection.query('CREATE USER reader_of_some');
    await shop.connection.query('GRANT SELECT (id, number, state) ON orders TO reader_of_some');
    const { hint, reason } = await outageOf(orders.newOrders(head, 1, signal));
    assert.equal(reason, 'the table orders has no column created_at');
    assert.match(hint ?? '', /that the user may read all columns/);
  });

  test('for a user who has no connection left', async (t) => {
    const { shop, orders } = await setUp(t, { username: 'reader_of_one', password: () => undefined });
    await shop.connection.query('CREATE USER reader_of_one WITH MAX_USER_CONNECTIONS 1');
    await shop.connection.query('GRANT SELECT ON orders TO reader_of_one');
    const other = (await setUp(t, { username: 'reader_of_one', password: () => undefined, database: shop.database }))
      .orders;
    await other.newOrders(head, 1, signal);
    assert.match((await outageOf(orders.newOrders(head, 1, signal))).reason, /reached one of its limits on the server/);
  });
});

describe('What a driver throws', () => {
  const address = {
    server: { kind: 'tcp', host: 'db.example', port: 3306 },
    database: 'shop',
    table: 'orders',
    username: 'order_monit',
    password: () => 'secret',
    serverPublicKey: undefined,
    allowCleartextPassword: false,
    tls: undefined,
    connectTimeoutMs: 1,
    queryTimeoutMs: 1,
  } as const;
  const reasonFor = (details: object, message = 'its own words'): string =>
    explainFailure(Object.assign(new Error(message), details), address).reason;

  const table: readonly [details: object, reason: RegExp][] = [
    [{ code: 'ER_CON_COUNT_ERROR' }, /db\.example:3306 has as many connections as it takes/],
    [{ code: 'ER_HOST_IS_BLOCKED' }, /has blocked this host/],
    [{ code: 'ER_HOST_NOT_PRIVILEGED' }, /lets nobody log in from this host/],
    [{ code: 'ER_SERVER_SHUTDOWN' }, /is shutting down/],
    [{ code: 'EHOSTUNREACH' }, /no network leads to db\.example:3306/],
    [{ code: 'HANDSHAKE_NO_SSL_SUPPORT' }, /offers no TLS, and nothing was sent to it/],
    [{ code: 'ER_SECURE_TRANSPORT_REQUIRED' }, /takes TLS connections only/],
    [{ code: 'AUTH_SWITCH_PLUGIN_ERROR' }, /by a method that order-monit does not know/],
    [{ code: undefined, errno: 1969 }, /no answer from db\.example:3306 in time/],
    [{ code: 'CERT_HAS_EXPIRED' }, /the certificate of db\.example:3306 has expired/],
  ];
  for (const [details, reason] of table) {
    test(`is put into words: ${JSON.stringify(details)}`, () => {
      assert.match(reasonFor(details), reason);
    });
  }

  test('is not quoted where it may hold a part of the statement', () => {
    const message = "You have an error in your SQL syntax near 'SELECT 1226207 FROM orders'";
    assert.doesNotMatch(reasonFor({ code: 'ER_PARSE_ERROR' }, message), /1226207/);
  });

  test('is shown by its first line and no further, where it is not known', () => {
    assert.equal(reasonFor({ code: 'EODD' }, `odd\n${'x'.repeat(500)}`), 'error EODD from db.example:3306: odd');
  });

  test('stays the cause', () => {
    const error = new Error('odd');
    assert.equal(explainFailure(error, address).cause, error);
  });
});
