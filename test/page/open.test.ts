/** Many open orders on the page, in a real Chromium: short, by cause, page by page, chosen and retried. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { MINUTE, NOW, openOrder, openOrders } from './fixtures.ts';
import { fitsItsWidth, opened, read, useBrowser, violations } from './visitors.ts';

useBrowser();

const CAUSES = [
  'has no payment',
  'has no customer',
  'has an unknown product',
  'timed out',
  'has a bad CPF',
  'has a bad CEP',
];

/** 300, of which 200 need action, for six causes. */
const MANY = openOrders(
  ...Array.from({ length: 300 }, (_, index) =>
    openOrder(10_000 + index, {
      number: String(1_300_000 + index),
      givenUp: index < 200,
      attempts: index < 200 ? undefined : 1,
      since: NOW - (400 - index) * MINUTE,
      why: `RuntimeError: Order ${1_300_000 + index} ${CAUSES[index % CAUSES.length] ?? ''}`,
    }),
  ),
);

for (const [language, action, progress, all, chosen, choose, question, csv, ofSix] of [
  [
    'en',
    'Needs you: 200 orders',
    'In progress: 100 orders',
    'Show all 200, choose and retry',
    'Retry the chosen ones',
    'Choose 1300006',
    'Retry these orders?',
    'Download as a table (CSV)',
    'Page 2 of 4',
  ],
  [
    'pt-BR',
    'Precisam de você: 200 pedidos',
    'Em andamento: 100 pedidos',
    'Ver todos os 200, escolher e tentar de novo',
    'Tentar de novo os escolhidos',
    'Escolher 1300006',
    'Tentar de novo estes pedidos?',
    'Baixar como tabela (CSV)',
    'Página 2 de 4',
  ],
] as const) {
  test(`300 open orders fit on two screens, by cause, and some of them are chosen and retried (${language})`, async (t) => {
    const viewport = { width: 1280, height: 800 };
    const { complaints, page, served } = await opened(t, { language, viewport, acceptDownloads: true });
    served.ports.open = MANY;
    await page.goto(served.origin);
    await page.getByRole('heading', { name: action }).waitFor();
    await page.getByRole('heading', { name: progress }).waitFor();
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    assert.ok(height <= 2 * viewport.height, `${height} px`);
    assert.equal(await page.locator('#open tbody tr').count(), 2 * CAUSES.length);
    assert.deepEqual(await violations(page), []);

    await page.getByRole('link', { name: all }).click();
    await page.waitForURL(/\/open\?/);
    assert.equal(await page.locator('tbody tr').count(), 50);
    assert.deepEqual(await violations(page), []);
    await page.getByLabel(choose, { exact: true }).check();
    await page.locator('input[type=checkbox]').nth(2).check();
    await page.getByRole('button', { name: chosen }).click();
    await read(page, question);
    assert.equal(await page.locator('main li').count(), 2);
    await page.locator('main form button').click();
    await page.waitForURL(/\/\?done=/);
    assert.equal(served.ports.retried[0]?.orders.length, 2);

    await page.goto(`${served.origin}/open?part=action&page=2`);
    await page.getByText(ofSix).first().waitFor();
    await fitsItsWidth(page);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: csv }).click(),
    ]);
    const [titles, first, ...others] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    assert.equal(others.length, 199);
    assert.equal(titles?.startsWith('\ufeff"'), true);
    assert.match(first ?? '', /^"1300000"[,;]"10000"[,;]"NOT_FOUND".*"2026-11-23T03:50:00-03:00"/);
    assert.deepEqual(complaints, []);
  });
}

/** 3,000 that an outage has left behind. A command may have sent the last one. */
const OUTAGE = openOrders(
  ...Array.from({ length: 3000 }, (_, index) =>
    openOrder(20_000 + index, {
      number: String(1_400_000 + index),
      givenUp: true,
      attempts: undefined,
      inDoubt: index === 2999,
      since: NOW - (4000 - index) * MINUTE,
      why: 'RuntimeError: timed out',
    }),
  ),
);

