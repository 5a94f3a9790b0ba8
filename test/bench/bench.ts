/**
 * `npm run bench`: what order-monit takes, side by side with references in the
 * same run, and written to `docs/performance.md`. Whole processes; they take
 * turns, medians count, and what is reported is ratios. `--small` only keeps it
 * alive and writes nothing.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

import { PROGRAM, Run, install } from '../sandbox/program.ts';
import { START } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/until.ts';
import { report, type Table } from './report.ts';
import { perSecond, runNode, Stage, type Measured, type Work } from './stage.ts';
import { median, usageOf } from './usage.ts';

const small = process.argv.includes('--small');
const ROUNDS = small ? 1 : 3;
/** No whole number of pages, so that the last cycle has something to say. */
const ALL = small ? 599 : 99_999;
const IDLE_S = small ? 2 : 60;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const stage = await Stage.open(ALL);
const tables: Table[] = [];
try {
  tables.push(await verification(), await histories(), await oldWay(), await repairs(), await rest());
} finally {
  await stage.close();
}
const text = report(tables, await machine());
console.log(text);
if (!small) await writeFile(join(ROOT, 'docs', 'performance.md'), text);

async function rounds<T>(work: () => Promise<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for (let round = 0; round < ROUNDS; round += 1) all.push(await work());
  return all;
}

async function verification(): Promise<Table> {
  const works: readonly Pick<Work, 'orders' | 'pageSize' | 'latencyMs'>[] = small
    ? [{ orders: 599, pageSize: 200, latencyMs: 0 }]
    : [
        { orders: 99_999, pageSize: 500, latencyMs: 0 },
        { orders: 39_999, pageSize: 50, latencyMs: 0 },
        { orders: 3999, pageSize: 5, latencyMs: 0 },
        { orders: 19_999, pageSize: 500, latencyMs: 20 },
        { orders: 9999, pageSize: 50, latencyMs: 20 },
        { orders: 999, pageSize: 5, latencyMs: 20 },
        { orders: 5999, pageSize: 500, latencyMs: 200 },
        { orders: 1499, pageSize: 50, latencyMs: 200 },
        { orders: 149, pageSize: 5, latencyMs: 200 },
      ];
  const rows: string[][] = [];
  for (const work of works) {
    const took = await rounds(async () => ({
      ours: (await stage.orderMonit({ ...work, history: 0 })).wallMs,
      bare: await stage.bareLoop({ ...work, history: 0 }),
    }));
    const [ours, bare] = [median(took.map((one) => one.ours)), median(took.map((one) => one.bare))];
    rows.push([
      `${work.latencyMs} ms`,
      String(work.pageSize),
      String(work.orders),
      `${Math.round(work.orders / (ours / 60_000))}`,
      `${Math.round(work.orders / (bare / 60_000))}`,
      (bare / ours).toFixed(2),
    ]);
  }
  return {
    title: 'Verification: all orders are in Abacos',
    about:
      'The bare loop is a straight line of code that reads the same pages, asks the same questions, two at a time, and ' +
      'appends and syncs the same lines. Whole processes, their start included. Target: at least 0.8 of it.',
    head: [
      'an answer takes',
      'page',
      'orders',
      'order-monit, orders/min',
      'bare loop, orders/min',
      'order-monit : bare loop',
    ],
    rows,
  };
}

async function histories(): Promise<Table> {
  const lengths = small ? [0, 1000] : [0, 10_000, 1_000_000];
  const orders = small ? 599 : 19_999;
  const libraries = await librariesKiB();
  const rows: string[][] = [];
  let first: number | undefined;
  for (const history of lengths) {
    const all = await rounds(async () => stage.orderMonit({ orders, pageSize: 200, latencyMs: 0, history }));
    const of = (value: (one: Measured) => number): number => median(all.map(value));
    const cpuUs = of(({ cpuMs }) => (cpuMs / orders) * 1000);
    first ??= cpuUs;
    const bytes = all.map(({ checkpointBytes }) => checkpointBytes).find((count) => count !== undefined);
    rows.push([
      String(history),
      `${of(({ readyMs }) => readyMs / 1000).toFixed(2)} s`,
      `${cpuUs.toFixed(0)} us`,
      (cpuUs / first).toFixed(2),
      `${(of(({ after }) => after.residentKiB) / 1024).toFixed(0)} MiB`,
      (of(({ after }) => after.residentKiB) / libraries).toFixed(2),
      bytes === undefined ? 'tidied meanwhile' : (bytes / orders).toFixed(1),
    ]);
  }
  return {
    title: 'The length of the history',
    about:
      `Lines of the checkpoint over 89 days, and ${orders} new orders. Memory beside a bare Node process that holds the ` +
      `same libraries loaded (${(libraries / 1024).toFixed(0)} MiB). Targets: the same cost an order within 5 %, memory ` +
      'within 1.25, ready within a second, and 1.5 times the length of a line (about 60 bytes) written for each.',
    head: ['lines', 'ready after', 'CPU an order', 'to none', 'memory', 'to the libraries', 'bytes an order'],
    rows,
  };
}

