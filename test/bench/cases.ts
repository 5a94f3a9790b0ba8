/** What is measured: a function for each table of the report. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { PROGRAM } from '../sandbox/program.ts';
import type { Table } from './report.ts';
import { secondsFor, runNode, type Measured, type Harness, type Work } from './harness.ts';
import { median, usageOf } from './usage.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The orders that keep the benchmark alive. Nowhere a whole number of pages, so that the last cycle has something to say. */
const FEW = 599;
/** What a start and a backlog leave behind is collected by then. */
const SETTLING_MS = 60_000;
const RESTING_MS = 60_000;
/** Of the file that is installed. The sandbox's own of a second would have late orders looked for all the time. */
const AS_SHIPPED = { running_cycle: 120 };

type Bench = (harness: Harness, small: boolean) => Promise<Table>;

/** By name, in the order of the report. */
export const BENCHES: ReadonlyMap<string, Bench> = new Map<string, Bench>([
  ['verification', verification],
  ['missing', missing],
  ['histories', histories],
  ['memory', memory],
  ['old-way', oldWay],
  ['repairs', repairs],
  ['start', start],
  ['rest', rest],
]);

async function rounds<T>(small: boolean, work: () => Promise<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for (let round = 0; round < (small ? 1 : 3); round += 1) all.push(await work());
  return all;
}

/** The median of several that are measured at once, because they only rest. */
async function medianAtOnce(small: boolean, work: () => Promise<number>): Promise<number> {
  return median(await Promise.all(Array.from({ length: small ? 1 : 3 }, work)));
}

const mebibytes = (kib: number): string => `${(kib / 1024).toFixed(0)} MiB`;
const aMinute = (orders: number, ms: number): string => (orders / (ms / 60_000)).toFixed(0);

