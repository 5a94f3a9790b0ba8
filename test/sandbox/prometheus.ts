/** A real Prometheus, on a free port and in a folder of its own, that scrapes one target each second. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from './ports.ts';
import { until } from './until.ts';

/** One series of an instant query's answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus {
  /** The present answer to an expression. @throws Error when Prometheus does not take the expression */
  query(expression: string): Promise<readonly Sample[]>;
  /** What its HTTP API answers below `/api/v1/`. */
  api(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** The port on 127.0.0.1 that it scrapes. */
  readonly target: number;
  readonly job: string;
  /** The path of a file of rules. */
  readonly rules: string;
}

export async function startPrometheus({ target, job, rules }: PrometheusOptions): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-prometheus-'));
  const port = await freePort();
  const configuration = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [{ job_name: job, static_configs: [{ targets: [`127.0.0.1:${target}`] }] }],
  };
  // YAML takes JSON.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(configuration));
  const options = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ];
  const child = spawn('setpriv', ['--pdeathsig=KILL', 'prometheus', ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      resolve();
    });
  });
  const base = `http://127.0.0.1:${port}`;
  await until('Prometheus is ready', async () => {
    if (child.exitCode !== null) throw new Error(`Prometheus has ended: ${errors}`);
    return fetch(`${base}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  const api = async (path: string): Promise<unknown> => dataOf(await (await fetch(`${base}/api/v1/${path}`)).json());
  return {
    api,
    query: async (expression) => samplesOf(await api(`query?query=${encodeURIComponent(expression)}`)),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function dataOf(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('data' in answer)) {
    throw new Error(`Prometheus answered ${JSON.stringify(answer)}`);
  }
  return answer.data;
}

function samplesOf(data: unknown): readonly Sample[] {
  if (typeof data !== 'object' || data === null || !('result' in data) || !Array.isArray(data.result)) {
    throw new Error(`This is no answer to a query: ${JSON.stringify(data)}`);
  }
  return data.result.map((series: unknown): Sample => {
    if (typeof series !== 'object' || series === null || !('metric' in series) || !('value' in series)) {
      throw new Error(`This is no series: ${JSON.stringify(series)}`);
    }
    const { metric, value } = series;
    const labels = Object.entries(metric ?? {}).map(([name, text]) => [name, String(text)] as const);
    return { labels: Object.fromEntries(labels), value: Number(Array.isArray(value) ? value[1] : undefined) };
  });
}

/** Leads a free port of 127.0.0.1 to a Unix socket, as a program that only speaks TCP needs it. */
export async function leadToSocket(path: string): Promise<{ readonly port: number; close(): void }> {
  const open = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(path);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => open.delete(one));
      one.pipe(other);
    }
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
