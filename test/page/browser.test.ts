/** The page in a real Chromium, as people meet it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import type { OrderStory } from '../../src/page/ports.ts';
import { NOW, serve, STORY } from './fixtures.ts';
import { listen, opened, read, useBrowser, visit } from './visitors.ts';

useBrowser();

const OPEN = STORY.checkpoint;
assert.ok(OPEN.kind === 'open');
const BEING_RETRIED: OrderStory = {
  ...STORY,
  checkpoint: { ...OPEN, givenUp: false, attempts: 0, retriedAt: NOW },
  running: { task: 'insert_order', order: '1226050', since: NOW - 2000 },
};

for (const [language, first, second, nothing] of [
  ['en', 'Retry this order', 'is not in Abacos', 'Nothing, as long as it is not paid'],
  ['pt-BR', 'Tentar este pedido de novo', 'não está no Abacos', 'Nada enquanto não for pago'],
] as const) {
  test(`A retry is what is to be done, or may be done, or is not offered at all (${language})`, async (t) => {
    const { page, served } = await opened(t, { language });
    const shop = STORY.shop;
    assert.ok(shop.kind === 'row');
    const look = async (changes: Partial<OrderStory>): Promise<string | null | undefined> => {
      served.ports.found = { kind: 'story', story: { ...STORY, ...changes } };
      await page.goto(`${served.origin}/orders/1226050`);
      await page.getByText(second).first().waitFor();
      const link = page.getByRole('link', { name: first });
      return (await link.count()) === 0 ? undefined : link.getAttribute('class');
    };
    assert.equal(await look({}), 'button');
    const trying = { ...OPEN, givenUp: false, attempts: 2 } as const;
    assert.equal(await look({ checkpoint: trying }), 'button plain');
    for (const kind of ['held', 'out'] as const) {
      assert.equal(await look({ checkpoint: trying, repairs: { kind } }), undefined);
    }
    assert.equal(await look({ checkpoint: trying, repairs: { kind: 'wait', until: NOW } }), undefined);
    assert.equal(await look({ shop: { ...shop, awaitsPayment: true } }), undefined);
    assert.ok((await page.locator('#answer').innerText()).includes(nothing));
  });
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
    await read(page, 'Order 1226050');
    await page.getByText('order-monit has stopped retrying it').first().waitFor();
    assert.match(await page.locator('#answer').innerText(), /What to do: Correct the cause/);
    assert.match(await page.locator('#answer').innerText(), /doesn't have an associated payment/);
    assert.equal(await page.locator('#story li').count(), STORY.entries.length);

    await page.getByRole('link', { name: 'Retry this order' }).click();
    await page.getByRole('heading', { name: 'Retry these orders?' }).waitFor();
    assert.deepEqual(served.ports.retried, []);
    served.ports.found = { kind: 'story', story: BEING_RETRIED };
    await page.getByRole('button', { name: 'Yes, retry' }).click();
    await page.getByText('Retry started at 10:30:00.').waitFor();
    await page.getByText('Now: order 1226050 is being sent to Abacos (insert_order, for 2 s).').waitFor();
    await page.waitForLoadState();
    assert.equal(new URL(page.url()).pathname, '/orders');
    assert.equal(await page.getByRole('link', { name: 'Retry this order' }).count(), 0);
    // Loading it again asks for nothing again.
    await page.reload();
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
