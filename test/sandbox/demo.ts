/**
 * `npm run demo`: the real program at work in a sandbox, for about a minute.
 * Orders keep coming, a fifth of them gets lost on the way to Abacos, payments
 * are pending, two orders commit late, and Abacos goes down for a while. In
 * the end every order is accounted for, by what the stand-ins counted.
 */
import { setTimeout as delay } from 'node:timers/promises';

import { quoteWord } from '../../src/integration/shell.ts';
import { account, printAccount } from './demo-account.ts';
import { Numbers, openLateTransaction, placeOrder } from './demo-orders.ts';
import { argumentsFor, PROGRAM, Run } from './program.ts';
import { openSandbox } from './sandbox.ts';
import { until } from './until.ts';

const PLACED_BEFORE = 200;
const PLACED_MEANWHILE = 98;
const ARRIVE_WITHIN_MS = 30_000;
const ABACOS_DOWN_AFTER_MS = 12_000;
const ABACOS_DOWN_FOR_MS = 8000;
const DEADLINE_MS = 240_000;

const keep = process.argv.includes('--keep');

console.log('Starting a MariaDB, an sshd and an Abacos stand-in on loopback, in temporary folders.');
const sandbox = await openSandbox({
  service: { running_cycle: 2, downtime_wait: 2, settle_time: 3, recheck_given_up: 5 },
  standIn: { startMs: 250, gapMs: 50, switchedOffEvery: 9 },
});
const numbers = new Numbers();
const lateAtWork = await openLateTransaction(sandbox, numbers);
for (let count = 0; count < PLACED_BEFORE; count += 1) await placeOrder(sandbox, numbers.next());

console.log(`The shop holds ${PLACED_BEFORE} orders; ${PLACED_MEANWHILE + 2} more are to come. This is order-monit:\n`);
const run = new Run(sandbox.installation, ['run']);
const repairs: number[] = [];
followLog(run, repairs);
const began = performance.now();

await Promise.all([ordersKeepComing(), abacosGoesDown(), lateOrdersCommit()]);
await until('every order is settled or given up', async () => (await account(sandbox)).open === 0, DEADLINE_MS);

if (keep) await play();
const end = await run.stop();
const result = await account(sandbox);
const seconds = Math.round((performance.now() - began) / 1000);
printAccount({ account: result, repairs, seconds, status: end.status });
await sandbox.close();
process.exitCode = result.forgotten + result.insertedTwice + result.falseSuccess === 0 && end.status === 0 ? 0 : 1;

async function ordersKeepComing(): Promise<void> {
  for (let count = 0; count < PLACED_MEANWHILE; count += 1) {
    await delay(ARRIVE_WITHIN_MS / PLACED_MEANWHILE);
    await placeOrder(sandbox, numbers.next());
  }
}

async function abacosGoesDown(): Promise<void> {
  await delay(ABACOS_DOWN_AFTER_MS);
  await sandbox.abacos.down();
  await delay(ABACOS_DOWN_FOR_MS);
  await sandbox.abacos.up();
}

/** Their ids lie below all others; the head has long passed them when they become visible. */
async function lateOrdersCommit(): Promise<void> {
  await delay(20_000);
  await lateAtWork.commit();
  await lateAtWork.end();
}

/** Shows the program's log as a terminal would, and notes how long each repair took. */
function followLog({ child }: Run, taken: number[]): void {
  let rest = '';
  child.stdout?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const entry: unknown = JSON.parse(line);
      if (typeof entry !== 'object' || entry === null || !('message' in entry) || !('time' in entry)) continue;
      console.log(`${String(entry.time).slice(11, 19)} ${String(entry.message)}`);
      if ('event' in entry && entry.event === 'repaired' && 'openMs' in entry) taken.push(Number(entry.openMs));
    }
  });
  child.stderr?.on('data', (text: string) => process.stderr.write(text));
}

async function play(): Promise<void> {
  const words = ['node', PROGRAM, ...argumentsFor(sandbox.installation)];
  const call = words.map((word) => (/^[\w./-]+$/.test(word) ? word : quoteWord(word))).join(' ');
  console.log(`\nAll is settled, and everything stays up until you press Ctrl-C. For example:`);
  for (const command of [
    'status',
    'check',
    'checkpoint failed',
    `order ${numbers.first}`,
    `retry ${numbers.first + 50}`,
  ]) {
    console.log(`  ${call} ${command}`);
  }
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => {
      resolve();
    });
  });
}
