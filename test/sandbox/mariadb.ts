/**
 * A throw-away MariaDB on loopback, in a temporary folder. It ends with the
 * process that started it, however that ends.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { createConnection, type Connection } from 'mysql2/promise';

import { DATA_OPTIONS, makeDataFolder, WITH_SBIN } from './mariadb-data.ts';
import { freePort } from './ports.ts';

const START_DEADLINE_MS = 60_000;

export interface MariaDb {
  readonly host: string;
  readonly port: number;
  readonly socket: string;
  /** A connection with every right; the caller ends it. */
  root(database?: string): Promise<Connection>;
  /** Ends the server at once, as a crash would; `start` brings it back. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Answers nobody until `thaw`, and keeps all connections. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export interface MariaDbOptions {
  /** Options for the server, such as `--ssl-cert=FILE`. */
  readonly settings?: readonly string[];
  readonly host?: string;
  /** Words that run a program elsewhere, such as in another network, in the same process. */
  readonly on?: readonly string[];
  /** Called when the server ends although nobody has ended it here. */
  readonly onCrash?: (() => void) | undefined;
}

export async function startMariaDb(options: MariaDbOptions = {}): Promise<MariaDb> {
  const { settings = [], host = '127.0.0.1', on = [], onCrash } = options;
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-db-'));
  const data = join(folder, 'data');
  const log = join(folder, 'error.log');
  const socket = join(folder, 'sock');
  const port = await freePort();
  // As root the server wants to be told that it is meant so.
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  let server: ChildProcess | undefined;
  const root = async (database?: string): Promise<Connection> =>
    createConnection({ socketPath: socket, user: 'root', ...(database === undefined ? {} : { database }) });

  const start = async (): Promise<void> => {
    const starting = spawn(
      'setpriv',
      [
        '--pdeathsig=KILL',
        ...on,
        'mariadbd',
        '--no-defaults',
        ...user,
        `--datadir=${data}`,
        `--socket=${socket}`,
        `--log-error=${log}`,
        `--port=${port}`,
        `--bind-address=${host}`,
        '--innodb-buffer-pool-size=32M',
        '--innodb-flush-log-at-trx-commit=2',
        '--skip-log-bin',
        ...DATA_OPTIONS,
        '--skip-name-resolve',
        ...settings,
      ],
      // Ctrl-C is for whoever started the server, who ends it.
      { stdio: 'ignore', env: WITH_SBIN, detached: true },
    );
    server = starting;
    starting.once('exit', () => {
      if (server === starting) onCrash?.();
    });
    await untilAnswers(root, starting, log);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = server;
    server = undefined;
    if (ending?.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  };
  try {
    await makeDataFolder(data);
    await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    host,
    port,
    socket,
    root,
    kill: async () => end('SIGKILL'),
    start,
    freeze: () => {
      server?.kill('SIGSTOP');
    },
    thaw: () => {
      server?.kill('SIGCONT');
    },
    stop: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilAnswers(root: () => Promise<Connection>, server: ChildProcess, log: string): Promise<void> {
  let notThere: unknown;
  server.once('error', (error) => {
    notThere = error;
  });
  const deadline = performance.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      await (await root()).end();
      return;
    } catch (error) {
      const hasEnded = notThere !== undefined || server.exitCode !== null || server.signalCode !== null;
      if (hasEnded || performance.now() > deadline) {
        server.kill('SIGKILL');
        const said = await readFile(log, 'utf8').catch(() => '(no log)');
        throw new Error(`The throw-away MariaDB did not start:\n${said}`, { cause: notThere ?? error });
      }
      await delay(50);
    }
  }
}
