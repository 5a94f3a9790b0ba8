/** Ids that the record can not hold: each costs itself, and is said. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { checkOrders } from '../../src/shop/index.ts';
import { idsOf, signal, useShops } from './fixtures.ts';

const setUp = useShops();

describe('An id below 1 or above 2^53 - 1', () => {
  for (const [type, strange] of [
    ['bigint', ['-7', '0', '9007199254740992', '9223372036854775807']],
    ['bigint unsigned', ['0', '18446744073709551615']],
    ['decimal(30,0)', ['-1', '123456789012345678901234567890']],
  ] as const) {
    test(`of a ${type} costs its own row only, and is told`, async (t) => {
      const { shop, orders } = await setUp(t);
      await shop.connection.query(`ALTER TABLE orders MODIFY id ${type} NOT NULL`);
      await shop.place({ id: 5, number: '1005' });
      assert.deepEqual(await orders.strangeIds(signal), []);
      for (const [index, id] of strange.entries()) {
        await shop.connection.query(
          `INSERT INTO orders (id, number, state, created_at) VALUES (${id}, ${77 + index}, 'authorized', UTC_TIMESTAMP() - INTERVAL 2 HOUR)`,
        );
      }
      await shop.place({ id: 6, number: '1006' });
      assert.deepEqual(idsOf(await orders.newOrders(orderId(0), 9, signal)), [5, 6]);
      assert.equal((await orders.newOrdersLeft(orderId(0), signal)).orders, 2);
      const all = { after: orderId(0), through: orderId(Number.MAX_SAFE_INTEGER), limit: 9 };
      assert.deepEqual(await orders.idsInRange(all, signal), [5, 6]);
      assert.equal(await orders.newestDueId(signal), 6);
      assert.equal(await orders.lastIdBefore(Date.now() - 86_400_000, signal), 0);
      assert.equal(await orders.lastIdBefore(Date.now(), signal), 6);
      assert.deepEqual(await orders.ordersByNumber(['77', '1005'], signal).then(idsOf), [5]);
      await shop.connection.query('UPDATE orders SET created_at = NULL');
      assert.deepEqual(await orders.undatedIds(orderId(0), 9, signal), [5, 6]);
      assert.deepEqual(
        await orders.strangeIds(signal),
        [strange[0], strange.at(-1)].filter((id, at, ids) => ids.indexOf(id) === at),
      );
      const texts = (await checkOrders(orders, signal)).map(({ result, text }) => `${result}: ${text}`);
      assert.ok(
        texts.some((text) => text.startsWith('warning: ') && text.includes(`id ${strange[0]}`)),
        texts.join('\n'),
      );
    });
  }
});
