/** A real sshd with the shop's tasks and an ERP of their own, and adapters for it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { TaskCommand } from '../../src/core/command.ts';
import { isOrderNumber, type OrderNumber } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import {
  createIntegrationServer,
  type SshIntegrationServer,
  type IntegrationServerOptions,
} from '../../src/integration/index.ts';
import { serve } from '../sandbox/ports.ts';
import { startSshd, type Sshd, type SshdOptions, type StandIn, type StandInEntry } from '../sandbox/sshd.ts';

export const run = promisify(execFile);

/** For waits that end by themselves; far beyond what they take. */
export const PATIENCE_MS = 30_000;

export const never: AbortSignal = new AbortController().signal;

export function order(number: string): OrderNumber {
  if (!isOrderNumber(number)) throw new Error(`${number} is no order number`);
  return number;
}

/** The command that inserts an order, unless another one for it has ended within `waitMs`. */
export function insert(number: string, waitMs = 0): TaskCommand {
  return { task: 'insert_order', number: order(number), waitMs };
}

/** The command that confirms an order's payment. */
export function confirm(number: string, waitMs = 0): TaskCommand {
  return { task: 'confirm_payment', number: order(number), waitMs };
}

export async function temporaryFolder(t: Cleanup): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'integration-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Cleanup {
  after(cleanup: () => unknown): void;
}

/** The ERP as far as the stand-in of the shop's tasks uses it. */
export interface FakeErp {
  readonly url: string;
  /** How many times each order was inserted. */
  readonly inserts: ReadonlyMap<string, number>;
  readonly payments: ReadonlyMap<string, number>;
}

export async function startFakeErp(t: Cleanup): Promise<FakeErp> {
  const inserts = new Map<string, number>();
  const payments = new Map<string, number>();
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const [, , , encoded = '', action] = path.split('/');
    const number = decodeURIComponent(encoded);
    const count = (map: Map<string, number>) => map.set(number, (map.get(number) ?? 0) + 1);
    if (action === 'insert') {
      count(inserts);
      response.writeHead(201).end();
    } else if (action === 'payment') {
      if (inserts.has(number)) count(payments);
      response.writeHead(inserts.has(number) ? 204 : 404).end();
    } else {
      response.writeHead(200).end(JSON.stringify({ exists: inserts.has(number) }));
    }
  });
  return { url: `http://127.0.0.1:${await serve(t, server)}`, inserts, payments };
}

/** A real sshd with the stand-in of the shop's tasks, and the ERP that these talk to. */
export interface Site {
  readonly sshd: Sshd;
  readonly erp: FakeErp;
  /** Sets what the stand-in does differently from doing its duty at once. */
  standIn(parts: Partial<StandIn>): Promise<void>;
  /** The log of the stand-in. */
  entries(): Promise<readonly StandInEntry[]>;
  /** How many tasks have been started for an order. */
  started(number: string): Promise<number>;
  /** An adapter for this server, closed after the test. */
  adapter(t: Cleanup, parts?: Partial<IntegrationServerOptions>): SshIntegrationServer;
}

export async function startSite(t: Cleanup, options: SshdOptions = {}): Promise<Site> {
  const erp = await startFakeErp(t);
  const sshd = await startSshd(options);
  t.after(() => sshd.remove());
  const log = join(sshd.folder, 'stand-in.log');
  const standIn = (parts: Partial<StandIn>) => sshd.configureStandIn({ abacosUrl: erp.url, log, ...parts });
  await standIn({});
  const entries = async (): Promise<StandInEntry[]> => {
    const text = await readFile(log, 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [entryOf(line)]));
  };
  return {
    sshd,
    erp,
    standIn,
    entries,
    started: async (number) =>
      (await entries()).filter((entry) => entry.number === number && entry.event === 'started').length,
    adapter: (cleanup, parts = {}) => adapterFor(cleanup, optionsFor(sshd, parts)),
  };
}

function entryOf(line: string): StandInEntry {
  const entry: unknown = JSON.parse(line);
  if (!isEntry(entry)) throw new Error(`the stand-in wrote a line that is none of its own: ${line}`);
  return entry;
}

function isEntry(value: unknown): value is StandInEntry {
  return typeof value === 'object' && value !== null && 'event' in value && 'number' in value && 'pid' in value;
}

export function adapterFor(t: Cleanup, options: IntegrationServerOptions): SshIntegrationServer {
  const server = createIntegrationServer(options);
  t.after(() => server.close());
  return server;
}

export function optionsFor(sshd: Sshd, parts: Partial<IntegrationServerOptions> = {}): IntegrationServerOptions {
  return {
    host: sshd.host,
    port: sshd.port,
    username: sshd.username,
    privateKeys: [sshd.keys.ed25519],
    passphrase: () => undefined,
    agent: undefined,
    knownHostsFiles: [sshd.knownHosts],
    railsRoot: sshd.railsRoot,
    rakeCommand: 'bundle exec rake',
    environment: { RAILS_ENV: 'production' },
    lockDirectory: join(sshd.folder, 'locks'),
    connectTimeoutMs: PATIENCE_MS,
    commandTimeoutMs: PATIENCE_MS,
    clock: { monotonic: () => performance.now() },
    ...parts,
  };
}

/** The outage that an attempt ends in. */
export async function outageOf(attempt: Promise<unknown>): Promise<Outage> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof Outage, String(error));
    return error;
  }
  assert.fail('it did not fail');
}

/** Settings without a server and without a key, for servers that nobody logs in to. */
export const KEYLESS: Omit<IntegrationServerOptions, 'host' | 'port'> = {
  username: 'deploy',
  privateKeys: [],
  passphrase: () => undefined,
  agent: undefined,
  knownHostsFiles: [],
  railsRoot: '/srv/shop',
  rakeCommand: 'rake',
  environment: {},
  lockDirectory: 'locks',
  connectTimeoutMs: PATIENCE_MS,
  commandTimeoutMs: PATIENCE_MS,
  clock: { monotonic: () => performance.now() },
};

/** Cleans up at the end of a file whose tests share what is costly to make. */
export function sharedCleanup(after: (cleanup: () => Promise<void>) => void): Cleanup {
  const cleanups: (() => unknown)[] = [];
  after(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  return {
    after: (cleanup) => {
      cleanups.push(cleanup);
    },
  };
}
