/** A sandbox with a hundred thousand orders, and the processes that are measured on it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { listen } from '../sandbox/ports.ts';
import { install, Run } from '../sandbox/program.ts';
import { KEY, openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { READER } from '../sandbox/shop.ts';
import { usageOf } from './usage.ts';

/** The ids of the shop's orders begin behind this one, so that a history of any length fits before them. */
const BASE = 3_000_000;
const FIRST_NUMBER = 8_000_000;
/** What systemd gives the service besides: it is measured as it runs. */
const UNIT = fileURLToPath(new URL('../../systemd/order-monit.service', import.meta.url));
/** Makes 57 KB, which is what the smaller of the real WSDLs has. */
const WSDL_ELEMENTS = 670;
const PATIENCE_MS = 600_000;
/** A cycle's line in the log, when nothing is left to do. */
const ALL_DONE = '"workLeft":"false"';
/** An order's line in the log, when it was missing and is so no longer. */
const REPAIRED = 'is in Abacos now';

export interface Work {
  /** The last so many orders of the shop are new. */
  readonly orders: number;
  readonly pageSize: number;
  readonly latencyMs: number;
  /** Lines of the checkpoint, over the last 89 days. */
  readonly history: number;
  /** Orders that Abacos has lost: it is over when it has them again, which no cycle waits for. */
  readonly lost?: number;
}

export interface Measured {
  /** The whole process, from its start to when the last order is on record. */
  readonly wallMs: number;
  readonly readyMs: number;
  /** From there to the end. */
  readonly cpuMs: number;
  readonly peakKiB: number;
  /** What was added to the checkpoint; `undefined` when it was written anew meanwhile. */
  readonly checkpointBytes: number | undefined;
}

interface Started {
  readonly run: Run;
  readonly pid: number;
  readonly state: string;
  readonly beganMs: number;
}

export class Harness {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly #count: number;
  #runs = 0;

  static async open(orders: number): Promise<Harness> {
    const sandbox = await openSandbox();
    for (let from = 1; from <= orders; from += 2000) {
      const page = Array.from({ length: Math.min(2000, orders + 1 - from) }, (_, index) => from + index);
      const row = (index: number): string =>
        `(${BASE + index}, ${FIRST_NUMBER + index}, 'authorized', UTC_TIMESTAMP() - INTERVAL 1 HOUR, UTC_TIMESTAMP())`;
      await sandbox.shop.connection.query(
        `INSERT INTO orders (id, number, state, created_at, erp_payment_at) VALUES ${page.map(row).join(',')}`,
      );
      for (const index of page) sandbox.abacos.place(String(FIRST_NUMBER + index));
    }
    return new Harness(sandbox, await mkdtemp(join(sandbox.folder, 'bench-')), orders);
  }

  private constructor(sandbox: Sandbox, folder: string, count: number) {
    this.sandbox = sandbox;
    this.folder = folder;
    this.#count = count;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
  }

  /** Has Abacos lose every so manieth of the last orders, and gives their numbers. */
  lose(orders: number, every: number): readonly string[] {
    const lost: string[] = [];
    for (let index = this.#count - orders + 1; index <= this.#count; index += every) {
      lost.push(String(FIRST_NUMBER + index));
    }
    for (const number of lost) this.sandbox.abacos.lose(number);
    return lost;
  }

  /** @throws Error unless Abacos has each of them again, inserted once */
  assertInserted(numbers: readonly string[]): void {
    const { abacos } = this.sandbox;
    const wrong = numbers.filter((number) => abacos.insertsOf(number) !== 1);
    if (wrong.length > 0) throw new Error(`not inserted once: ${wrong.join(' ')}`);
  }

  async orderMonit(work: Work, service: Readonly<Record<string, unknown>> = {}): Promise<Measured> {
    const started = await this.#start(work, service);
    const { run, pid, state, beganMs } = started;
    const path = join(state, 'checkpoint');
    const before = await stat(path);
    await said(run, 'starts after');
    const readyMs = performance.now() - beganMs;
    const ready = await usageOf(pid);
    await said(run, ALL_DONE);
    await said(run, REPAIRED, work.lost ?? 0);
    const wallMs = performance.now() - beganMs;
    const after = await usageOf(pid);
    const now = await stat(path);
    await end(started);
    if (/"late":[1-9]/.test(run.output)) throw new Error('More was measured than the new orders: some counted as late');
    const checkpointBytes = now.ino === before.ino ? now.size - before.size : undefined;
    return { wallMs, readyMs, cpuMs: after.cpuMs - ready.cpuMs, peakKiB: after.peakKiB, checkpointBytes };
  }

  /** What is measured of a service that has done its work and waits for more, with the heartbeat of a watchdog of 60 s. */
  async resting<T>(
    work: Work,
    service: Readonly<Record<string, unknown>>,
    measure: (pid: number) => Promise<T>,
  ): Promise<T> {
    const started = await this.#start(work, service, { WATCHDOG_USEC: '60000000' });
    const { run, pid } = started;
    await said(run, ALL_DONE);
    const measured = await measure(pid);
    await end(started);
    return measured;
  }

