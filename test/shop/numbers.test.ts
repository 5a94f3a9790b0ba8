/** Numbers in columns whose values are written with a fraction or an exponent. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { idsOf, signal, useShops } from './fixtures.ts';

const setUp = useShops();

describe('A whole number', () => {
  for (const [numberType, values, expected] of [
    ['decimal(12,2)', ['1226301.00', '1226301.50', '0.10'], ['1226301', '1226301.50', '0.10']],
    ['decimal(40,5)', ['12345678901234567890123456789012345'], ['12345678901234567890123456789012345']],
    ['decimal(20,0)', ['1226301'], ['1226301']],
    ['double', ['1.226301e6', '1226301.5', '1e15', '1e300'], ['1226301', '1226301.5', '1000000000000000', '1e300']],
    ['float', ['1226301', '12.5'], ['1226301', '12.5']],
    ['varchar(20)', ["'1226301.00'", "'1.226301e6'"], ['1226301.00', '1.226301e6']],
  ] as const) {
    test(`in a ${numberType} is asked about as one, and found by it`, async (t) => {
      const { shop, orders } = await setUp(t, {}, { numberType });
      for (const [index, value] of values.entries()) {
        await shop.place({ id: index + 1, number: '1' });
        await shop.connection.query(`UPDATE orders SET number = ${value} WHERE id = ${index + 1}`);
      }
      const numbers = (await orders.newOrders(orderId(0), 9, signal)).map(({ number }) => number);
      assert.deepEqual(numbers, expected);
      assert.deepEqual(idsOf(await orders.ordersByNumber(expected.slice(0, 1), signal)), [1]);
    });
  }
});
