/** Numbers as shops store them: with a fraction or an exponent, with blanks around them, in any collation. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import type { RowDataPacket } from 'mysql2/promise';

import { orderId } from '../../src/core/order.ts';
import { errorCode } from '../../src/text/error.ts';
import type { Shop } from '../sandbox/shop.ts';
import { idsOf, signal, useShops, type Opened } from './fixtures.ts';

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

/** Columns whose servers heed blanks at the end and such that do not, that compare by bytes and by letters. Each server lacks some. */
const COLUMNS = [
  'varbinary(60)',
  'varchar(60) COLLATE latin1_swedish_ci',
  'varchar(60) COLLATE utf8mb4_general_ci',
  'varchar(60) COLLATE utf8mb4_bin',
  'varchar(60) COLLATE utf8mb4_unicode_ci',
  'varchar(60) COLLATE utf8mb4_nopad_bin',
  'varchar(60) COLLATE utf8mb4_unicode_nopad_ci',
  'varchar(60) COLLATE utf8mb4_0900_ai_ci',
  'varchar(60) COLLATE utf8mb4_0900_bin',
];

/** `undefined`, and the test is skipped, where the server has no such column. */
async function setUpColumn(t: TestContext, numberType: string): Promise<Opened | undefined> {
  try {
    return await setUp(t, {}, { numberType });
  } catch (error) {
    if (errorCode(error) !== 'ER_UNKNOWN_COLLATION') throw error;
    t.skip('this server has no such collation');
    return undefined;
  }
}

/** All that `trim` takes off. */
const BLANKS = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter(
  (character) => character.trim() === '',
);

describe('A number with blanks around it', () => {
  for (const numberType of COLUMNS) {
    test(`in a ${numberType} is found without them, and no other is taken for it`, async (t) => {
      const opened = await setUpColumn(t, numberType);
      if (opened === undefined) return;
      const { orders, shop } = opened;
      const blanks = numberType.includes('latin1') ? BLANKS.filter((blank) => blank <= '\u00ff') : BLANKS;
      const same = ['ABC-7', '  ABC-7   ', 'ABC-7\r\n', '\r\nABC-7'];
      for (const blank of blanks) same.push(`ABC-7${blank}`, `${blank}ABC-7`);
      const others = ['abc-7', 'ÁBC-7', 'ABC-70', '0ABC-7', 'ABC-7 0', '0 ABC-7', 'ABC- 7', ' ABC-77', 'ABC_7', ''];
      for (const [index, number] of [...same, ...others].entries()) await shop.place({ id: index + 1, number });
      assert.deepEqual(
        idsOf(await orders.ordersByNumber(['ABC-7'], signal)),
        same.map((_, index) => index + 1),
      );
    });

    test(`in a ${numberType} is found by the index`, async (t) => {
      const opened = await setUpColumn(t, numberType);
      if (opened === undefined) return;
      const { orders, shop } = opened;
      await placeMany(shop);
      const id = await shop.place({ number: '1226207 ' });
      assert.deepEqual(idsOf(await orders.ordersByNumber(['1226207'], signal)), [id]);
      const before = await rowsRead(shop);
      await orders.ordersByNumber(['1226207', '3'], signal);
      const read = (await rowsRead(shop)) - before;
      assert.ok(read < MANY / 2, `${read} of ${MANY} rows were read`);
    });
  }
});

test('A number is found although it holds what is a sign in a pattern, and no other by that', async (t) => {
  const { orders, shop } = await setUp(t, {}, { numberType: 'varchar(60)' });
  const numbers = ['1_2', '1%2', '1\\2', '1x2'];
  for (const [index, number] of numbers.entries()) await shop.place({ id: index + 1, number: ` ${number} ` });
  for (const [index, number] of numbers.entries())
    assert.deepEqual(idsOf(await orders.ordersByNumber([number], signal)), [index + 1]);
  assert.deepEqual(await orders.ordersByNumber(['%', '1__', '\\'], signal), []);
});

for (const characterSet of ['latin1', 'utf8mb3']) {
  test(`A number that a column of ${characterSet} can not hold is no outage, and costs the others nothing`, async (t) => {
    const { orders, shop } = await setUp(t, {}, { numberType: `varchar(60) CHARACTER SET ${characterSet}` });
    for (const number of ['1226207', '??', '?']) await shop.place({ number });
    assert.deepEqual(idsOf(await orders.ordersByNumber(['日本', '1226207', '😀'], signal)), [1]);
  });
}

const MANY = 10_000;

/** Orders with the numbers from 3000000. */
async function placeMany({ connection }: Shop): Promise<void> {
  const digits = `(${Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS d`).join(' UNION ALL ')})`;
  await connection.query(
    `INSERT INTO orders (number, state, created_at)
      SELECT 3000000 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d, 'authorized', UTC_TIMESTAMP() - INTERVAL 1 DAY
      FROM ${digits} AS a, ${digits} AS b, ${digits} AS c, ${digits} AS e`,
  );
}

/** As the server counts for everybody, and nobody else asks here. This question itself counts some hundreds. */
async function rowsRead({ connection }: Shop): Promise<number> {
  const [rows] = await connection.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
  return rows.reduce((sum, row) => sum + Number(row['Value']), 0);
}
