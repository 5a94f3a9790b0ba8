/** The one place where the adapters are made from the configuration and handed to the monitor. */
import { createErp, hideSecrets, type AbacosErp } from '../abacos/index.ts';
import type { Config, TlsConfig } from '../config/index.ts';
import type { Policy } from '../core/policy.ts';
import { createIntegrationServer, type SshIntegrationServer } from '../integration/index.ts';
import type { Adapters } from '../monitor/context.ts';
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
export function hiderOf({ abacos, database, email }: Config): (text: string) => string {
  const secrets = [abacos.key, database.password, email.smtp.login?.password].flatMap((secret) => {
    const text = secret?.reveal() ?? '';
    return text.length < SHORTEST_HIDDEN ? [] : [text];
  });
  return (text) => hideSecrets(text, secrets);
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

export function erpOf({ abacos, service }: Config, report?: (message: string) => void): AbacosErp {
  return createErp({
    endpoint: abacos.endpoint,
    ca: abacos.ca,
    key: () => abacos.key.reveal(),
    timeoutMs: abacos.timeoutMs,
    maxParallelCalls: service.maxParallelCalls,
    ...(report === undefined ? {} : { report }),
    ...(abacos.userAgent === undefined ? {} : { userAgent: abacos.userAgent }),
  });
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
    environment,
    lockDirectory: integrationServer.lockDir,
    connectTimeoutMs: integrationServer.connectTimeoutMs,
    commandTimeoutMs: integrationServer.commandTimeoutMs,
    clock: systemClock,
    hide: hiderOf(config),
    report,
  });
}
