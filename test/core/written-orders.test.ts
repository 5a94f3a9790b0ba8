/** How people write orders, and what is read in it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { OrderReference } from '../../src/core/order.ts';
import { numbersIn, writtenOrders } from '../../src/core/written-orders.ts';

const named = (reference: OrderReference): string => ('number' in reference ? reference.number : `id ${reference.id}`);

/** What may be meant by each order of a text, the likeliest first. */
function meant(text: string): string[][] {
  return writtenOrders(text).map((written) => written.meant.map(named));
}

describe('One order is read, the number first, then the id', () => {
  for (const text of [
    '1226301',
    ' 1226301 ',
    '#1226301',
    '# 1226301',
    'nº 1226301',
    'nº1226301',
    'N° 1226301',
    'n. 1226301',
    'no. 1226301',
    '№1226301',
    '1.226.301',
    '1,226,301',
    '1 226 301',
    "1'226'301",
    '1\u00a0226\u00a0301',
    '122 6301',
    '1226.301',
    '122-6301',
    'pedido 1.226.301 do cliente',
    'Pedido: 1226301.',
    'pedido nº 1226301, de 22/11/2026',
    'o pedido (1226301) não chegou',
    'order 1226301 was placed on 2026-11-22',
    '１２２６３０１',
    '1226301\u200b',
    '0001226301',
  ]) {
    test(text, () => {
      const [first, ...others] = meant(text);
      assert.deepEqual(others, []);
      assert.ok(first !== undefined);
      assert.ok(first.includes('1226301'), String(first));
      assert.ok(first.includes('id 1226301'), String(first));
      assert.ok(first.indexOf('1226301') < first.findIndex((name) => name.startsWith('id ')), String(first));
    });
  }

  test('what is a number as it stands is that one first', () => {
    for (const text of ['1226301', '1.226.301', 'BR-1226301', 'no1226301', '2026/11', 'a/b.c_d-e', '12 34']) {
      assert.equal(meant(text)[0]?.[0], text);
    }
  });

  test('letters may be large or small', () => {
    assert.deepEqual(meant('pedido br–77-b'), [['pedido br–77-b', 'br-77-b', 'BR-77-B']]);
  });

  test('an id that is called so comes before a number', () => {
    assert.deepEqual(meant('id 72066'), [['id 72066', '72066']]);
  });
});

describe('Several orders are read', () => {
  for (const text of [
    '1226301\n1226302\r\n1226303',
    '1226301 1226302 1226303',
    '1226301, 1226302, 1226303',
    '1226301;1226302;1226303',
    '1226301,1226302,1226303',
    '#1226301\t1.226.302\n pedido 1226303 do cliente',
    'pedidos 1226301, 1226302 e 1226303',
    '1226301\n1226302\n1226301\n1226303',
  ]) {
    test(JSON.stringify(text), () => {
      const all = meant(text);
      assert.equal(all.length, 3);
      for (const [index, names] of all.entries()) assert.ok(names.includes(`122630${index + 1}`), String(names));
    });
  }
});

describe('Blanks are between thousands, between pieces, or between orders', () => {
  const others = (text: string): string[][] =>
    writtenOrders(text).flatMap(({ otherwise = [] }) => otherwise.map((written) => written.meant.map(named)));

  test('what has pieces of one or two digits is one number and nothing else', () => {
    for (const text of ['1 226 301', '122 63 01', '12 34']) {
      assert.equal(meant(text).length, 1);
      assert.ok(meant(text)[0]?.includes(text.replaceAll(' ', '')) === true, text);
      assert.deepEqual(others(text), []);
    }
  });

  test('what may be thousands or several orders is one, and where the shop has no such, several', () => {
    assert.deepEqual(meant('100 200 300'), [['100 200 300', '100200300', 'id 100200300']]);
    assert.deepEqual(others('100 200 300'), [['100'], ['200'], ['300']]);
  });

  test('what has pieces of four digits is never taken for the id of a row', () => {
    assert.deepEqual(meant('1001 1002 1003'), [['1001 1002 1003', '100110021003']]);
    assert.deepEqual(others('1001 1002 1003'), [['1001'], ['1002'], ['1003']]);
  });

  test('what is longer than a number in pieces is several', () => {
    assert.deepEqual(
      meant('1001 1002 1003 1004').map(([first]) => first),
      ['1001', '1002', '1003', '1004'],
    );
  });
});

test('What can be no order is read as none', () => {
  for (const text of ['', '   ', '#', '<script>', 'pedido do cliente', '?!', '1'.repeat(51)]) {
    assert.deepEqual(meant(text), [], text);
  }
});

test('Where something is changed, an id is not guessed', () => {
  assert.deepEqual(writtenOrders('#1226301').map(numbersIn), [['#1226301', '1226301']]);
});
