/** The page in a real Chromium, as people meet it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test, type TestContext } from 'node:test';

import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { orderId } from '../../src/core/order.ts';
import type { Language } from '../../src/words/catalogue.ts';
import { size } from '../torture/trials.ts';
import { startChromium } from './chromium.ts';
import { NOTHING_OPEN, NOW, openOrder, openOrders, serve, SOME_OPEN, STORY, type Served } from './fixtures.ts';

let axe: string;
let browser: Browser;
before(async () => {
  browser = await startChromium();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});

after(async () => {
  await browser.close();
});

/** A window of somebody who has never been here. */
async function visit(t: TestContext, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  t.after(async () => context.close());
  return context.newPage();
}

/** What a browser complains of: errors of scripts, refused resources, violations of the policy. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

async function opened(
  t: TestContext,
  { language = 'en', ...options }: BrowserContextOptions & { readonly language?: Language } = {},
) {
  const served = await serve(t, { language });
  served.ports.open = SOME_OPEN;
  served.ports.found = { kind: 'story', story: STORY };
  const page = await visit(t, options);
  return { served, page, complaints: listen(page) };
}

for (const [how, javaScriptEnabled] of [
  ['with', true],
  ['without', false],
] as const) {
  test(`${how} JavaScript an order is found, its story read, and it is retried after a question`, async (t) => {
    const { complaints, page, served } = await opened(t, { javaScriptEnabled });
    await page.goto(served.origin);
    await page.getByText('2 orders are not in Abacos').first().waitFor();

    await page.getByLabel('Order number').fill('1226050');
    await page.getByRole('button', { name: 'Find order' }).click();
    await page.getByRole('heading', { name: 'Order 1226050' }).waitFor();
    await page.getByText('order-monit has stopped retrying it').first().waitFor();
    assert.match(await page.locator('#answer').innerText(), /What to do: Correct the cause/);
    assert.match(await page.locator('#answer').innerText(), /doesn't have an associated payment/);
    assert.equal(await page.locator('#story li').count(), STORY.entries.length);

    await page.getByRole('link', { name: 'Retry this order' }).click();
    await page.getByRole('heading', { name: 'Retry these orders?' }).waitFor();
    assert.deepEqual(served.ports.retried, []);
    await page.getByRole('button', { name: 'Yes, retry' }).click();
    await page.getByText('Order 1226050 is being retried').waitFor();
    assert.deepEqual(served.ports.retried, [{ orders: [orderId(72_050)], by: 'the page' }]);
    assert.deepEqual(complaints, []);
    assert.deepEqual(served.errors, []);
  });
}

for (const [language, held, hint, waits, late] of [
  [
    'en',
    'Repairs: held for 12 min',
    'order-monit rewind --since "YYYY-MM-DD HH:MM"',
    'Repairs: 7 orders wait until 10:50 or longer',
    'An order may take 12 min to show in Abacos',
  ],
  [
    'pt-BR',
    'Reparos: suspensos há 12 min',
    'order-monit rewind --since "AAAA-MM-DD HH:MM"',
    'Reparos: 7 pedidos esperam até as 10:50 ou mais',
    'Um pedido pode levar 12 min para aparecer no Abacos',
  ],
] as const) {
  test(`Repairs that are held, or wait, are said with what to do and until when (${language})`, async (t) => {
    const served = await serve(t, { language });
    const page = await visit(t, {});
    const complaints = listen(page);
    const { dependencies } = served.ports.state;
    const down = { state: 'down', since: NOW - 12 * 60_000, reason: 'Abacos denies 2 of 3 orders', hint: 'x' } as const;
    served.ports.state = { ...served.ports.state, dependencies: { ...dependencies, repairs: down } };
    await page.goto(served.origin);
    const section = page.locator('#dependencies');
    assert.ok((await section.innerText()).includes(held), await section.innerText());
    assert.ok((await section.innerText()).includes(hint));
    assert.ok((await section.innerText()).includes('Abacos denies 2 of 3 orders'));

    const repairsWait = { why: 'draining', orders: 7, until: NOW + 20 * 60_000 } as const;
    served.ports.state = { ...served.ports.state, dependencies, repairsWait, lags: { insert_order: 12 * 60_000 } };
    await page.reload();
    assert.ok((await section.innerText()).includes(waits), await section.innerText());
    assert.ok((await section.innerText()).includes(late), await section.innerText());
    assert.deepEqual(complaints, []);
  });
}

for (const [language, pause, busy, still] of [
  [
    'en',
    'Now: pause until 10:30:30 at most, then the next check.',
    'Now: order 1226060 is being sent to Abacos (insert_order, for 12 s); orders are being checked.',
    /This page does not refresh itself/,
  ],
  [
    'pt-BR',
    'Agora: pausa até as 10:30:30, no máximo; depois, a próxima verificação.',
    'Agora: o pedido 1226060 está sendo enviado ao Abacos (insert_order, há 12 s); os pedidos estão sendo verificados.',
    /Esta página não se atualiza sozinha/,
  ],
] as const) {
  test(`What order-monit is at is said, and without JavaScript that the page stays as it is (${language})`, async (t) => {
    const { page, served } = await opened(t, { language, javaScriptEnabled: false });
    await page.goto(served.origin);
    assert.equal(await page.locator('#now').innerText(), pause);
    assert.notEqual(await page.locator('noscript > p').boundingBox(), null);
    assert.match((await page.locator('noscript > p').textContent()) ?? '', still);
    const running = [{ task: 'insert_order', order: '1226060', since: NOW - 12_000 }] as const;
    served.ports.state = { ...served.ports.state, pausedUntil: undefined, running };
    await page.reload();
    assert.equal(await page.locator('#now').innerText(), busy);
  });
}

test('A form of another site is refused', async (t) => {
  const { page, served } = await opened(t);
  const stranger = await serve(t);
  await page.goto(`${served.origin}/retry?id=72050`);
  // The other site's page, with a form that aims at this one. Another port of one host is the same site, so cookies go along.
  const forged = `<form method="post" action="${served.origin}/retry"><input name="id" value="72050"><button>win</button></form>`;
  await page.route(`${stranger.origin}/prize`, async (route) =>
    route.fulfill({ contentType: 'text/html', body: forged }),
  );
  await page.goto(`${stranger.origin}/prize`);
  const [answer] = await Promise.all([
    page.waitForResponse(`${served.origin}/retry`),
    page.getByRole('button', { name: 'win' }).click(),
  ]);
  assert.equal(answer.status(), 403);
  assert.deepEqual(served.ports.retried, []);
});

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

/** Violations of WCAG 2.2 AA and of axe's own best practices. */
async function violations(page: Page): Promise<string[]> {
  // The policy that keeps other scripts out keeps this one out too: the driver runs it past the policy.
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  assert.ok(results.passes.length > 10, 'axe looked at nothing');
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

async function fitsItsWidth(page: Page): Promise<void> {
  const widths = await page.evaluate<readonly [number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  assert.ok(widths[0] <= widths[1], `${page.url()} is ${widths[0]} px wide in a window of ${widths[1]}`);
}

describe('Everybody can use it', () => {
  const LANGUAGES: readonly Language[] = ['en', 'pt-BR'];
  for (const [first, language] of LANGUAGES.entries()) {
    for (const [second, colorScheme] of (['light', 'dark'] as const).entries()) {
      // `npm test` has each two of the three together once.
      const widths: readonly number[] = [1280, 360];
      for (const width of size({ test: [widths[(first + second) % 2] ?? 1280], torture: widths })) {
        test(`axe finds nothing, and nothing is too wide: ${language}, ${colorScheme}, ${width} px`, async (t) => {
          const served = await serve(t, { language });
          const page = await visit(t, { colorScheme, viewport: { width, height: 800 } });
          for (const [path, prepare] of SITUATIONS) {
            prepare(served);
            await page.goto(served.origin + path);
            for (const details of await page.locator('details').all()) await details.locator('summary').click();
            assert.deepEqual(await violations(page), [], path);
            await fitsItsWidth(page);
            // The narrowest window that WCAG asks for.
            await page.setViewportSize({ width: 320, height: 800 });
            await fitsItsWidth(page);
            await page.setViewportSize({ width, height: 800 });
          }
        });
      }
    }
  }
});

const SITUATIONS: readonly (readonly [path: string, prepare: (served: Served) => void])[] = [
  ['/', () => undefined],
  [
    '/',
    ({ ports }) => {
      ports.open = openOrders(...SOME_OPEN.orders, openOrder(9, { number: 'N'.repeat(50), why: 'w'.repeat(300) }));
      const down = { state: 'down', since: NOW - 720_000, reason: 'r'.repeat(200), hint: 'do something' } as const;
      ports.state = { ...ports.state, dependencies: { ...ports.state.dependencies, 'integration-server': down } };
    },
  ],
  [
    '/orders/1226050',
    ({ ports }) => {
      ports.found = { kind: 'story', story: STORY };
    },
  ],
  ['/retry?id=72050&id=72060', () => undefined],
  ['/orders?number=%3Cscript%3E', () => undefined],
  ['/nothing', () => undefined],
];
