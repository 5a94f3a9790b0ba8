/**
 * Everything that order-monit needs, for a while: a MariaDB with a shop, an
 * sshd with the shop's tasks, an Abacos, and an installation that knows them.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startAbacos, type AbacosOptions } from './abacos.ts';
import { startMariaDb, type MariaDb } from './mariadb.ts';
import { install, type ConfigFiles, type Installation } from './program.ts';
import { ABACOS_KEY } from './secrets.ts';
import { createShop, READER, type Shop } from './shop.ts';
import { startSshd, type Sshd, type StandIn, type StandInEntry } from './sshd.ts';

export { ABACOS_KEY as KEY } from './secrets.ts';

export type Abacos = Awaited<ReturnType<typeof startAbacos>>;

export interface Sandbox {
  readonly folder: string;
  readonly db: MariaDb;
  readonly shop: Shop;
  readonly sshd: Sshd;
  readonly abacos: Abacos;
  readonly installation: Installation;
  /** The configuration files as they were written. */
  readonly files: ConfigFiles;
  /** Tells the shop's tasks how to behave, on top of how they do. */
  standIn(changes: Partial<StandIn>): Promise<void>;
  /** The commands that ran on the integration server, by its own account. */
  commands(): Promise<readonly StandInEntry[]>;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** Keys of `service.yml`. */
  readonly service?: Readonly<Record<string, unknown>>;
  readonly abacos?: Partial<AbacosOptions>;
  readonly paymentColumn?: boolean;
  readonly standIn?: Partial<StandIn>;
  /** The text of the checkpoint; by default it starts after order id 0. */
  readonly checkpoint?: string;
  /** Called when a server ends although nobody has ended it here. */
  readonly onCrash?: (part: string) => void;
}

/** Starts after order id 0. */
export const START = '^HEAD 20/11/2026-10:00:00 20/11/2026-10:00:00 0 SUCCESS OK 0\n';

export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-sandbox-'));
  const closers = [async (): Promise<void> => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  /** What has started is ended as well when something else does not start. */
  const started = async <Part>(starting: Promise<Part>, end: (part: Part) => Promise<void>): Promise<Part> => {
    const part = await starting;
    closers.push(async () => end(part));
    return part;
  };
  try {
    return await assemble({ folder, options, started, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Assembly {
  readonly folder: string;
  readonly options: SandboxOptions;
  readonly started: <Part>(starting: Promise<Part>, end: (part: Part) => Promise<void>) => Promise<Part>;
  readonly close: () => Promise<void>;
}

async function assemble({ folder, options, started, close }: Assembly): Promise<Sandbox> {
  const starts = await Promise.allSettled([
    started(startMariaDb({ onCrash: () => options.onCrash?.('MariaDB') }), async (db) => db.stop()),
    started(startSshd({ onCrash: () => options.onCrash?.('sshd') }), async (sshd) => sshd.remove()),
    started(startAbacos({ key: ABACOS_KEY, ...options.abacos }), async (abacos) => abacos.stop()),
  ]);
  const [db, sshd, abacos] = [valueOf(starts[0]), valueOf(starts[1]), valueOf(starts[2])];
  const shop = await started(createShop(db, { paymentColumn: options.paymentColumn ?? true }), async (shop) =>
    shop.end().catch(() => undefined),
  );
  const log = join(folder, 'commands.log');
  const standIn = async (changes: Partial<StandIn>): Promise<void> =>
    sshd.configureStandIn({
      abacosUrl: abacos.base,
      log,
      startMs: 20,
      gapMs: 20,
      database: { socketPath: db.socket, user: 'root', database: shop.database },
      ...options.standIn,
      ...changes,
    });
  await standIn({});
  const files = filesFor({ folder, db, shop, sshd, abacos, service: options.service ?? {} });
  const installation = await install(folder, files, options.checkpoint ?? START);
  return {
    folder,
    db,
    shop,
    sshd,
    abacos,
    installation,
    files,
    standIn,
    commands: async () => readCommands(log),
    close,
  };
}

function valueOf<Part>(start: PromiseSettledResult<Part>): Part {
  if (start.status === 'rejected') throw new Error('A part of the sandbox did not start', { cause: start.reason });
  return start.value;
}

interface Parts {
  readonly folder: string;
  readonly db: MariaDb;
  readonly shop: Shop;
  readonly sshd: Sshd;
  readonly abacos: Abacos;
  readonly service: Readonly<Record<string, unknown>>;
}

function filesFor({ folder, db, shop, sshd, abacos, service }: Parts): ConfigFiles {
  return {
    service: {
      running_cycle: 1,
      max_attempts: 4,
      max_orders_per_request: 200,
      downtime_wait: 1,
      settle_time: 2,
      recheck_given_up: 2,
      ...service,
    },
    database: databaseFile(db, shop),
    abacos: { wsdl_order_api: abacos.url, key: ABACOS_KEY, timeout: 5 },
    integration_server: {
      host: sshd.host,
      port: sshd.port,
      username: sshd.username,
      rails_root: sshd.railsRoot,
      private_key: sshd.keys.ed25519,
      known_hosts: sshd.knownHosts,
      lock_dir: join(folder, 'locks'),
      connect_timeout: 10,
      command_timeout: 60,
    },
  };
}

/** The keys of database.yml. */
export function databaseFile(db: MariaDb, shop: Shop): ConfigFiles[string] {
  return {
    adapter: 'mysql2',
    host: db.host,
    port: db.port,
    database: shop.database,
    username: READER.username,
    password: READER.password,
  };
}

async function readCommands(log: string): Promise<readonly StandInEntry[]> {
  return parseCommands(await readFile(log, 'utf8').catch(() => ''));
}

/** Reads the stand-in's log. */
export function parseCommands(text: string): readonly StandInEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseEntry);
}

function parseEntry(line: string): StandInEntry {
  const entry: unknown = JSON.parse(line);
  if (!isEntry(entry)) throw new Error(`This is no line of the stand-in's log: ${line}`);
  return entry;
}

function isEntry(value: unknown): value is StandInEntry {
  return typeof value === 'object' && value !== null && 'event' in value && 'task' in value && 'number' in value;
}
