/** The open orders for a spreadsheet: no formula of others, nothing left out unsaid, in the language of the page. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MOST_IN_CSV, openCsv } from '../../src/page/csv.ts';
import { Format } from '../../src/page/format.ts';
import type { View } from '../../src/page/layout.ts';
import { wordsOf, type Language } from '../../src/words/catalogue.ts';
import { ask, NOW, openOrder, openOrders, serve } from './fixtures.ts';

function viewIn(language: Language): View {
  const format = new Format(language, 'America/Sao_Paulo');
  return { language, words: wordsOf(language).page, format, now: NOW, allowRetry: true };
}

describe('A spreadsheet of the open orders', () => {
  for (const written of [
    '=1+1',
    '+1',
    '-1',
    '@SUM(1)',
    ' =1+1',
    '\t=1+1',
    '\r\n=1+1',
    '\u00a0\u200b\ufeff=1+1',
    '\uff1d1+1',
    '\uff0b1',
    '\uff0d1',
    ' \uff20SUM(1)',
  ]) {
    test(`takes no formula from others: ${JSON.stringify(written)}`, () => {
      const orders = [openOrder(1, { number: written, why: { quote: written } })];
      const [, row = ''] = openCsv(viewIn('en'), { matching: 1, orders }).split('\r\n');
      const cells = row.split('","');
      assert.match(cells[0] ?? '', /^"'/);
      assert.match(cells[4] ?? '', /^'/);
    });
  }

  test('leaves what is no formula as it is', () => {
    const csv = openCsv(viewIn('en'), { matching: 1, orders: [openOrder(1, { number: '12-34=5' })] });
    assert.match(csv, /\r\n"12-34=5",/);
  });

  test('says what order-monit said in the language of the page, and what others said as it came', () => {
    const orders = [
      openOrder(1, { why: 'Abacos gave no answer for it' }),
      openOrder(2, { why: { quote: 'the login did not end' } }),
    ];
    const csv = openCsv(viewIn('pt-BR'), { matching: 2, orders });
    assert.match(csv, /"o Abacos não deu resposta sobre ele"[\s\S]*"the login did not end"/);
  });

  test('says in its last row how many are not in it', async (t) => {
    const served = await serve(t);
    const all = Array.from({ length: MOST_IN_CSV + 1200 }, (_, index) => openOrder(index + 1));
    served.ports.open = openOrders(...all);
    const rows = (await ask(served, { path: '/open.csv' })).body.trimEnd().split('\r\n');
    assert.equal(rows.length, 1 + MOST_IN_CSV + 1);
    assert.equal(rows.at(-1), '"1,200 more orders are not in this table. All of them: order-monit open"');
    served.ports.open = openOrders(...all.slice(0, MOST_IN_CSV));
    assert.equal((await ask(served, { path: '/open.csv' })).body.trimEnd().split('\r\n').length, 1 + MOST_IN_CSV);
  });
});