for (const [language, all, button, retryChosen, many, leftOut, confirm] of [
  [
    'en',
    'Show all 3,000, choose and retry',
    'Retry all 3,000',
    'Retry the chosen ones',
    'Needs you: 2,999 orders',
    '1 other is not among them',
    'Yes, retry',
  ],
  [
    'pt-BR',
    'Ver todos os 3.000, escolher e tentar de novo',
    'Tentar de novo todos os 3.000',
    'Tentar de novo os escolhidos',
    'Precisam de você: 2.999 pedidos',
    '1 outro não está entre eles',
    'Sim, tentar de novo',
  ],
] as const) {
  test(`After an outage all orders are retried at once, but for those that are looked up before (${language})`, async (t) => {
    const { complaints, page, served } = await opened(t, { language, viewport: { width: 360, height: 740 } });
    served.ports.open = OUTAGE;
    await page.goto(served.origin);
    await page.getByRole('link', { name: all }).click();
    // Fifty orders are many screens of a phone: what can be done about them is on each.
    const chosen = page.locator('button', { hasText: retryChosen });
    for (const act of [page.getByRole('link', { name: button }), chosen]) {
      const { height = 0, y = 0 } = (await act.boundingBox()) ?? {};
      assert.ok(y >= 0 && y + height <= 740 && height > 0, `${y}`);
    }
    await page.getByRole('link', { name: button }).click();
    await page.getByText(many).waitFor();
    assert.equal(await page.locator('main li').count(), 21);
    await page.getByText(leftOut).waitFor();
    assert.deepEqual(await violations(page), []);
    await fitsItsWidth(page);
    await page.getByRole('button', { name: confirm }).click();
    await page.waitForURL(/\/\?done=/);
    const [retried] = served.ports.retried;
    assert.deepEqual([retried?.orders.length, retried?.orders.at(-1)], [2999, 22_998]);
    assert.deepEqual(complaints, []);
  });
}

test('More orders than can be changed at once are refused in words, and none of them is left out unsaid', async (t) => {
  const { page, served } = await opened(t);
  const ids = (count: number): string => Array.from({ length: count }, (_, index) => `id=${index + 1}`).join('&');
  await page.goto(`${served.origin}/retry?${ids(300)}`);
  await page.getByText('Needs you: 300 orders').waitFor();
  const token = await page.locator('input[name=token]').getAttribute('value');
  const post = async (count: number) =>
    page.request.post(`${served.origin}/retry`, {
      data: `token=${encodeURIComponent(token ?? '')}&${ids(count)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: served.origin },
      maxRedirects: 0,
    });
  const refused = await post(5001);
  assert.equal(refused.status(), 400);
  assert.match(await refused.text(), /At most 5,000 orders can be changed at once/);
  assert.equal((await post(5000)).status(), 303);
  assert.deepEqual(
    served.ports.retried.map(({ orders }) => orders.length),
    [5000],
  );
});

test('What others wrote is no formula in the table, and no end of a cell', async (t) => {
  const { page, served } = await opened(t);
  served.ports.open = openOrders(openOrder(1, { number: '=1+1', why: '@SUM("a";1)\r\n-2' }));
  const answer = await page.request.get(`${served.origin}/open.csv`);
  assert.match(answer.headers()['content-disposition'] ?? '', /^attachment; filename="order-monit-2026-11-23\.csv"$/);
  const [, row, end] = (await answer.text()).split('\r\n');
  assert.match(row ?? '', /^"'=1\+1","1","NOT_FOUND",.*,"'@SUM\(""a"";1\) -2",/);
  assert.equal(end, '');
});

test('Plots have axes with units, outages are bands, and what became of missing orders is told apart', async (t) => {
  for (const [language, unit, outage] of [
    ['en', 'orders/h', 'Abacos: unavailable, 2026-11-22 22:30 to 00:30'],
    ['pt-BR', 'pedidos/h', 'Abacos: indisponível, de 22/11 às 22:30 a 00:30'],
  ] as const) {
    const { page, served } = await opened(t, { language });
    await page.goto(served.origin);
    assert.ok((await page.locator('#chart .axis.upright').first().innerText()).includes(unit));
    assert.equal(await page.locator('#chart rect.down').count(), 3);
    assert.equal((await page.locator('#chart rect.down title').first().textContent())?.includes(outage), true);
    for (const kind of ['missing', 'repairs', 'action']) {
      assert.ok((await page.locator(`#chart rect.${kind}`).count()) > 0, kind);
    }
    await page.locator('#chart-table summary').click();
    assert.ok((await page.locator('#chart-table').innerText()).includes(outage));
  }
});
