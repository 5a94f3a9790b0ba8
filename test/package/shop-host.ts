/**
 * A Debian host with all that order-monit talks to: MariaDB with the shop's
 * orders, sshd with the shop's tasks, and Abacos' stand-in, which answers from
 * this process. order-monit itself is not installed yet.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createConnection } from 'mysql2/promise';

import { Host } from '../host/host.ts';
import type { Suite } from '../host/rootfs.ts';
import { startAbacos } from '../sandbox/abacos.ts';
import { freePort } from '../sandbox/ports.ts';
import { KEY, parseCommands, type Abacos } from '../sandbox/sandbox.ts';
import { createShop, READER, type Shop } from '../sandbox/shop.ts';
import type { StandIn, StandInEntry } from '../sandbox/sshd.ts';
import { until } from '../sandbox/until.ts';

const RAILS_ROOT = '/srv/shop/current';
const COMMANDS_LOG = '/srv/shop/commands.log';
const ADMIN = { user: 'administrator', password: 'adm1n s3cret' };
const dist = fileURLToPath(new URL('../../dist', import.meta.url));

/** The first lines of a configuration that works, without keys and passwords. */
export type Configuration = Readonly<Record<'database' | 'abacos' | 'integration_server' | 'service', string>>;

export interface ShopHost {
  readonly host: Host;
  readonly shop: Shop;
  readonly abacos: Abacos;
  /** What makes order-monit work here, file by file. */
  readonly configuration: Configuration;
  /** Tells the shop's tasks how to behave, on top of how they do. */
  standIn(changes?: Partial<StandIn>): Promise<void>;
  /** The commands that ran, by the integration server's own account. */
  commands(): Promise<readonly StandInEntry[]>;
  /** Connects to the database again, after the host was restarted. */
  reconnect(): Promise<void>;
  /** How often an order was inserted, as Abacos counts. */
  inserts(number: string): number;
  /** Puts the configuration, the SSH key and the host key in place, as a sysadmin does, and makes the checkpoint. */
  configure(): Promise<void>;
  /** Has the service read its configuration again, and waits until it has. @returns the exit status of systemctl */
  reload(): Promise<number>;
  close(): Promise<void>;
}

export async function openShopHost(suite: Suite): Promise<ShopHost> {
  const [databasePort, sshPort, abacos] = await Promise.all([freePort(), freePort(), startAbacos({ key: KEY })]);
  const ports = { databasePort, sshPort };
  let host: Host | undefined;
  try {
    host = await Host.boot(suite, { prepare: async (each) => prepareServers(each, ports) });
    return await withShop(host, abacos, ports);
  } catch (error) {
    await host?.remove();
    await abacos.stop();
    throw error;
  }
}

interface Ports {
  readonly databasePort: number;
  readonly sshPort: number;
}

async function withShop(host: Host, abacos: Abacos, { databasePort, sshPort }: Ports): Promise<ShopHost> {
  const standIn = async (changes: Partial<StandIn> = {}): Promise<void> => {
    const settings: StandIn = { abacosUrl: abacos.base, log: COMMANDS_LOG, startMs: 20, gapMs: 20, ...changes };
    await host.write(`${RAILS_ROOT}/stand-in.json`, JSON.stringify(settings));
  };
  await standIn();
  await host.shell('useradd --create-home --shell /bin/sh deploy; chown -R deploy: /srv/shop');
  await host.do('systemctl', 'enable', '--now', 'mariadb.service', 'ssh.service');
  await databaseAnswers(host);
  const database = {
    root: (name?: string) =>
      createConnection({
        host: '127.0.0.1',
        port: databasePort,
        ...ADMIN,
        ...(name === undefined ? {} : { database: name }),
      }),
  };
  const { user, password } = ADMIN;
  await host.do(
    'mariadb',
    '--execute',
    `CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT ALL ON *.* TO '${user}'@'127.0.0.1' WITH GRANT OPTION`,
  );
  const shop = await createShop(database);
  const configuration = configurationFor(abacos, sshPort);
  return {
    host,
    shop,
    abacos,
    configuration,
    standIn,
    commands: async () => parseCommands(await host.read(COMMANDS_LOG).catch(() => '')),
    reconnect: async () => {
      await databaseAnswers(host);
      await shop.reconnect(database);
    },
    inserts: (number) => abacos.insertsOf(number),
    configure: async () => {
      await configure(host, configuration);
    },
    reload: async () => reload(host),
    close: async () => {
      await shop.end().catch(() => undefined);
      await host.remove();
      await abacos.stop();
    },
  };
}

