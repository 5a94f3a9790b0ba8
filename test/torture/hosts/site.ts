/**
 * Two monitors on two hosts, and the servers that they need on others, on a
 * network that is really cut. The database listens there itself; what comes
 * for Abacos, sshd and the mail server is handed on to this process' network.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { LEASE_TABLE, LEASE_TABLE_SQL } from '../../../src/shop/election/lease.ts';
import { openMailServer, type MailServer } from '../../alerts/mail-server.ts';
import { startAbacos } from '../../sandbox/abacos.ts';
import { startMariaDb, type MariaDb } from '../../sandbox/mariadb.ts';
import { install, type ConfigFiles } from '../../sandbox/program.ts';
import { databaseFile, KEY, parseCommands, START, type Abacos } from '../../sandbox/sandbox.ts';
import { createShop, READER, type Shop } from '../../sandbox/shop.ts';
import { startSshd, type Sshd } from '../../sandbox/sshd.ts';
import { until } from '../../sandbox/until.ts';
import { Host, type ElectionKind } from './host.ts';
import { Network } from './network.ts';

/** The hosts of the servers. */
export const DATABASE = 'db';
const SERVERS = 'servers';

const SSH_PORT = 22;
const ABACOS_PORT = 80;
const MAIL_PORT = 25;

export class Site {
  readonly network: Network;
  readonly db: MariaDb;
  readonly shop: Shop;
  readonly abacos: Abacos;
  readonly mail: MailServer;
  readonly hosts: readonly [Host, Host];
  readonly #log: string;
  readonly #close: () => Promise<void>;
  #placed = 0;

  private constructor(
    parts: Pick<Site, 'network' | 'db' | 'shop' | 'abacos' | 'mail' | 'hosts'>,
    log: string,
    close: () => Promise<void>,
  ) {
    this.network = parts.network;
    this.db = parts.db;
    this.shop = parts.shop;
    this.abacos = parts.abacos;
    this.mail = parts.mail;
    this.hosts = parts.hosts;
    this.#log = log;
    this.#close = close;
  }

  static async open(election: ElectionKind): Promise<Site> {
    const closers: (() => unknown)[] = [];
    const close = async (): Promise<void> => {
      for (const end of closers.splice(0).reverse()) await end();
    };
    try {
      return await Site.#makeAdapters(election, closers, close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  static async #makeAdapters(
    election: ElectionKind,
    closers: (() => unknown)[],
    close: () => Promise<void>,
  ): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'order-monit-site-'));
    // A command that has lost its monitor lives on for a moment, and writes into its lock file.
    closers.push(async () => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
    const network = await Network.open([DATABASE, SERVERS, 'host1', 'host2']);
    closers.push(async () => network.close());
    const db = await startMariaDb({ host: network.addressOf(DATABASE), on: network.on(DATABASE) });
    closers.push(async () => db.stop());
    const sshd = await startSshd();
    closers.push(async () => sshd.remove());
    const abacos = await startAbacos({ key: KEY });
    closers.push(async () => abacos.stop());
    const mail = await openMailServer();
    closers.push(async () => mail.close());
    await network.offer(SERVERS, SSH_PORT, sshd.port);
    await network.offer(SERVERS, ABACOS_PORT, Number(new URL(abacos.url).port));
    await network.offer(SERVERS, MAIL_PORT, mail.port);

    const shop = await createShop(db);
    closers.push(async () => shop.end().catch(() => undefined));
    if (election === 'lease') await makeLeaseTable(shop);
    const log = join(folder, 'commands.log');
    await sshd.configureStandIn({ abacosUrl: abacos.base, log, startMs: 20, gapMs: 50, database: null });
    const files = await filesFor({ folder, network, db, shop, sshd }, election);
    const hostAt = async (name: string): Promise<Host> => {
      const installation = await install(join(folder, name), files, START);
      const host = new Host(name, { ...installation, through: network.on(name) });
      closers.push(async () => host.end());
      return host;
    };
    const hosts = [await hostAt('host1'), await hostAt('host2')] as const;
    return new Site({ network, db, shop, abacos, mail, hosts }, log, close);
  }

  /** One order more, which Abacos lacks. */
  async place(): Promise<void> {
    this.#placed += 1;
    await this.shop.place({ number: String(this.#placed), ageS: 60 });
  }

  /** Places orders one after another, so that the active monitor has something to do, until it is told to stop. */
  keepPlacing(everyMs: number): () => Promise<void> {
    const stop = new AbortController();
    const placing = (async () => {
      while (!isOver(stop.signal)) {
        await this.place();
        await delay(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    })();
    return async () => {
      stop.abort();
      await placing;
    };
  }

  /** The orders that Abacos did not get exactly once. */
  get wronglyInserted(): readonly string[] {
    return this.#numbers.filter((number) => this.abacos.insertsOf(number) !== 1);
  }

  get #numbers(): readonly string[] {
    return Array.from({ length: this.#placed }, (_, index) => String(index + 1));
  }

  /** Waits until every order that was placed is in Abacos, and each command has ended. */
  async settled(): Promise<void> {
    await until('every order is in Abacos', () => this.#numbers.every((number) => this.abacos.insertsOf(number) > 0));
    await until('every command has ended', async () => {
      const entries = parseCommands(await readFile(this.#log, 'utf8').catch(() => ''));
      return entries.filter(({ event }) => event === 'started').length * 2 === entries.length;
    });
  }

  async close(): Promise<void> {
    await this.#close();
  }
}

/** A function, because the compiler does not see that it may have changed during a wait. */
function isOver({ aborted }: AbortSignal): boolean {
  return aborted;
}

async function makeLeaseTable({ connection, database }: Shop): Promise<void> {
  await connection.query(LEASE_TABLE_SQL);
  await connection.query(`GRANT SELECT, INSERT, UPDATE ON \`${database}\`.${LEASE_TABLE} TO '${READER.username}'@'%'`);
}

interface Parts extends Pick<Site, 'network' | 'db' | 'shop'> {
  readonly folder: string;
  readonly sshd: Sshd;
}

async function filesFor({ folder, network, db, shop, sshd }: Parts, election: ElectionKind): Promise<ConfigFiles> {
  const servers = network.addressOf(SERVERS);
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(knownHosts, `${servers} ${await readFile(sshd.hostKey('ed25519'), 'utf8')}`);
  return {
    service: { running_cycle: 1, downtime_wait: 1, settle_time: 2, max_orders_per_request: 200, election },
    database: databaseFile(db, shop),
    abacos: {
      wsdl_order_api: `http://${servers}:${ABACOS_PORT}/AbacosWebSvc/AbacosWSPedidos.asmx`,
      key: KEY,
      timeout: 5,
    },
    integration_server: {
      host: servers,
      port: SSH_PORT,
      username: sshd.username,
      rails_root: sshd.railsRoot,
      private_key: sshd.keys.ed25519,
      known_hosts: knownHosts,
      lock_dir: join(folder, 'locks'),
      connect_timeout: 5,
      command_timeout: 60,
    },
    email: { smtp: { address: servers, port: MAIL_PORT }, subscribers: ['ops@example.com'], min_interval: 1 },
  };
}
