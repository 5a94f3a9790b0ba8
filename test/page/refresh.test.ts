/** What keeps an open page true, in a real Chromium. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { NOTHING_OPEN, NOW, openOrder, openOrders, SOME_OPEN, STORY } from './fixtures.ts';
import { opened, useBrowser, violations } from './visitors.ts';

useBrowser();

describe('The live refresh', () => {
  test('puts what has changed in place, and leaves an opened table open', async (t) => {
    const { complaints, page, served } = await opened(t);
    await page.clock.install({ time: NOW });
    await page.goto(served.origin);
    await page.getByText('Show as table').click();
    // What holds the focus is left alone.
    await page.getByRole('heading', { name: 'Open orders' }).click();
    served.ports.open = NOTHING_OPEN;
    served.ports.recent = { ...served.ports.recent, since: NOW - 3_600_000 };
    await page.clock.runFor(10_000);
    await page.getByText('None. Every order that was checked is in Abacos.').first().waitFor();
    await page.getByText('Data since').waitFor();
    assert.equal(await page.locator('#chart-table').getAttribute('open'), '');
    assert.match(await page.title(), /^Overview/);
    assert.deepEqual(complaints, []);
  });

  test('says so when the page is out of date, and takes it back', async (t) => {
    const { page, served } = await opened(t);
    await page.clock.install({ time: NOW });
    await page.goto(served.origin);
    served.ports.openOrders = async () => Promise.reject(new Error('broken for a while'));
    await page.clock.runFor(10_000);
    await page.getByText('No answer from order-monit').waitFor({ state: 'visible' });
    // What answers still tells nothing of the orders.
    await page.clock.runFor(5000);
    await page.getByText('No answer from order-monit').waitFor({ state: 'visible' });
    served.ports.openOrders = async () => Promise.resolve(SOME_OPEN);
    await page.clock.runFor(10_000);
    await page.getByText('No answer from order-monit').waitFor({ state: 'hidden' });
  });

  for (const [language, silent, lastLook, later] of [
    ['en', 'No answer from order-monit', 'Last check of the orders: 1 min ago', 'Last check of the orders: 3 min ago'],
    ['pt-BR', 'O order-monit não responde', 'Última verificação dos pedidos: há 1 min', 'pedidos: há 3 min'],
  ] as const) {
    for (const path of ['/', '/orders/1226050']) {
      test(`says within 15 s on top that nothing answers, and nothing shines green (${language}, ${path})`, async (t) => {
        const { page, served } = await opened(t, { language });
        served.ports.open = NOTHING_OPEN;
        served.ports.found = { kind: 'story', story: { ...STORY, abacos: { kind: 'exists', status: 'invoiced' } } };
        await page.clock.install({ time: NOW });
        await page.goto(served.origin + path);
        const colour = async (): Promise<string> =>
          page.evaluate('getComputedStyle(document.querySelector(".headline")).backgroundColor');
        const green = await colour();
        await page.route('**/*', async (route) => {
          await new Promise(() => undefined);
          await route.abort();
        });
        await page.clock.runFor(15_000);
        await page.getByText(silent).waitFor({ state: 'visible' });
        assert.notEqual(await colour(), green);
        const above = 'document.querySelector("#stale").compareDocumentPosition(document.querySelector("main"))';
        assert.equal(await page.evaluate(above), 4, 'it is not above what it is about');
        assert.deepEqual(await violations(page), []);
      });
    }

    test(`is missed by nobody who comes back to it: ages go on by themselves (${language})`, async (t) => {
      const { page, served } = await opened(t, { language });
      served.ports.open = NOTHING_OPEN;
      await page.clock.install({ time: NOW });
      await page.goto(served.origin);
      await page.getByText(lastLook).waitFor();
      await page.locator('#pause').click();
      await page.clock.runFor(125_000);
      await page.getByText(later).waitFor();
      await page.locator('.old .headline.good').waitFor();
      served.ports.open = SOME_OPEN;
      await page.locator('#pause').click();
      await page.locator('.headline.bad').waitFor();
      assert.equal(await page.locator('.old').count(), 0);
    });
  }

  test('replaces good news that has turned bad although the reader has marked it', async (t) => {
    const { page, served } = await opened(t);
    served.ports.open = NOTHING_OPEN;
    await page.clock.install({ time: NOW });
    await page.goto(served.origin);
    await page.evaluate('document.getSelection().selectAllChildren(document.querySelector("#headline"))');
    served.ports.open = SOME_OPEN;
    await page.clock.runFor(10_000);
    await page.locator('.headline.bad').waitFor();
  });

  test('can be paused, and does not touch the part that holds the focus', async (t) => {
    const { page, served } = await opened(t);
    await page.clock.install({ time: NOW });
    await page.goto(served.origin);
    const pause = page.getByRole('button', { name: 'Pause refreshing' });
    await pause.click();
    assert.equal(await pause.getAttribute('aria-pressed'), 'true');
    served.ports.open = openOrders(openOrder(7, { number: '7000' }));
    await page.clock.runFor(60_000);
    assert.equal(await page.getByRole('link', { name: '7000' }).count(), 0);
    await pause.click();
    await page.getByRole('link', { name: '7000', exact: true }).focus();
    served.ports.open = openOrders(openOrder(8, { number: '8000' }), openOrder(9));
    const refreshed = page.waitForResponse(`${served.origin}/`);
    await page.clock.runFor(10_000);
    await refreshed;
    await page.locator('#headline').getByText('2 orders are not in Abacos').waitFor();
    assert.equal(await page.getByRole('link', { name: '7000', exact: true }).count(), 1);
  });
});
