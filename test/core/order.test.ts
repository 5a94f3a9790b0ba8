/** The two names of an order: what can be one, and how it is written into a command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { argumentFor, isOrderId, isPlainWord, NO_ORDER, orderId, orderNumber } from '../../src/core/order.ts';

test('An order id is a whole number from 0 that a double holds', () => {
  for (const good of [0, 1, Number.MAX_SAFE_INTEGER]) assert.ok(isOrderId(good) && orderId(good) === good);
  const bad = [-1, 0.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1];
  for (const value of bad) {
    assert.throws(() => orderId(value), new RangeError(`An order id must be a whole number from 0, not ${value}`));
  }
  for (const value of [...bad, '7', 7n, null, undefined]) assert.equal(isOrderId(value), false);
});

test('An order number is 1 to 50 characters that mean nothing but themselves', () => {
  for (const good of ['1226207', 'A', 'x'.repeat(50), '-1/2.3_4']) assert.equal(orderNumber(good), good);
  for (const bad of ['', 'x'.repeat(51), '1 2', '1;2', "1'", '1\n', '\n1', 'é']) {
    assert.throws(() => orderNumber(bad), new RangeError(`${JSON.stringify(bad)} can not be an order number`));
  }
  assert.equal(NO_ORDER, 'order-monit-check');
});

test('A number that a shell or the command would take for something else is no plain word', () => {
  for (const good of ['1226207', 'R1', 'a-b/c.d_e', 'x'.repeat(50)]) assert.equal(isPlainWord(good), true, good);
  const bad = ['', '-1', '--all', '.', '/etc', '_1', '1 2', '$(id)', '1;2', '1\n', 'x'.repeat(51), null, undefined];
  for (const number of bad) assert.equal(isPlainWord(number), false, String(number));
});

test('A command that people copy names the order by its number, or by its id where that is safer', () => {
  const nameOf = (number: string | null): string => argumentFor({ orderId: orderId(7), orderNumber: number });
  assert.deepEqual(
    [nameOf('1226207'), nameOf('R34'), nameOf('-rf'), nameOf(null)],
    ['1226207', 'R34', '--id 7', '--id 7'],
  );
});
