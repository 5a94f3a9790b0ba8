/** A real Chromium for the tests of a file, and what they all look for in it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, type TestContext } from 'node:test';

import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import type { OrderReference } from '../../src/core/order.ts';
import type { FoundOrder } from '../../src/page/ports.ts';
import type { Language } from '../../src/words/catalogue.ts';
import { startChromium } from './chromium.ts';
import { serve, SOME_OPEN, STORY, type Served } from './fixtures.ts';

let axe: string;
let browser: Browser;

/** Called once by each file: a browser of its own, which ends with it. */
export function useBrowser(): void {
  before(async () => {
    browser = await startChromium();
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  });
  after(async () => {
    await browser.close();
  });
}

/** A window of somebody who has never been here. */
export async function visit(t: TestContext, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  t.after(async () => context.close());
  return context.newPage();
}

/** What a browser complains of: errors of scripts, refused resources, violations of the policy. */
export function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

export async function opened(
  t: TestContext,
  { language = 'en', ...options }: BrowserContextOptions & { readonly language?: Language } = {},
): Promise<{ readonly served: Served; readonly page: Page; readonly complaints: string[] }> {
  const served = await serve(t, { language });
  served.ports.open = SOME_OPEN;
  served.ports.found = { kind: 'story', story: STORY };
  const page = await visit(t, options);
  return { served, page, complaints: listen(page) };
}

/** The shop has order 1226050, whose row has the id 72050; and nothing else. */
export function shopOfOne(meant: readonly OrderReference[]): FoundOrder {
  const has = meant.some((wanted) => ('number' in wanted ? wanted.number === '1226050' : wanted.id === 72_050));
  return has ? { kind: 'story', story: STORY } : { kind: 'none' };
}

/** Waits for the whole page with that heading: what comes first is shown before the rest is there. */
export async function read(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { name: heading }).waitFor();
  await page.waitForLoadState();
}

/** Violations of WCAG 2.2 AA and of axe's own best practices. */
export async function violations(page: Page): Promise<string[]> {
  // The policy that keeps other scripts out keeps this one out too: the driver runs it past the policy.
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  assert.ok(results.passes.length > 10, 'axe looked at nothing');
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Nothing has to be scrolled sideways. */
export async function fitsItsWidth(page: Page): Promise<void> {
  const widths = await page.evaluate<readonly [number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  assert.ok(widths[0] <= widths[1], `${page.url()} is ${widths[0]} px wide in a window of ${widths[1]}`);
}
