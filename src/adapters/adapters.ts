/** The one place where the adapters are made from the configuration and handed to the monitor. */
import { createErp, hideSecrets } from '../abacos/index.ts';
import type { Config, Secret, TlsConfig } from '../config/index.ts';
import type { CheckFinding } from '../core/check-finding.ts';
import type { OrderNumber } from '../core/order.ts';
import type { Policy } from '../core/policy.ts';
import { createCommandErp } from '../erp-command/index.ts';
import { createIntegrationServer, type CommandSettings, type SshIntegrationServer } from '../integration/index.ts';
import type { Adapters } from '../monitor/context.ts';
import type { Erp } from '../monitor/ports.ts';
import { Orders, type OrdersOptions, type ServerOptions } from '../shop/index.ts';
import { systemClock } from './clock.ts';
import { policyOf } from './policy.ts';

/** What was made from one reading of the configuration. */
export interface AdapterSet {
  readonly config: Config;
  readonly policy: Policy;
  readonly adapters: Adapters;
  close(): Promise<void>;
}

export interface AdapterSetOptions {
  readonly config: Config;
  readonly dryRun: boolean;
  /** Takes sentences that the operator should read. */
  readonly report: (message: string) => void;
}

/** Makes the adapters; nothing is connected yet. A dry run has no integration server to run anything on. */
export function makeAdapters({ config, dryRun, report }: AdapterSetOptions): AdapterSet {
  const orders = ordersOf(config);
  const erp = erpOf(config, report);
  const server = dryRun ? undefined : serverOf(config, report);
  const policy = policyOf(config);
  return {
    config,
    policy,
    adapters: { orders, erp, policy, ...(server === undefined ? {} : { server }) },
    close: async () => {
      erp.close();
      await Promise.all([orders.close(), server?.close()]);
    },
  };
}

const CONNECT_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 60_000;

export function ordersOf(config: Config): Orders {
  const { database, service } = config;
  return new Orders({
    ...serverOptionsOf(database),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    timeZone: database.timeZone,
    settleMs: service.settleTimeMs,
    columns: database.orders,
    hide: hiderOf(config),
  });
}

/** Redacting shorter secrets would mangle words and so reveal them. */
const SHORTEST_HIDDEN = 6;

/** What servers and tasks say, and what the shop noted, may repeat the secrets that they share with this program. */
export function hiderOf({ database, email, erp }: Config): (text: string) => string {
  const ofErp = erp.kind === 'abacos' ? [erp.key] : Object.values(erp.secrets);
  const secrets = [...ofErp, database.password, email.smtp.login?.password]
    .flatMap((secret) => formsOf(secret?.reveal() ?? ''))
    .filter((text) => text.length >= SHORTEST_HIDDEN);
  return (text) => hideSecrets(text, secrets);
}

/** As a text may repeat a secret: whole, as part of an address, or a line of it. The longest first: one may hold another. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split('\n').map((line) => line.trim());
  const forms = [secret, ...lines].flatMap((text) => [text, encodeURIComponent(text.replaceAll(/\p{Cs}/gu, ''))]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/** Where the database is, and who logs in. */
export function serverOptionsOf(
  database: Config['database'],
): Omit<ServerOptions, 'connectTimeoutMs' | 'queryTimeoutMs'> {
  return {
    server: database.server,
    database: database.database,
    username: database.username,
    password: () => database.password?.reveal(),
    serverPublicKey: database.serverPublicKey,
    allowCleartextPassword: database.allowCleartextPassword,
    tls: tlsOf(database.tls),
  };
}

function tlsOf(tls: TlsConfig): OrdersOptions['tls'] {
  if (tls.mode === 'disabled') return undefined;
  return {
    rejectUnauthorized: tls.mode !== 'required',
    verifyIdentity: tls.mode === 'verify_identity',
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls.key === undefined ? {} : { key: tls.key.reveal() }),
  };
}

/** An ERP, with what is done when it is first looked at and when it is no longer needed. */
export interface ErpClient extends Erp {
  /**
   * Asks about a number that no shop has.
   *
   * @param known an order that the ERP should have; Abacos is not asked about it
   * @throws Outage
   */
  check(signal: AbortSignal, known?: OrderNumber): Promise<CheckFinding[]>;
  close(): void;
}

/** @param report told when Abacos contradicts itself, in one sentence without secrets */
export function erpOf(config: Config, report?: (message: string) => void): ErpClient {
  const { erp, service } = config;
  const { maxParallelCalls } = service;
  if (erp.kind === 'command') {
    const { environment, secrets, timeoutMs, words } = erp;
    return createCommandErp({
      words,
      environment: () => ({ ...OF_A_PROGRAM, ...environment, ...revealed(secrets) }),
      timeoutMs,
      maxParallelCalls,
      hide: hiderOf(config),
    });
  }
  return createErp({
    endpoint: erp.endpoint,
    ca: erp.ca,
    key: () => erp.key.reveal(),
    timeoutMs: erp.timeoutMs,
    maxParallelCalls,
    ...(report === undefined ? {} : { report }),
    ...(erp.userAgent === undefined ? {} : { userAgent: erp.userAgent }),
  });
}

/** What a program finds in its environment besides what is configured. */
const OF_A_PROGRAM = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };

function revealed(secrets: Readonly<Record<string, Secret>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]));
}

function ownCommandsOf({ ownCommands: own }: Config['integrationServer']): CommandSettings['ownCommands'] {
  return own && { insert_order: own.insert, confirm_payment: own.confirm };
}

export function serverOf(config: Config, report: (message: string) => void): SshIntegrationServer {
  const { integrationServer } = config;
  const { host, port, username, railsRoot, runAs, environment } = integrationServer;
  return createIntegrationServer({
    host,
    port,
    username,
    privateKeys: integrationServer.privateKeys,
    keyContent: () => integrationServer.keyCredential?.reveal(),
    passphrase: () => integrationServer.passphrase?.reveal(),
    agent: integrationServer.agentSocket,
    knownHostsFiles: integrationServer.knownHosts,
    allowsSha1: integrationServer.allowsSha1,
    railsRoot,
    runAs,
    rakeCommand: integrationServer.rake,
    ownCommands: ownCommandsOf(integrationServer),
    environment,
    lockDirectory: integrationServer.lockDir,
    connectTimeoutMs: integrationServer.connectTimeoutMs,
    commandTimeoutMs: integrationServer.commandTimeoutMs,
    clock: systemClock,
    hide: hiderOf(config),
    report,
  });
}
