/** The numbers of open orders, which the page asks a real shop for after a start. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { loadConfig, type Config } from '../../src/config/index.ts';
import { WorkingLedger } from '../../src/core/ledger.ts';
import { orderId } from '../../src/core/order.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed } from '../../src/core/verdict.ts';
import { GoneRows } from '../../src/service/gone-rows.ts';
import { OpenListing } from '../../src/service/open-listing.ts';
import { PageStatistics } from '../../src/service/page-statistics.ts';
import { POLICY } from '../monitor/harness.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';

let sandbox: Sandbox;
let config: Config;

before(async () => {
  sandbox = await openSandbox();
  ({ config } = loadConfig({ directory: sandbox.installation.config }));
});
after(async () => {
  await sandbox.close();
});

test('Who leaves while the shop is asked for numbers keeps nobody else from reading them', async () => {
  const numbers = ['6300001', '6300002', '6300003'];
  const ledger = new WorkingLedger(orderId(1), -Infinity);
  const at = stampOf(Date.now());
  for (const number of numbers) {
    const id = orderId(await sandbox.shop.place({ number }));
    ledger.note({ orderId: id, verdict: failed('NOT_FOUND'), attempts: 1, createdAt: at, updatedAt: at });
  }
  const statistics = new PageStatistics(Date.now);
  const listing = new OpenListing({
    sources: () => ({ config, policy: POLICY, gone: new GoneRows(), ledger, statistics, now: Date.now }),
    isShopDown: () => false,
  });
  const read = async (signal: AbortSignal, from: number): Promise<readonly (string | null)[]> =>
    (await listing.openOrders(signal, { from, most: 1 })).orders.map(({ number }) => number);

  const { connection } = sandbox.shop;
  await connection.query('LOCK TABLES orders WRITE');
  const leaving = new AbortController();
  const staying = new AbortController();
  const first = assert.rejects(read(leaving.signal, 0));
  const same = read(staying.signal, 0);
  const another = read(staying.signal, 1);
  await until('the shop is asked', async () => {
    const [waiting] = await connection.query(
      "SELECT 1 FROM information_schema.processlist WHERE state LIKE 'Waiting for table%'",
    );
    return Array.isArray(waiting) && waiting.length > 0;
  });
  leaving.abort();
  await first;
  await connection.query('UNLOCK TABLES');
  assert.deepEqual([await same, await another], [['6300001'], ['6300002']]);
  assert.deepEqual(await read(staying.signal, 2), ['6300003']);
});
