/** TLS to the database, and whose certificate is taken for whose. */
import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { ShopConnection } from '../../src/shop/connection.ts';
import { checkOrders, Orders, type OrdersOptions } from '../../src/shop/index.ts';
import { withTwoAddresses } from '../sandbox/names.ts';
import { selfSigned, type Certificate } from './certificate.ts';
import { openWay, outageOf, signal, useShops } from './fixtures.ts';

const ADDRESS = '127.0.0.1';
const FOR_NAME = selfSigned('localhost');
const FOR_ADDRESS = selfSigned(ADDRESS);

const folder = await mkdtemp(join(tmpdir(), 'order-monit-tls-'));
after(async () => rm(folder, { recursive: true, force: true }));

async function install({ certificate, key }: Certificate): Promise<void> {
  await writeFile(join(folder, 'cert.pem'), certificate);
  await writeFile(join(folder, 'key.pem'), key);
}

const setUp = useShops(async () => {
  await install(FOR_NAME);
  return [`--ssl-cert=${join(folder, 'cert.pem')}`, `--ssl-key=${join(folder, 'key.pem')}`];
});

const head = orderId(0);
const required = { rejectUnauthorized: false };
const verified = ({ certificate }: Certificate) => ({
  rejectUnauthorized: true,
  verifyIdentity: true,
  ca: certificate,
});

/** Stands for 127.0.0.1 here, and for order-monit it is a host like any other. */
const REMOTE = 'database.example';
const names = withTwoAddresses();
after(() => {
  names.restore();
});

describe('TLS', () => {
  test('encrypts', async (t) => {
    const opened = await setUp(t);
    const connection = new ShopConnection({ ...opened.options, tls: required, table: 'orders' });
    t.after(async () => connection.close());
    const [row] = await connection.query("SHOW STATUS LIKE 'Ssl_cipher'", [], signal);
    assert.match(String(row?.['Value']), /^TLS_/);
  });

  test('refuses a certificate of somebody else', async (t) => {
    const { orders } = await setUp(t, { tls: { rejectUnauthorized: true, ca: selfSigned('localhost').certificate } });
    const { hint, reason } = await outageOf(orders.newOrders(head, 1, signal));
    assert.match(reason, /^the certificate of 127\.0\.0\.1:\d+ is not trusted: it has signed itself/);
    assert.match(hint ?? '', /ssl: ca in database\.yml/);
  });

  test('to a server whose certificate is not checked is warned of by check, unless it is this host', async (t) => {
    const { db, options, shop } = await setUp(t);
    await shop.place({ number: '1' });
    const warnings = async (changes: Partial<OrdersOptions>): Promise<string[]> => {
      const orders = new Orders({ ...options, tls: required, ...changes });
      t.after(async () => orders.close());
      return (await checkOrders(orders, signal)).flatMap(({ result, text }) => (result === 'warning' ? [text] : []));
    };
    const server = { kind: 'tcp', host: REMOTE, port: db.port } as const;
    const [warning, ...others] = await warnings({ server });
    assert.match(
      warning ?? '',
      /^whoever passes for database\.example gets the password of order_monit@\S+: no certificate is checked with ssl: mode: required in database\.yml\. Better set mode: verify_identity there, and ca: to the server's CA$/,
    );
    const checked = { rejectUnauthorized: true, verifyIdentity: false, ca: FOR_NAME.certificate };
    assert.deepEqual([...others, ...(await warnings({ server, tls: checked })), ...(await warnings({}))], []);
  });

  test('lets an abort end the handshake', async (t) => {
    const silent = await openWay(t);
    const { orders } = await setUp(t, { tls: required, server: silent.server });
    assert.match((await outageOf(orders.newOrders(head, 1, AbortSignal.timeout(50)))).reason, /in time/);
  });
});

const knowsLocalhost = await lookup('localhost').then(
  () => true,
  () => false,
);

function whyNot(host: string): string | false {
  return host === 'localhost' && !knowsLocalhost ? 'this host does not know localhost' : false;
}

for (const { certificate, of, right, wrong } of [
  { certificate: FOR_NAME, of: 'a name', right: 'localhost', wrong: ADDRESS },
  { certificate: FOR_ADDRESS, of: 'an address', right: ADDRESS, wrong: 'localhost' },
]) {
  describe(`verify_identity, with a certificate for ${of}`, () => {
    before(async () => install(certificate));

    const ordersAt = async (t: Parameters<typeof setUp>[0], host: string) => {
      const { db, shop } = await setUp(t);
      // MariaDB's words, and MySQL's.
      await shop.connection.query('FLUSH SSL').catch(async () => shop.connection.query('ALTER INSTANCE RELOAD TLS'));
      const { orders } = await setUp(t, { tls: verified(certificate), server: { kind: 'tcp', host, port: db.port } });
      return orders;
    };

    test(`takes it from ${right}`, { skip: whyNot(right) }, async (t) => {
      const orders = await ordersAt(t, right);
      assert.deepEqual(await orders.newOrders(head, 1, signal), []);
    });

    test(`refuses it from ${wrong}`, { skip: whyNot(wrong) }, async (t) => {
      const orders = await ordersAt(t, wrong);
      const { reason } = await outageOf(orders.newOrders(head, 1, signal));
      assert.match(reason, /^the certificate of .* is for another name: (it names .* was asked for|Host: .* CN: .*)$/);
    });
  });
}
