/** Every view of the page in a real Chromium: for everybody, and on every screen. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import type { Language } from '../../src/words/catalogue.ts';
import { size } from '../torture/trials.ts';
import { NOW, openOrder, openOrders, serve, SOME_OPEN, STORY, type Served } from './fixtures.ts';
import { fitsItsWidth, shopOfOne, useBrowser, violations, visit } from './visitors.ts';

useBrowser();

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
            // A small phone, and the narrowest window that WCAG asks for.
            for (const narrow of [360, 320]) {
              await page.setViewportSize({ width: narrow, height: 800 });
              await fitsItsWidth(page);
            }
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
  [
    '/orders?number=1226050+9999999+1.226.051',
    ({ ports }) => {
      ports.listed = shopOfOne;
    },
  ],
  ['/open?part=action', () => undefined],
  ['/open?part=progress', () => undefined],
  ['/retry?id=72050&id=72060', () => undefined],
  ['/orders?number=%3Cscript%3E', () => undefined],
  [
    '/orders?number=12',
    ({ ports }) => {
      ports.listed = () => ({ kind: 'several', ids: [orderId(5), orderId(9)] });
    },
  ],
  ['/nothing', () => undefined],
];
