/**
 * `npm run demo`: the real program at work in a sandbox, for half a minute.
 * Orders keep coming, a tenth of them gets lost on the way to Abacos, payments
 * are pending, two orders commit late, and Abacos goes down for a while. In
 * the end every order is accounted for, by what the stand-ins counted.
 *
 * However it ends, it leaves no process and no folder. Only where it is killed
 * by force its folder stays, and the kernel ends the processes.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { commandLine } from '../../src/integration/shell.ts';
import { openMailServer, type MailServer } from '../alerts/mail-server.ts';
import { account, printAccount } from './demo-account.ts';
import { Numbers, openLateTransaction, placeOrder } from './demo-orders.ts';
import { Story } from './demo-story.ts';
import { openMailViewer } from './mail-viewer.ts';
import { freePort } from './ports.ts';
import { argumentsFor, configure, NO_CODE_FROM_STRINGS, PROGRAM, Run } from './program.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';

const PLACED_BEFORE = 200;
const PLACED_MEANWHILE = 98;
const ARRIVE_WITHIN_MS = 14_000;
const ABACOS_DOWN_AFTER_MS = 9000;
const ABACOS_DOWN_FOR_MS = 4000;
const LATE_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 1000;
/** So long order-monit gets to stop by itself when the demo is cut short. */
const STOP_MS = 5000;
/** And so long everything. */
const CLOSE_MS = 20_000;
const CRASH_KNOWN_MS = 1000;

const keep = process.argv.includes('--keep');
const story = new Story();
const numbers = new Numbers();

/** Says why the demo ends before its time: a signal's name, or an error. */
const cut = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    cut.abort(signal);
  });
}
process.on('uncaughtException', (error) => {
  cut.abort(error);
});
// Nobody reads any more: what is said goes nowhere.
process.stdout.on('error', () => {
  cut.abort('SIGPIPE');
});

// All that the parts make is in this folder, and goes with it.
const folder = await mkdtemp(join(tmpdir(), 'order-monit-demo-'));
process.env['TMPDIR'] = folder;
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
const closers: (() => Promise<unknown>)[] = [];
try {
  process.exitCode = await play();
} catch (error) {
  process.exitCode = 1;
  // A connection to a server may break moments before its end is known, which is the reason.
  await pause(CRASH_KNOWN_MS).catch(() => undefined);
  const why: unknown = cut.signal.aborted ? cut.signal.reason : error;
  if (typeof why === 'string') story.say(`Cut short by ${why}.`);
  else console.error(why);
} finally {
  // What does not end by itself is ended by the kernel, with this process.
  setTimeout(() => process.exit(1), CLOSE_MS).unref();
  for (const close of closers.reverse()) {
    await close().catch((error: unknown) => {
      console.error(error);
    });
  }
  await rm(folder, { recursive: true, force: true });
}

/** @returns the exit status */
async function play(): Promise<number> {
  console.log('Starting a MariaDB, an sshd, an Abacos stand-in and a mail server on loopback, in a temporary folder.');
  const mailServer = await openMailServer({
    onMail: ({ subject }) => {
      story.say(`A mail to the people of the shop: ${subject}`);
    },
  });
  closers.push(async () => mailServer.close());
  const viewer = await openMailViewer(mailServer.mails);
  closers.push(async () => viewer.close());
  const port = await freePort();
  const sandbox = await openShop(port, mailServer);
  closers.push(async () => sandbox.close());
  cut.signal.throwIfAborted();

  const late = await openLateTransaction(sandbox, numbers);
  for (let count = 0; count < PLACED_BEFORE; count += 1) await placeOrder(sandbox, numbers.next());
  const places = `  The page:   http://127.0.0.1:${port}/\n  The mails:  ${viewer.address}`;
  console.log(`The shop holds ${PLACED_BEFORE} orders; ${PLACED_MEANWHILE + 2} more are to come.\n\n${places}\n`);
  const run = startOrderMonit(sandbox);
  const began = performance.now();

  const scenes = [ordersKeepComing(sandbox), abacosGoesDown(sandbox), lateOrdersCommit(late)];
  await orCut(Promise.all(scenes));
  await orCut(allSettled(sandbox));
  const seconds = Math.round((performance.now() - began) / 1000);

  if (keep) await untilInterrupted(sandbox, places);
  run.child.removeAllListeners('exit');
  const end = await run.stop();
  const result = await account(sandbox);
  printAccount({ account: result, repairs: story.repairs, seconds, status: end.status });
  return result.forgotten + result.insertedTwice + result.falseSuccess === 0 && end.status === 0 ? 0 : 1;
}