async function oldWay(): Promise<Table> {
  const rows: string[][] = [];
  for (const [history, orders] of small
    ? [[0, 5] as const]
    : ([
        [0, 200],
        [10_000, 50],
      ] as const)) {
    const old = median(await rounds(async () => stage.oldWay(history, orders)));
    const count = small ? 599 : 19_999;
    const work = { orders: count, pageSize: 200, latencyMs: 0, history };
    const ours = median(
      (await rounds(async () => stage.orderMonit(work))).map(({ wallMs }) => count / (wallMs / 1000)),
    );
    rows.push([String(history), old.toFixed(1), ours.toFixed(0), (ours / old).toFixed(0)]);
  }
  return {
    title: 'The way of the program of 2012',
    about:
      'A model of it in the same language: an order a call, the WSDL fetched before each, the whole checkpoint read and ' +
      'written for each. The original, in Ruby, did 34 orders a second with an empty history and 4.1 with 10,000 lines, on ' +
      'another machine. Targets: 200 times without a history, 1,000 times with 10,000 lines.',
    head: ['lines', 'old way, orders/s', 'order-monit, orders/s', 'times'],
    rows,
  };
}

async function repairs(): Promise<Table> {
  const orders = small ? 11 : 61;
  const { sshd } = stage.sandbox;
  await stage.sandbox.standIn({ startMs: 200, gapMs: 0 });
  const rows: string[][] = [];
  for (const atOnce of small ? [2] : [1, 2, 8]) {
    const work = { orders, pageSize: 200, latencyMs: 0, history: 0 };
    stage.lose(orders, 1);
    const { wallMs, readyMs } = await stage.orderMonit(work, { max_parallel_repairs: atOnce, repair_wait: 1 });
    const ours = orders / ((wallMs - readyMs) / 1000);
    const theirs = await perSecond(orders, atOnce, [
      'ssh',
      ...[
        '-F',
        'none',
        '-p',
        String(sshd.port),
        '-i',
        sshd.keys.ed25519,
        '-o',
        `UserKnownHostsFile=${sshd.knownHosts}`,
      ],
      `${sshd.username}@${sshd.host}`,
      `cd ${sshd.railsRoot} && bundle exec rake 'order_integration_service:confirm_payment[1]'`,
    ]);
    rows.push([String(atOnce), (ours * 60).toFixed(0), (theirs * 60).toFixed(0), (ours / theirs).toFixed(2)]);
  }
  return {
    title: 'Repairs',
    about:
      'Missing orders, each integrated by a command that takes 200 ms and more (a stand-in for a rake task, which is a ' +
      'Node process), verified afterwards; beside an `ssh` process for each, which verifies nothing.',
    head: ['at once (`max_parallel_repairs`)', 'order-monit, a minute', '`ssh`, a minute', 'times'],
    rows,
  };
}

async function rest(): Promise<Table> {
  const version = await rounds(async () => timed(async () => runNode([PROGRAM, '--version'])));
  const nothing = await rounds(async () => timed(async () => runNode(['--eval', '0'])));
  return {
    title: 'The rest',
    about: 'Targets: less than 0.02 % of a core between cycles, and 150 ms to `--version`.',
    head: ['what', 'figure', 'beside'],
    rows: [
      [
        '`order-monit --version`',
        `${median(version).toFixed(0)} ms`,
        `Node that does nothing: ${median(nothing).toFixed(0)} ms`,
      ],
      [
        'CPU between cycles',
        `${(await idleShare()).toFixed(3)} % of a core`,
        `over ${IDLE_S} s, with the heartbeat of a watchdog of 60 s`,
      ],
    ],
  };
}

/** Between two cycles, in per cent of a core. */
async function idleShare(): Promise<number> {
  const { files, folder } = stage.sandbox;
  const service = { ...files['service'], running_cycle: 3600, settle_time: 7200 };
  const installation = await install(join(folder, 'idle'), { ...files, service }, START);
  const run = new Run(installation, ['run'], { WATCHDOG_USEC: '60000000' });
  await until('it is ready', () => run.output.includes('This is the active monitor'));
  // What a start leaves behind is done by then, the collection of its garbage too.
  await delay(small ? 500 : 10_000);
  const pid = run.child.pid ?? 0;
  const before = await usageOf(pid);
  await delay(IDLE_S * 1000);
  const after = await usageOf(pid);
  await run.stop();
  return ((after.cpuMs - before.cpuMs) / (IDLE_S * 1000)) * 100;
}

async function librariesKiB(): Promise<number> {
  const libraries = ['commander', 'js-yaml', 'mysql2', 'nodemailer', 'pino', 'prom-client', 'saxes', 'ssh2', 'valibot'];
  const script =
    `for (const name of ${JSON.stringify(libraries)}) require(require.resolve(name, { paths: [${JSON.stringify(ROOT)}] }));` +
    "const status = require('fs').readFileSync('/proc/self/status', 'utf8'); console.log(/VmRSS:\\s+(\\d+)/.exec(status)[1]);";
  return Number(await runNode(['--eval', script]));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function machine(): Promise<string> {
  const { stdout } = await promisify(execFile)('mariadbd', ['--version']);
  const server = /Ver (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `${processors.length} cores (${model}), Node ${process.versions.node}, MariaDB ${server}, ${new Date().toISOString().slice(0, 10)}`;
}