function configurationFor(abacos: Abacos, sshPort: number): Configuration {
  return {
    // Over the Unix socket: the sandbox of the unit has to let that through as well.
    database: `adapter: mysql2\nsocket: /run/mysqld/mysqld.sock\ndatabase: shop\nusername: ${READER.username}\npassword: ${READER.password}\n`,
    // Its key comes as a credential.
    abacos: `wsdl_order_api: ${abacos.url}\ntimeout: 5\n`,
    integration_server: `host: localhost\nport: ${sshPort}\nusername: deploy\nrails_root: ${RAILS_ROOT}\nconnect_timeout: 10\n`,
    service: 'running_cycle: 1\ndowntime_wait: 1\nsettle_time: 2\nrecheck_given_up: 2\nmax_orders_per_request: 200\n',
  };
}

async function databaseAnswers(host: Host): Promise<void> {
  await until('MariaDB answers', async () => (await host.run(['mariadb-admin', 'ping'])).status === 0);
}

async function prepareServers(host: Host, { databasePort, sshPort }: Ports): Promise<void> {
  await host.write(
    '/etc/mysql/mariadb.conf.d/99-port.cnf',
    `[mariadbd]\nport=${databasePort}\nbind-address=127.0.0.1\n`,
  );
  await host.write('/etc/ssh/sshd_config.d/port.conf', `Port ${sshPort}\nListenAddress 127.0.0.1\n`);
  const bundle = await readFile(new URL('../sandbox/bundle.mjs', import.meta.url), 'utf8');
  await host.write('/opt/shop/bundle.mjs', bundle);
  await host.write('/usr/local/bin/bundle', '#!/bin/sh\nexec /usr/bin/node /opt/shop/bundle.mjs "$@"\n', 0o755);
  await host.write(`${RAILS_ROOT}/Rakefile`, '# The stand-in reads stand-in.json beside this file.\n');
}

async function configure(host: Host, files: Configuration): Promise<void> {
  // As an editor does it: owner and mode stay.
  for (const [name, text] of Object.entries(files)) await host.write(`/etc/order-monit/${name}.yml`, text);
  await host.shell(`
    umask 077
    printf '%s\\n' '${KEY}' > /etc/order-monit/credentials/abacos_key
    ssh-keygen -q -t ed25519 -N '' -f /etc/order-monit/credentials/ssh_key
    install -d -o deploy -g deploy -m 700 /home/deploy/.ssh
    install -o deploy -g deploy -m 600 /etc/order-monit/credentials/ssh_key.pub /home/deploy/.ssh/authorized_keys
    order-monit trust-host --yes
    order-monit checkpoint init --from-id 1`);
}

/** What systemd shows of the service, and the journal, may lag behind the end of `systemctl reload`. */
async function reload(host: Host): Promise<number> {
  const since = (await host.do('date', '+%s.%N')).trim();
  const { status } = await host.run(['systemctl', 'reload', 'order-monit']);
  await until('the configuration was read again', async () => {
    const ends = await host.journal(`--since=@${since}`, 'EVENT=reloaded', 'EVENT=reload-failed', '--output=cat');
    const active = await host.run(['systemctl', 'show', '--value', '--property=ActiveState', 'order-monit']);
    return ends !== '' && active.stdout.trim() === 'active';
  });
  return status;
}

/** The package that was built. */
export async function builtPackage(): Promise<string> {
  const name = (await readdir(dist)).find((each) => /^order-monit_.*\.deb$/.test(each));
  if (name === undefined) throw new Error('There is no package in dist: run npm run deb first');
  return join(dist, name);
}
