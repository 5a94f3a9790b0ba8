/**
 * `npm run pictures`: plays the demo, and makes the pictures of README.md from it: its page as Chromium shows it, and a
 * recording of what it prints.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startChromium } from '../page/chromium.ts';
import { recordingOf, type Printed } from './recording.ts';
import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PICTURES = join(ROOT, 'docs/pictures');
/** What is below needs a day to be worth a look: its plots have an hour a bar. */
const VIEWPORT = { width: 900, height: 822 };

const printed: Printed[] = [];
const demo = spawn(process.execPath, ['.ci/demo.mjs', '--keep'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(demo, 'close');
demo.stdout.setEncoding('utf8').on('data', (text: string) => printed.push({ atMs: performance.now(), text }));
const output = (): string => printed.map(({ text }) => text).join('');
await mkdir(PICTURES, { recursive: true });
try {
  await until('the demo has played', () => {
    if (demo.exitCode !== null) throw new Error(`The demo has ended:\n${output()}`);
    return output().includes('until you press Ctrl-C') && output().trimEnd().endsWith('/');
  });
  await photograph(/The page: +(http:\S+)/.exec(output())?.[1] ?? '');
} finally {
  demo.kill('SIGINT');
  await ended;
}
await writeFile(join(PICTURES, 'demo.svg'), recordingOf(printed));
console.log(`The pictures are in ${PICTURES}.`);

async function photograph(address: string): Promise<void> {
  const browser = await startChromium();
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(address);
    await page.screenshot({ path: join(PICTURES, 'page.png') });
  } finally {
    await browser.close();
  }
}
