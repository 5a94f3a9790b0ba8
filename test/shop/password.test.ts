/** To whom the password of the database goes, and over what. */
import assert from 'node:assert/strict';
import { after, describe, test, type TestContext } from 'node:test';

import { ShopConnection, type ShopConnectionOptions } from '../../src/shop/connection.ts';
import { checkOrders, Orders } from '../../src/shop/index.ts';
import { withTwoAddresses } from '../sandbox/names.ts';
import { plant } from '../sandbox/secrets.ts';
import { NAMES, outageOf, signal, useShops } from './fixtures.ts';
import { newKeys, openRogueServer, type Method, type RogueServer, type Script } from './rogue-server.ts';

const PASSWORD = plant('n0t for rogues');
/** Stands for 127.0.0.1 here, and for order-monit it is a host like any other. */
const REMOTE = 'database.example';

const names = withTwoAddresses();
after(() => {
  names.restore();
});

const KEYS = newKeys();
const OTHER_KEYS = newKeys();

const setUp = useShops();

interface Changes extends Partial<ShopConnectionOptions> {
  readonly host?: string;
}

function connectionTo(
  t: TestContext,
  { port }: RogueServer,
  { host = REMOTE, ...changes }: Changes = {},
): ShopConnection {
  const connection = new ShopConnection({
    server: { kind: 'tcp', host, port },
    database: 'shop',
    username: 'reader',
    password: () => PASSWORD,
    serverPublicKey: undefined,
    allowCleartextPassword: false,
    tls: undefined,
    connectTimeoutMs: 20_000,
    queryTimeoutMs: 20_000,
    table: 'orders',
    ...changes,
  });
  t.after(async () => connection.close());
  return connection;
}

const ask = async (connection: ShopConnection): Promise<unknown> => connection.query('DO 0', [], signal);

const FULL_LOGINS: readonly Script[] = (['caching_sha2_password', 'sha256_password'] as const).flatMap((method) => [
  { offers: method },
  { offers: 'mysql_native_password', switchTo: method },
]);

const nameOf = ({ offers, switchTo }: Script): string =>
  switchTo === undefined ? String(offers) : `${String(offers)}, then ${switchTo}`;

describe('A server over TCP without TLS that asks for the password', () => {
  for (const script of FULL_LOGINS) {
    test(`by a key of its own (${nameOf(script)}) does not get it, and people are told what they can do`, async (t) => {
      const rogue = await openRogueServer(t, script);
      const { hint, reason } = await outageOf(ask(connectionTo(t, rogue)));
      assert.ok(!rogue.heard().includes(PASSWORD), 'the password was read');
      assert.match(
        reason,
        /database\.example:\d+ \(::1, 127\.0\.0\.1\) wants the password of the user reader.* not encrypted/,
      );
      assert.match(hint ?? '', /ssl.*server_public_key.*allow_cleartext_password: true/);
    });

    test(`by the key that is configured (${nameOf(script)}) gets it`, async (t) => {
      const server = await openRogueServer(t, { ...script, keys: KEYS });
      await ask(connectionTo(t, server, { serverPublicKey: KEYS.publicKey }));
      assert.ok(server.heard().includes(PASSWORD));
    });

    test(`and has not the key that is configured (${nameOf(script)}) can not read it`, async (t) => {
      const rogue = await openRogueServer(t, script);
      await ask(connectionTo(t, rogue, { serverPublicKey: OTHER_KEYS.publicKey })).catch(() => undefined);
      assert.ok(!rogue.heard().includes(PASSWORD), 'the password was read');
    });

    test(`gets it where the configuration says so (${nameOf(script)})`, async (t) => {
      const server = await openRogueServer(t, script);
      await ask(connectionTo(t, server, { allowCleartextPassword: true }));
      assert.ok(server.heard().includes(PASSWORD));
    });

    for (const host of ['127.0.0.1', 'localhost']) {
      test(`gets it on ${host} (${nameOf(script)})`, async (t) => {
        const server = await openRogueServer(t, script);
        await ask(connectionTo(t, server, { host }));
        assert.ok(server.heard().includes(PASSWORD));
      });
    }
  }

  for (const changes of [{}, { allowCleartextPassword: true }, { host: '127.0.0.1' }]) {
    test(`as it stands never gets it (${JSON.stringify(changes)})`, async (t) => {
      const rogue = await openRogueServer(t, { switchTo: 'mysql_clear_password' });
      const { hint, reason } = await outageOf(ask(connectionTo(t, rogue, changes)));
      assert.ok(!rogue.heard().includes(PASSWORD), 'the password was read');
      assert.match(reason, /wants the user reader to log in by a method that order-monit does not know/);
      assert.match(hint ?? '', /caching_sha2_password/);
    });
  }

  test('by a method that sends an answer to a riddle gets no more than that', async (t) => {
    for (const script of [{}, { switchTo: 'mysql_native_password' }] satisfies { switchTo?: Method }[]) {
      const server = await openRogueServer(t, script);
      await ask(connectionTo(t, server));
      assert.ok(!server.heard().includes(PASSWORD), 'the password was read');
    }
  });
});

test('No server is told that it may ask for files of this host', async (t) => {
  const LOCAL_FILES = 0x80;
  const wanted = Buffer.from('\xfb/etc/hostname', 'latin1');
  const rogue = await openRogueServer(t, { answer: wanted });
  await outageOf(ask(connectionTo(t, rogue)));
  assert.equal(rogue.capabilities() & LOCAL_FILES, 0);
});

test('check warns of a password that may go over the network as it stands', async (t) => {
  const { db, options, orders, shop } = await setUp(t);
  await shop.place({ number: '1' });
  const warnings = async (from: Orders): Promise<string[]> =>
    (await checkOrders(from, signal)).flatMap(({ result, text }) => (result === 'warning' ? [text] : []));
  const told = /^the password of order_monit@\S+ may go to database\.example without encryption.*ssl: mode/;
  const remote = new Orders({
    ...options,
    columns: NAMES,
    allowCleartextPassword: true,
    server: { kind: 'tcp', host: REMOTE, port: db.port },
  });
  t.after(async () => remote.close());
  const [warning, ...others] = await warnings(remote);
  assert.match(warning ?? '', told);
  assert.deepEqual([...others, ...(await warnings(orders))], []);
});