async function verification(harness: Harness, small: boolean): Promise<Table> {
  const works: readonly Pick<Work, 'orders' | 'pageSize' | 'latencyMs'>[] = small
    ? [{ orders: FEW, pageSize: 200, latencyMs: 0 }]
    : [
        { orders: 99_999, pageSize: 500, latencyMs: 0 },
        { orders: 39_999, pageSize: 50, latencyMs: 0 },
        { orders: 3999, pageSize: 5, latencyMs: 0 },
        { orders: 99_999, pageSize: 500, latencyMs: 20 },
        { orders: 9999, pageSize: 50, latencyMs: 20 },
        { orders: 999, pageSize: 5, latencyMs: 20 },
        { orders: 9999, pageSize: 500, latencyMs: 200 },
        { orders: 1499, pageSize: 50, latencyMs: 200 },
        { orders: 149, pageSize: 5, latencyMs: 200 },
      ];
  const rows: string[][] = [];
  for (const work of works) {
    const took = await rounds(small, async () => ({
      ours: await harness.orderMonit({ ...work, history: 0 }, AS_SHIPPED),
      bareMs: await harness.bareLoop({ ...work, history: 0 }),
    }));
    const of = (value: (one: Measured) => number): number => median(took.map(({ ours }) => value(ours)));
    const ours = of(({ wallMs }) => wallMs);
    const bare = median(took.map(({ bareMs }) => bareMs));
    rows.push([
      `${work.latencyMs} ms`,
      String(work.pageSize),
      String(work.orders),
      aMinute(work.orders, ours),
      aMinute(work.orders, bare),
      (bare / ours).toFixed(2),
      mebibytes(of(({ peakKiB }) => peakKiB)),
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
      'most memory',
    ],
    rows,
  };
}

async function missing(harness: Harness, small: boolean): Promise<Table> {
  const orders = small ? FEW : 4999;
  const work = { orders, pageSize: 500, latencyMs: 20, history: 0 };
  await harness.sandbox.standIn({ startMs: 200, gapMs: 0 });
  const took = await rounds(small, async () => {
    const verifiedMs = (await harness.orderMonit(work)).wallMs;
    const lost = harness.lose(orders, 100);
    const { wallMs, peakKiB } = await harness.orderMonit({ ...work, lost: lost.length });
    harness.assertInserted(lost);
    const sshMs = (await sshAlone(harness, harness.lose(orders, 100), 2)) * 1000;
    return { verifiedMs, wallMs, peakKiB, sshMs, lost: lost.length };
  });
  const of = (value: (one: (typeof took)[number]) => number): number => median(took.map(value));
  const [wallMs, verifiedMs, sshMs] = [of((one) => one.wallMs), of((one) => one.verifiedMs), of((one) => one.sshMs)];
  return {
    title: 'One order in a hundred is missing',
    about:
      'Each missing one is integrated by a command that takes 200 ms and more (a stand-in for a rake task, which is a Node ' +
      'process), two at a time, and asked about again. Beside it what the two parts take: the same orders when none is ' +
      'missing, and an `ssh` process for each of those that are.',
    head: [
      'orders',
      'missing',
      'until all are in Abacos',
      'none missing',
      '`ssh` alone',
      'parts : whole',
      'most memory',
    ],
    rows: [
      [
        String(orders),
        String(of((one) => one.lost)),
        `${(wallMs / 1000).toFixed(1)} s`,
        `${(verifiedMs / 1000).toFixed(1)} s`,
        `${(sshMs / 1000).toFixed(1)} s`,
        ((verifiedMs + sshMs) / wallMs).toFixed(2),
        mebibytes(of((one) => one.peakKiB)),
      ],
    ],
  };
}

async function histories(harness: Harness, small: boolean): Promise<Table> {
  const lengths = small ? [0, 1000] : [0, 10_000, 1_000_000];
  const orders = small ? FEW : 49_999;
  const took = new Map<number, Measured[]>(lengths.map((history) => [history, []]));
  await rounds(small, async () => {
    for (const [history, list] of took) {
      list.push(await harness.orderMonit({ orders, pageSize: 200, latencyMs: 0, history }, AS_SHIPPED));
    }
  });
  let first: number | undefined;
  const rows = [...took].map(([history, all]) => {
    const of = (value: (one: Measured) => number): number => median(all.map(value));
    const cpuUs = of(({ cpuMs }) => (cpuMs / orders) * 1000);
    first ??= cpuUs;
    const bytes = all.map(({ checkpointBytes }) => checkpointBytes).find((count) => count !== undefined);
    return [
      String(history),
      `${of(({ readyMs }) => readyMs / 1000).toFixed(2)} s`,
      `${cpuUs.toFixed(0)} us`,
      (cpuUs / first).toFixed(2),
      bytes === undefined ? 'tidied meanwhile' : (bytes / orders).toFixed(1),
      mebibytes(of(({ peakKiB }) => peakKiB)),
    ];
  });
  return {
    title: 'The length of the history',
    about:
      `Lines of the checkpoint over 89 days, and ${orders} new orders. Targets: the same cost an order within 5 %, ready ` +
      'within a second, and 1.5 times the length of a line (about 60 bytes) written for each.',
    head: ['lines', 'ready after', 'CPU an order', 'to none', 'bytes an order', 'most memory'],
    rows,
  };
}

async function memory(harness: Harness, small: boolean): Promise<Table> {
  const work = { orders: small ? FEW : 19_999, pageSize: 200, latencyMs: 0 };
  const residentKiB = async (pid: number): Promise<number> => {
    if (small) return (await usageOf(pid)).residentKiB;
    await delay(SETTLING_MS);
    let sum = 0;
    for (let count = 0; count < 12; count += 1) {
      sum += (await usageOf(pid)).residentKiB;
      await delay(RESTING_MS / 12);
    }
    return sum / 12;
  };
  const service = { running_cycle: 20 };
  const lengths = small ? [0] : [0, 10_000, 1_000_000];
  const [libraries, ...ours] = await Promise.all([
    medianAtOnce(small, async () => withLibraries(residentKiB)),
    ...lengths.map(async (history) =>
      medianAtOnce(small, async () => harness.resting({ ...work, history }, service, residentKiB)),
    ),
  ]);
  const rows = ours.map((kib, index) => [
    String(lengths[index]),
    mebibytes(kib),
    mebibytes(libraries),
    (kib / libraries).toFixed(2),
  ]);
  return {
    title: 'Memory at rest',
    about:
      `What is resident after ${work.orders} orders, when a cycle every 20 s finds nothing: the mean over a minute, one ` +
      'minute after the work; beside a Node process that has the same libraries loaded and does nothing. Target: 1.25 of it.',
    head: ['lines of history', 'order-monit', 'the libraries', 'order-monit : the libraries'],
    rows,
  };
}

async function withLibraries(measure: (pid: number) => Promise<number>): Promise<number> {
  const libraries = ['commander', 'js-yaml', 'mysql2', 'nodemailer', 'pino', 'prom-client', 'saxes', 'ssh2', 'valibot'];
  const script =
    `for (const name of ${JSON.stringify(libraries)}) require(require.resolve(name, { paths: [${JSON.stringify(ROOT)}] }));` +
    "console.log('loaded'); setInterval(() => {}, 1000);";
  const child = spawn(process.execPath, ['--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  try {
    await once(child.stdout, 'data');
    return await measure(child.pid ?? 0);
  } finally {
    child.kill();
  }
}

async function oldWay(harness: Harness, small: boolean): Promise<Table> {
  const rows: string[][] = [];
  for (const [history, orders] of small
    ? [[0, 5] as const]
    : ([
        [0, 200],
        [10_000, 50],
      ] as const)) {
    const count = small ? FEW : 99_999;
    const work = { orders: count, pageSize: 500, latencyMs: 0, history };
    const took = await rounds(small, async () => ({
      old: await harness.oldWay(history, orders),
      ours: count / ((await harness.orderMonit(work, AS_SHIPPED)).wallMs / 1000),
    }));
    const [old, ours] = [median(took.map((one) => one.old)), median(took.map((one) => one.ours))];
    rows.push([String(history), old.toFixed(1), ours.toFixed(0), (ours / old).toFixed(0)]);
  }
  return {
    title: 'The way of the program of 2012',
    about:
      'A model of it in the same language: an order a call, the WSDL (57 KB) fetched and read before each, the whole checkpoint ' +
      'read and written for each; beside order-monit with pages of 500, as in the first row above. The original, in Ruby, ' +
      'did 34 orders a second with an empty history and 4.1 with 10,000 lines, on another machine. Targets: 200 times without a history, 1,000 times with 10,000 lines.',
    head: ['lines', 'old way, orders/s', 'order-monit, orders/s', 'times'],
    rows,
  };
}

async function repairs(harness: Harness, small: boolean): Promise<Table> {
  const orders = small ? 11 : 41;
  await harness.sandbox.standIn({ startMs: 200, gapMs: 0 });
  const rows: string[][] = [];
  for (const atOnce of small ? [2] : [1, 2, 8]) {
    const work = { orders, pageSize: 200, latencyMs: 0, history: 0 };
    const took = await rounds(small, async () => {
      const lost = harness.lose(orders, 1);
      const settings = { max_parallel_repairs: atOnce };
      const { wallMs, readyMs, peakKiB } = await harness.orderMonit({ ...work, lost: lost.length }, settings);
      harness.assertInserted(lost);
      return {
        oursS: (wallMs - readyMs) / 1000,
        peakKiB,
        theirsS: await sshAlone(harness, harness.lose(orders, 1), atOnce),
      };
    });
    const [ours, theirs] = [median(took.map((one) => one.oursS)), median(took.map((one) => one.theirsS))];
    rows.push([
      String(atOnce),
      ((orders / ours) * 60).toFixed(0),
      ((orders / theirs) * 60).toFixed(0),
      (theirs / ours).toFixed(2),
      mebibytes(median(took.map((one) => one.peakKiB))),
    ]);
  }
  return {
    title: 'Repairs',
    about:
      'Missing orders, each integrated by a command that takes 200 ms and more, and verified; beside an `ssh` process for ' +
      'each that runs the same command, without a lock, and verifies nothing. Server and stand-in share the two cores.',
    head: ['at once (`max_parallel_repairs`)', 'order-monit, a minute', '`ssh`, a minute', 'times', 'most memory'],
    rows,
  };
}

/** Seconds that an `ssh` process for each order takes. */
async function sshAlone(harness: Harness, numbers: readonly string[], atOnce: number): Promise<number> {
  const { sshd } = harness.sandbox;
  const options = ['-F', 'none', '-p', String(sshd.port), '-i', sshd.keys.ed25519];
  const seconds = await secondsFor(
    numbers.map((number) => [
      'ssh',
      ...options,
      '-o',
      `UserKnownHostsFile=${sshd.knownHosts}`,
      `${sshd.username}@${sshd.host}`,
      `cd ${sshd.railsRoot} && RAILS_ENV=production bundle exec rake 'order_integration_service:insert_order[${number}]'`,
    ]),
    atOnce,
  );
  harness.assertInserted(numbers);
  return seconds;
}

async function start(_: Harness, small: boolean): Promise<Table> {
  const versions: number[] = [];
  const nothings: number[] = [];
  for (let count = 0; count < (small ? 1 : 15); count += 1) {
    versions.push(await timed(async () => runNode([PROGRAM, '--version'])));
    nothings.push(await timed(async () => runNode(['--eval', '0'])));
  }
  const [version, nothing] = [median(versions), median(nothings)];
  return {
    title: 'Start',
    about: 'Target: less than 150 ms to `--version`.',
    head: ['`order-monit --version`', 'Node that does nothing', 'times'],
    rows: [[`${version.toFixed(0)} ms`, `${nothing.toFixed(0)} ms`, (version / nothing).toFixed(2)]],
  };
}

async function rest(harness: Harness, small: boolean): Promise<Table> {
  const lastMs = small ? 1000 : RESTING_MS;
  const share = async (running_cycle: number): Promise<number> =>
    harness.resting(
      { orders: small ? FEW : 999, pageSize: 200, latencyMs: 0, history: 0 },
      { running_cycle },
      async (pid) => {
        await delay(small ? 0 : SETTLING_MS);
        const before = await usageOf(pid);
        await delay(lastMs);
        return ((await usageOf(pid)).cpuMs - before.cpuMs) / lastMs;
      },
    );
  const [between, cycling] = await Promise.all([
    medianAtOnce(small, async () => share(3600)),
    medianAtOnce(small, async () => share(1)),
  ]);
  const cycleMs = (cycling - between) * 1000;
  return {
    title: 'Nothing to do',
    about:
      `Measured over ${lastMs / 1000} s each, with the heartbeat of a watchdog of 60 s: between two cycles, and with a cycle ` +
      'a second that finds nothing. An hour with the cycles of the default `running_cycle` is computed from the two. ' +
      'Target: less than 0.02 % of a core between cycles.',
    head: ['CPU between cycles', 'CPU of a cycle that finds nothing', 'CPU of an hour with a cycle every 120 s'],
    rows: [
      [
        `${(between * 100).toFixed(3)} % of a core`,
        `${cycleMs.toFixed(1)} ms`,
        `${((between * 3_600_000 + cycleMs * 30) / 1000).toFixed(2)} s (${(between * 100 + (cycleMs * 30) / 36_000).toFixed(3)} % of a core)`,
      ],
    ],
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
