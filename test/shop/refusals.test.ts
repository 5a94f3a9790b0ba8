/** Refusals of a real server, each with the hint that follows from it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test, type TestContext } from 'node:test';

import type { Outage } from '../../src/core/outage.ts';
import { orderId } from '../../src/core/order.ts';
import { checkOrders, type OrdersOptions } from '../../src/shop/index.ts';
import { assertDocumented } from '../docs/causes.ts';
import { DATABASE_REFUSALS, type DatabaseRefusal } from '../refusals/database.ts';
import { listen } from '../sandbox/ports.ts';
import { selfSigned } from './certificate.ts';
import { outageOf, signal, useShops } from './fixtures.ts';

const CERTIFICATE = selfSigned('127.0.0.1');
const folder = await mkdtemp(join(tmpdir(), 'order-monit-refusals-'));
after(async () => rm(folder, { recursive: true, force: true }));

const setUp = useShops(async () => {
  await writeFile(join(folder, 'cert.pem'), CERTIFICATE.certificate);
  await writeFile(join(folder, 'key.pem'), CERTIFICATE.key);
  return [`--ssl-cert=${join(folder, 'cert.pem')}`, `--ssl-key=${join(folder, 'key.pem')}`];
});

const TLS = { rejectUnauthorized: true, verifyIdentity: true, ca: CERTIFICATE.certificate };
let users = 0;

/** What a user is refused with whom the server was told this about. */
async function refused(t: TestContext, clause: string, changes: Partial<OrdersOptions> = {}): Promise<Outage> {
  const username = `refused${(users += 1)}`;
  const { shop, orders } = await setUp(t, { username, password: () => 'geheim', ...changes });
  await shop.connection.query(`CREATE USER ${username} IDENTIFIED BY 'geheim' ${clause}`);
  await shop.connection.query(`GRANT SELECT ON orders TO ${username}`);
  return outageOf(orders.newOrders(orderId(0), 1, signal));
}

describe('A user', () => {
  test('whose account demands TLS is told of that, where there is none', async (t) => {
    const { hint, reason } = await refused(t, 'REQUIRE SSL');
    assert.match(reason, /refuses the user 'refused\d+'@/);
    assert.match(hint ?? '', /check username and password.*demands TLS.*REQUIRE SSL.*ssl: mode: verify_identity/);
  });

  test('whose account demands a certificate is told of that, where there is TLS', async (t) => {
    const { hint } = await refused(t, 'REQUIRE X509', { tls: TLS });
    assert.match(hint ?? '', /certificate of the client.*REQUIRE X509.*ssl: cert and key/);
    assert.doesNotMatch(hint ?? '', /REQUIRE SSL/);
  });

  test('who is locked out is told of that', async (t) => {
    const { hint, reason } = await refused(t, 'ACCOUNT LOCK');
    assert.match(reason, /has locked the user/);
    assert.match(hint ?? '', /ACCOUNT UNLOCK/);
  });

  test('who has sent too many wrong passwords is told of that', async (t) => {
    const { shop } = await setUp(t);
    await shop.connection.query('SET GLOBAL max_password_errors = 1');
    const username = 'blocked';
    const wrong = await setUp(t, { username, password: () => 'falsch', database: shop.database });
    await shop.connection.query(`CREATE USER ${username} IDENTIFIED BY 'geheim'`);
    await outageOf(wrong.orders.newOrders(orderId(0), 1, signal));
    const { hint, reason } = await outageOf(wrong.orders.newOrders(orderId(0), 1, signal));
    await shop.connection.query('SET GLOBAL max_password_errors = DEFAULT');
    assert.match(reason, /has blocked the user \S+ after too many wrong passwords/);
    assert.match(hint ?? '', /FLUSH PRIVILEGES/);
  });

  test('who may have one connection is told that the service needs two', async (t) => {
    const { shop, orders, options } = await setUp(t, { username: 'single', password: () => undefined });
    await shop.connection.query('CREATE USER single WITH MAX_USER_CONNECTIONS 1');
    await shop.connection.query('GRANT SELECT ON orders TO single');
    const other = await setUp(t, { ...options });
    await other.orders.newOrders(orderId(0), 1, signal);
    const findings = await checkOrders(other.orders, signal);
    const [fault] = findings.filter(({ result }) => result === 'fault');
    assert.match(
      fault?.text ?? '',
      /^single@\S+ may have one connection at once \(max_user_connections\), and the service needs two/,
    );
    const { hint } = await outageOf(orders.newOrders(orderId(0), 1, signal));
    assert.match(hint ?? '', /max_user_connections.*the service needs two connections at once/);
  });
});

test('A server that takes TLS only is told of as such', async (t) => {
  const { shop, orders } = await setUp(t);
  await shop.connection.query('SET GLOBAL require_secure_transport = ON');
  const { hint, reason } = await outageOf(orders.newOrders(orderId(0), 1, signal));
  await shop.connection.query('SET GLOBAL require_secure_transport = OFF');
  assert.match(`${reason}; ${hint ?? ''}`, /TLS.*ssl: mode: verify_identity/);
});

/** A server that speaks MySQL's protocol as far as this refusal. */
async function openRefusing(t: TestContext, { atOnce, number, state, text }: DatabaseRefusal): Promise<number> {
  const packet = (sequence: number, ...parts: readonly (Buffer | string)[]): Buffer => {
    const payload = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
    const header = Buffer.alloc(4);
    header.writeUIntLE(payload.length, 0, 3);
    header[3] = sequence;
    return Buffer.concat([header, payload]);
  };
  const coded = Buffer.alloc(3, 0xff);
  coded.writeUInt16LE(number, 1);
  const greeting = packet(
    0,
    '\x0a11.8.2-MariaDB\0\x01\0\0\0abcdefgh\0\x08\x82\x21\x02\0\x08\0\x15',
    Buffer.alloc(10),
    'ijklmnopqrst\0mysql_native_password\0',
  );
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // Before a greeting there is no SQL state.
    if (atOnce === true) socket.end(packet(0, coded, text));
    else socket.write(greeting);
    socket.once('data', () => socket.end(packet(2, coded, `#${state}`, text)));
  });
  t.after(() => server.close());
  return listen(server);
}

describe('What a server answers leads to what people are told', () => {
  for (const refusal of DATABASE_REFUSALS) {
    test(`${refusal.from}: ${refusal.number} ${refusal.text.slice(0, 60).trim()}`, async (t) => {
      const server = { kind: 'tcp', host: '127.0.0.1', port: await openRefusing(t, refusal) } as const;
      const { orders } = await setUp(t, { server, username: 'order_monit', database: 'shop' });
      const { hint, reason } = await outageOf(orders.newOrders(orderId(0), 1, signal));
      assert.match(reason, refusal.reason);
      assertDocumented(reason);
      assert.match(hint ?? '', refusal.hint);
    });
  }
});

describe('A certificate of the server', () => {
  for (const [what, tls, reason, hint] of [
    [
      'that is not known',
      { rejectUnauthorized: true, verifyIdentity: true },
      /it has signed itself/,
      /ssl: ca in database\.yml/,
    ],
    [
      'that another one is taken for',
      { ...TLS, ca: selfSigned('127.0.0.1').certificate },
      /is not trusted/,
      /ssl: ca in database\.yml/,
    ],
  ] as const) {
    test(`${what} is told of with its cause`, async (t) => {
      const { orders } = await setUp(t, { tls });
      const outage = await outageOf(orders.newOrders(orderId(0), 1, signal));
      assert.match(outage.reason, reason);
      assert.match(outage.hint ?? '', hint);
    });
  }
});
