/** Looking for orders on the page, in a real Chromium. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fitsItsWidth, opened, read, shopOfOne, useBrowser, violations } from './visitors.ts';

useBrowser();

for (const [language, label, find, title, byId, none, summary, left] of [
  [
    'en',
    'Order number, or a list',
    'Find order',
    'Order 1226050',
    'No order has the number 72050. This is the one whose row in the shop has that id.',
    'The shop has no order 9999999',
    '3 orders looked up: 1 needs somebody and 2 not found in the shop.',
    'Only the first 50 were looked up, 10 were not.',
  ],
  [
    'pt-BR',
    'Número do pedido, ou uma lista',
    'Buscar pedido',
    'Pedido 1226050',
    'Nenhum pedido tem o número 72050. Este é o pedido que tem esse id na loja.',
    'A loja não tem o pedido 9999999',
    '3 pedidos consultados: 1 precisa de alguém e 2 não encontrados na loja.',
    'Só os primeiros 50 foram consultados; ficaram de fora: 10.',
  ],
] as const) {
  test(`An order is found however its number is written, and a list gets a verdict each (${language})`, async (t) => {
    const { complaints, page, served } = await opened(t, { language });
    served.ports.listed = shopOfOne;
    await page.goto(served.origin);
    const search = async (text: string): Promise<void> => {
      await page.getByLabel(label).fill(text);
      await page.getByRole('button', { name: find }).click();
    };
    for (const text of ['#1226050', 'nº 1226050', '1.226.050', ' 1 226 050 ', 'pedido 1.226.050 do cliente']) {
      await search(text);
      await read(page, title);
      assert.equal(await page.getByText(byId).count(), 0);
    }
    await search('72050');
    await page.getByText(byId).waitFor();
    await search('9999999');
    await page.getByRole('heading', { name: none }).waitFor();

    await search('#1226050, 1.226.051 9999999');
    await read(page, summary);
    assert.equal(await page.locator('tbody tr').count(), 3);
    assert.deepEqual(await violations(page), []);
    await fitsItsWidth(page);
    const many = Array.from({ length: 60 }, (_, index) => String(1_226_050 + index)).join('\n');
    await page.goto(`${served.origin}/orders?number=${encodeURIComponent(many)}`);
    await page.getByText(left).waitFor();
    assert.equal(await page.locator('tbody tr').count(), 50);
    await page.locator('tbody').getByRole('link', { name: '1226050', exact: true }).click();
    await page.getByRole('heading', { name: title }).waitFor();
    // A phone's browser complains of statuses as of missing files.
    assert.deepEqual(
      complaints.filter((complaint) => !complaint.includes('404')),
      [],
    );
  });
}