async function openShop(port: number, mailServer: MailServer): Promise<Sandbox> {
  const sandbox = await openSandbox({
    service: {
      running_cycle: 1,
      downtime_wait: 1,
      settle_time: 3,
      recheck_given_up: 5,
      max_parallel_repairs: 4,
      listen: `127.0.0.1:${port}`,
      page_allow_retry: true,
      page_url: `http://127.0.0.1:${port}`,
    },
    standIn: { startMs: 250, gapMs: 50, switchedOffEvery: 9 },
    onCrash: (part) => {
      cut.abort(new Error(`${part} has ended by itself`));
    },
  });
  await configure(sandbox.installation, {
    email: {
      subscribers: ['operations@shop.example'],
      from: 'order-monit@shop.example',
      smtp: { address: '127.0.0.1', port: mailServer.port },
      min_interval: 5,
    },
  });
  return sandbox;
}

function startOrderMonit({ installation }: Sandbox): Run {
  // Ctrl-C is for the demo. Times are those of this terminal.
  const run = new Run({ ...installation, through: ['setsid'] }, ['run'], {
    TZ: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  run.child.stdout?.on('data', (text: string) => {
    story.take(text);
  });
  run.child.stderr?.on('data', (text: string) => process.stderr.write(text));
  run.child.once('exit', () => {
    cut.abort(new Error('order-monit has ended by itself'));
  });
  closers.push(async () => {
    const force = setTimeout(() => run.child.kill('SIGKILL'), STOP_MS);
    run.child.kill('SIGTERM');
    await run.finished;
    clearTimeout(force);
  });
  return run;
}

/** What a promise gives, or the end of the demo where that comes first. */
async function orCut<T>(promise: Promise<T>): Promise<T> {
  const { signal } = cut;
  return Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      const end = (): void => {
        reject(new Error('The demo was cut short', { cause: signal.reason }));
      };
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
    }),
  ]);
}

async function pause(ms: number): Promise<void> {
  await delay(ms, undefined, { signal: cut.signal });
}

async function ordersKeepComing(sandbox: Sandbox): Promise<void> {
  for (let count = 0; count < PLACED_MEANWHILE; count += 1) {
    await pause(ARRIVE_WITHIN_MS / PLACED_MEANWHILE);
    await placeOrder(sandbox, numbers.next());
  }
}

async function abacosGoesDown({ abacos }: Sandbox): Promise<void> {
  await pause(ABACOS_DOWN_AFTER_MS);
  story.say(`Now Abacos goes down, for ${ABACOS_DOWN_FOR_MS / 1000} s. Customers go on ordering.`);
  await abacos.down();
  await pause(ABACOS_DOWN_FOR_MS);
  await abacos.up();
}

/** Their ids lie below all others; the head has long passed them when they become visible. */
async function lateOrdersCommit(late: Awaited<ReturnType<typeof openLateTransaction>>): Promise<void> {
  await pause(LATE_AFTER_MS);
  await late.commit();
  await late.end();
}

/** Waits until every order is settled or given up. */
async function allSettled(sandbox: Sandbox): Promise<void> {
  while ((await account(sandbox)).open > 0) await pause(LOOK_EVERY_MS);
}

/** Leaves everything to play with, until somebody has had enough. */
async function untilInterrupted({ installation }: Sandbox, places: string): Promise<void> {
  const call = commandLine([process.execPath, NO_CODE_FROM_STRINGS, PROGRAM, ...argumentsFor(installation)]);
  await writeFile(join(folder, 'demo'), `#!/bin/sh\nexec ${call} "$@"\n`, { mode: 0o755 });
  const refused = numbers.first + 50;
  const commands = ['status', `order ${refused}`, `retry ${refused}`, 'open', 'check'];
  const lines = [`cd ${folder}`, ...commands.map((command) => `./demo ${command}`)];
  console.log(`\nAll is settled, and everything stays up until you press Ctrl-C. Play with it in another terminal:\n`);
  for (const line of lines) console.log(`  ${line}`);
  console.log(`\n${places}\n`);
  try {
    await orCut(new Promise<never>(() => undefined));
  } catch (error) {
    if (typeof cut.signal.reason !== 'string') throw error;
  }
}
