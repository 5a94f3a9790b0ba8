/** Starts Debian's Chromium for tests of the page. */
import { chromium, type Browser } from 'playwright-core';

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** With a profile of its own in a temporary folder, which goes when the browser is closed. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: SWITCHES });
}
