/** The real service with each thing that it depends on behind a proxy that can fail. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openMailServer, type MailServer } from '../../alerts/mail-server.ts';
import { checkpointOf, install, Run, type Installation } from '../../sandbox/program.ts';
import { openSandbox, START, type Sandbox } from '../../sandbox/sandbox.ts';
import { until } from '../../sandbox/until.ts';
import { FaultProxy } from './proxy.ts';

export const DEPENDENCIES = ['shop', 'abacos', 'integration-server'] as const;
export type Dependency = (typeof DEPENDENCIES)[number];

/** A hung server has a minute for a query, and there may be three of them before somebody is told. */
export const PATIENCE_MS = 200_000;

const FIRST_NUMBER = 6_000_001;

export interface PlacedOrder {
  readonly id: number;
  readonly number: string;
}

export class Harness {
  readonly sandbox: Sandbox;
  readonly proxies: Readonly<Record<Dependency, FaultProxy>>;
  readonly mailServer: MailServer;
  readonly mailProxy: FaultProxy;
  readonly installation: Installation;
  readonly run: Run;
  readonly #numbers: string[] = [];

  static async open(): Promise<Harness> {
    const sandbox = await openSandbox();
    const mailServer = await openMailServer();
    const mailProxy = await FaultProxy.open(mailServer.port);
    const proxies = {
      shop: await FaultProxy.open(sandbox.db.port),
      abacos: await FaultProxy.open(Number(new URL(sandbox.abacos.base).port)),
      'integration-server': await FaultProxy.open(sandbox.sshd.port),
    };
    const installation = await installBehind(sandbox, { ...proxies, mail: mailProxy });
    const run = new Run(installation, ['run']);
    const harness = new Harness({ sandbox, mailServer, mailProxy, proxies, installation, run });
    await until('the service works', () => run.output.includes('starts after') || run.child.exitCode !== null);
    return harness;
  }

  private constructor(
    parts: Pick<Harness, 'sandbox' | 'mailServer' | 'mailProxy' | 'proxies' | 'installation' | 'run'>,
  ) {
    this.sandbox = parts.sandbox;
    this.mailServer = parts.mailServer;
    this.mailProxy = parts.mailProxy;
    this.proxies = parts.proxies;
    this.installation = parts.installation;
    this.run = parts.run;
  }

  async close(): Promise<void> {
    await this.run.stop();
    for (const proxy of [...Object.values(this.proxies), this.mailProxy]) await proxy.close();
    await this.mailServer.close();
    await this.sandbox.close();
  }

  /** An order that Abacos does not have, old enough to be looked at. */
  async place(): Promise<PlacedOrder> {
    const number = String(FIRST_NUMBER + this.#numbers.length);
    this.#numbers.push(number);
    return { number, id: await this.sandbox.shop.place({ number, ageS: 60 }) };
  }

  /** What the service has printed since. */
  listen(): () => string {
    const from = this.run.output.length;
    return () => this.run.output.slice(from);
  }

  /** The newest line of an order in the checkpoint, from its status on. */
  async onRecord(id: number): Promise<string | undefined> {
    const lines = (await checkpointOf(this.installation)).split('\n').map((line) => line.split(' '));
    return lines
      .findLast((columns) => columns[3] === String(id))
      ?.slice(4)
      .join(' ');
  }

  /** Waits until an order is on record as being in Abacos. */
  async settled({ id, number }: PlacedOrder): Promise<void> {
    const isSettled = async (): Promise<boolean> => (await this.onRecord(id))?.startsWith('SUCCESS OK') === true;
    await until(`order ${number} is in Abacos`, isSettled, PATIENCE_MS);
  }

  /** The orders so far that were not inserted exactly once. */
  get wronglyInserted(): readonly string[] {
    return this.#numbers.filter((number) => this.sandbox.abacos.insertsOf(number) !== 1);
  }

  async peakMemoryKiB(): Promise<number> {
    const status = await readFile(`/proc/${String(this.run.child.pid)}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]);
  }
}

type Behind = Readonly<Record<Dependency | 'mail', FaultProxy>>;

async function installBehind({ abacos, files, folder, sshd }: Sandbox, proxies: Behind): Promise<Installation> {
  const knownHosts = join(folder, 'known-hosts-of-the-proxy');
  const serverPort = proxies['integration-server'].port;
  const known = await readFile(sshd.knownHosts, 'utf8');
  await writeFile(knownHosts, known.replaceAll(`]:${sshd.port}`, `]:${serverPort}`));
  const configuration = {
    ...files,
    database: { ...files['database'], port: proxies.shop.port },
    abacos: {
      ...files['abacos'],
      wsdl_order_api: abacos.url.replace(/:\d+/, `:${proxies.abacos.port}`),
      timeout: 2,
    },
    integration_server: {
      ...files['integration_server'],
      port: serverPort,
      known_hosts: knownHosts,
      connect_timeout: 3,
    },
    email: {
      smtp: { address: '127.0.0.1', port: proxies.mail.port },
      subscribers: ['ops@example.com'],
      min_interval: 1,
    },
  };
  return install(join(folder, 'behind-proxies'), configuration, START);
}