  async #start(
    work: Work,
    service: Readonly<Record<string, unknown>>,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<Started> {
    const { files, abacos } = this.sandbox;
    abacos.latencyMs = work.latencyMs;
    abacos.forgetCalls();
    const folder = join(this.folder, String((this.#runs += 1)));
    // Several may be measured at once: none of them stands by.
    // The shop has no queue of its own here, which repairs would wait for.
    const own = { max_orders_per_request: work.pageSize, election: 'off', settle_time: 0 };
    const settings = { ...files['service'], ...own, ...service };
    const { state, ...rest } = await install(folder, { ...files, service: settings }, this.#checkpoint(work));
    const unitEnvironment = await environmentIn(UNIT);
    const beganMs = performance.now();
    const run = new Run({ state, ...rest }, ['run'], { ...unitEnvironment, ...environment });
    return { run, pid: run.child.pid ?? 0, state, beganMs };
  }

  /** Milliseconds that the bare loop takes. */
  async bareLoop({ orders, pageSize, latencyMs }: Work): Promise<number> {
    const { abacos, db, shop } = this.sandbox;
    abacos.latencyMs = latencyMs;
    abacos.forgetCalls();
    const file = join(this.folder, `bare-${(this.#runs += 1)}`);
    const settings = {
      port: db.port,
      user: READER.username,
      password: READER.password,
      database: shop.database,
      endpoint: abacos.url.replace('?wsdl', ''),
      key: KEY,
      pageSize,
      perCall: 50,
      file,
      after: BASE + this.#count - orders,
    };
    const script = await this.#compiled('bare-loop');
    const began = performance.now();
    await runNode([script, JSON.stringify(settings)]);
    return performance.now() - began;
  }

  /** Orders a second in the way of 2012. */
  async oldWay(history: number, orders: number): Promise<number> {
    this.sandbox.abacos.latencyMs = 0;
    const file = join(this.folder, 'old-checkpoint');
    await writeFile(file, this.#checkpoint({ orders: 0, pageSize: 1, latencyMs: 0, history }));
    const wsdl = wsdlOf(WSDL_ELEMENTS);
    const server = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/xml');
      response.end(wsdl);
    });
    const port = await listen(server);
    try {
      const script = await this.#compiled('old-way');
      const said = await runNode([
        script,
        `http://127.0.0.1:${port}/`,
        this.sandbox.abacos.url.replace('?wsdl', ''),
        KEY,
        file,
        String(orders),
      ]);
      return Number(said);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  #checkpoint({ orders, history }: Work): string {
    const head = BASE + this.#count - orders;
    const now = Date.now();
    const lines = Array.from({ length: history }, (_, index) => {
      const at = stampOf(now - ((history - index) / history) * 89 * 86_400_000);
      // Up to the head: a row without a record before it would be a late order.
      return `${index} ${at} ${at} ${head - history + index} SUCCESS OK 1\n`;
    });
    const at = stampOf(now);
    return `${lines.join('')}^HEAD ${at} ${at} ${head} SUCCESS OK 1\n`;
  }

  async #compiled(name: 'bare-loop' | 'old-way'): Promise<string> {
    const outfile = join(this.folder, `${name}.mjs`);
    await build({
      entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      outfile,
    });
    return outfile;
  }
}

/** The environment that a unit file gives its service. */
async function environmentIn(unit: string): Promise<NodeJS.ProcessEnv> {
  const lines = (await readFile(unit, 'utf8')).matchAll(/^Environment=(\w+)=(.*)$/gm);
  return Object.fromEntries(Array.from(lines, ([, name = '', value = '']): [string, string] => [name, value]));
}

/** Types of a service, as Abacos describes its own. */
function wsdlOf(elements: number): string {
  const element = (index: number): string =>
    `          <s:element minOccurs="0" maxOccurs="1" name="Campo${index}" type="s:string" />\n`;
  return (
    '<?xml version="1.0" encoding="utf-8"?>\n<wsdl:definitions xmlns:s="http://www.w3.org/2001/XMLSchema" ' +
    'xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/">\n<wsdl:types><s:schema><s:complexType name="Pedido"><s:sequence>\n' +
    Array.from({ length: elements }, (_, index) => element(index)).join('') +
    '</s:sequence></s:complexType></s:schema></wsdl:types></wsdl:definitions>\n'
  );
}

/** Resolves as soon as a run has printed something so many times: who looks now and then is late, and takes from what is measured. */
async function said(run: Run, text: string, times = 1): Promise<void> {
  const { stdout } = run.child;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (run.output.split(text).length > times) resolve();
    };
    stdout?.on('data', look);
    look();
    // As a rule it has been said by then.
    const never = (): void => {
      reject(new Error(`It never said ${text}:\n${run.output}`));
    };
    AbortSignal.timeout(PATIENCE_MS).addEventListener('abort', never);
    void run.finished.then(never, reject);
  });
}

/** Stops a run, and takes its installation away. */
async function end({ run, state }: Started): Promise<void> {
  const { status } = await run.stop();
  if (status !== 0) throw new Error(run.output);
  await rm(dirname(state), { recursive: true });
}

/** In UTC, as the program that is measured has it. */
function stampOf(epochMs: number): string {
  const [date = '', time = ''] = new Date(epochMs).toISOString().split('T');
  return `${date.split('-').reverse().join('/')}-${time.slice(0, 8)}`;
}

/** Runs a script to its end and gives what it printed. */
export async function runNode(words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: { ...process.env, NODE_OPTIONS: '' } });
  return stdout;
}

/** Runs commands, so many at once, and gives how many seconds they took. */
export async function secondsFor(
  commands: readonly (readonly [string, ...string[]])[],
  atOnce: number,
): Promise<number> {
  const left = [...commands];
  const began = performance.now();
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, ...words] = next;
      const child = spawn(name, words, { stdio: 'ignore' });
      await once(child, 'exit');
      if (child.exitCode !== 0) throw new Error(`${next.join(' ')} ended with ${String(child.exitCode)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (performance.now() - began) / 1000;
}
