/** What the answer to a pasted list of orders says of each, and counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { writtenOrders } from '../../src/core/written-orders.ts';
import { Format } from '../../src/page/format.ts';
import type { View } from '../../src/page/layout.ts';
import { listPage } from '../../src/page/list-page.ts';
import type { FoundOrder } from '../../src/page/ports.ts';
import { wordsOf, type Language } from '../../src/words/catalogue.ts';
import { HOUR, NOW, STORY } from './fixtures.ts';

/** Order 1226050, whose row has the id 72050, in Abacos. */
const IN_ABACOS: FoundOrder = {
  kind: 'story',
  story: {
    ...STORY,
    abacos: { kind: 'exists', status: 'in-progress' },
    checkpoint: { kind: 'settled', since: NOW - HOUR, updatedAt: NOW - HOUR, attempts: 0 },
  },
};

function view(language: Language): View {
  const format = new Format(language, 'America/Sao_Paulo');
  return { language, words: wordsOf(language).page, format, now: NOW, allowRetry: true };
}

function rowsOf(language: Language, text: string, found: FoundOrder): { summary: string; rows: readonly string[] } {
  const wanted = writtenOrders(text);
  const page = listPage(view(language), { text, wanted, found: wanted.map(() => found) }).toString();
  const summary = /<h2 id="list-title">([^<]*)</.exec(page)?.[1] ?? '';
  return { summary, rows: page.split('<tr role="row">').slice(2) };
}

for (const [language, byId, summary, compare] of [
  [
    'en',
    'No order has the number 72050. This is the one whose row in the shop has that id.',
    '2 orders looked up: 1 found by its id only and 1 in Abacos.',
    'Compare the number with where you have it from.',
  ],
  [
    'pt-BR',
    'Nenhum pedido tem o número 72050. Este é o pedido que tem esse id na loja.',
    '2 pedidos consultados: 1 encontrado só pelo id e 1 no Abacos.',
    'Compare o número com a fonte de onde ele veio.',
  ],
] as const) {
  test(`An order of a list that was found by the id of its row is told so, and not counted as fine (${language})`, () => {
    const list = rowsOf(language, '1226050\n72050', IN_ABACOS);
    assert.equal(list.summary, summary);
    const [byNumber = '', other = ''] = list.rows;
    assert.ok(!byNumber.includes(byId), byNumber);
    assert.match(byNumber, /class="sign good"/);
    assert.ok(other.includes(byId), other);
    assert.ok(other.includes(compare), other);
    assert.match(other, /class="sign wait"/);
    assert.ok(other.includes('>1226050</a>'), other);
  });

  test(`One that was asked for by its id is what was asked for (${language})`, () => {
    const list = rowsOf(language, 'id 72050\nid 72051', IN_ABACOS);
    assert.doesNotMatch(list.summary, /\bid\b/);
    assert.ok(list.rows.every((row) => row.includes('class="sign good"')));
  });
}

test('One that needs action shows its last error, and can be retried from there', () => {
  const [row = '', other = ''] = rowsOf('en', '1226050\n72050', { kind: 'story', story: STORY }).rows;
  assert.match(row, /the last error is below.*<blockquote>RuntimeError: Order 1226050/s);
  assert.match(row, /<a href="\/retry\?id=72050">Retry 1226050<\/a>/);
  // Whether it is the one that was meant is to be seen before.
  assert.doesNotMatch(other, /\/retry/);
});

test('One that was found by its id and needs action is shown as such, and counted apart', () => {
  const { rows, summary } = rowsOf('en', '72050\n72051', { kind: 'story', story: STORY });
  assert.equal(summary, '2 orders looked up: 2 found by their ids only.');
  assert.match(rows[0] ?? '', /class="sign bad"/);
  assert.match(rows[0] ?? '', /Compare the number with where you have it from\. Correct the cause/);
});
