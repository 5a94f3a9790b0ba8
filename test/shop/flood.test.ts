/** A server in the place of the database that sends without an end, or packets that are not the next ones. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import { ShopConnection } from '../../src/shop/connection.ts';
import { until } from '../sandbox/until.ts';
import { outageOf, signal } from './fixtures.ts';
import { openRogueServer, type RogueServer, type Script } from './rogue-server.ts';

async function connectionTo(
  t: TestContext,
  script: Script,
): Promise<{ connection: ShopConnection; rogue: RogueServer }> {
  const rogue = await openRogueServer(t, script);
  const connection = new ShopConnection({
    server: { kind: 'tcp', host: '127.0.0.1', port: rogue.port },
    database: 'shop',
    username: 'reader',
    password: () => 'secret',
    serverPublicKey: undefined,
    allowCleartextPassword: false,
    tls: undefined,
    connectTimeoutMs: 60_000,
    queryTimeoutMs: 60_000,
    table: 'orders',
  });
  t.after(async () => connection.close());
  return { connection, rogue };
}

const ask = async (connection: ShopConnection): Promise<unknown> =>
  connection.query('SELECT UNIX_TIMESTAMP() AS now', [], signal);

describe('A packet without an end', () => {
  for (const floods of ['as its greeting', 'in place of an answer'] as const) {
    test(`${floods} is an outage that says so, long before it fills the memory`, async (t) => {
      const before = process.memoryUsage().rss;
      const { connection } = await connectionTo(t, { floods });
      const { hint, reason } = await outageOf(ask(connection));
      assert.match(reason, /what answers at 127\.0\.0\.1:\d+ sends without an end/);
      assert.match(hint ?? '', /no database server/);
      assert.ok(process.memoryUsage().rss - before < 400 * 1_048_576);
    });
  }

  test('that nobody asked for ends the connection', async (t) => {
    const { connection, rogue } = await connectionTo(t, { floods: 'unasked' });
    await ask(connection);
    await until('the rogue server lost its client', () => rogue.clients() === 0);
  });
});

describe('A packet out of order', () => {
  for (const misnumbers of ['its greeting', 'its answers'] as const) {
    test(`in the place of ${misnumbers} is an outage that says so, and ends the connection`, async (t) => {
      const { connection, rogue } = await connectionTo(t, { misnumbers });
      const { reason } = await outageOf(ask(connection));
      assert.match(reason, /what answers at 127\.0\.0\.1:\d+ breaks MySQL's protocol: its packets are out of order/);
      await until('the rogue server lost its client', () => rogue.clients() === 0);
    });
  }
});
