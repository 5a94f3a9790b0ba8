/** Loads the YAML files: the configuration, all that is wrong with it, or as much of it as alerts need. */
import { homedir } from 'node:os';

import { ABACOS_FILE } from './abacos.ts';
import type { Config } from './config.ts';
import { DATABASE_FILE } from './database.ts';
import { EMAIL_FILE } from './email.ts';
import { ERP_FILE } from './erp.ts';
import { ConfigurationError, type Fault } from './fault.ts';
import { readFromDisk, type ReadFile } from './files.ts';
import { INTEGRATION_SERVER_FILE } from './integration-server.ts';
import type { Place } from './place.ts';
import { PROCESS_FILE } from './process.ts';
import { readConfigFile } from './read.ts';
import { SERVICE_FILE } from './service.ts';

export interface LoadOptions {
  /** The folder of the YAML files, as an absolute path. */
  readonly directory: string;
  /** systemd's `$CREDENTIALS_DIRECTORY`. */
  readonly credentialsDirectory?: string | undefined;
  /** `$SSH_AUTH_SOCK`, which `agent: true` stands for. */
  readonly agentSocket?: string | undefined;
  /** The home of the user that runs order-monit; by default as the system knows it. */
  readonly home?: string;
  readonly readFile?: ReadFile;
}

export interface LoadedConfig {
  readonly config: Config;
  /** What does not keep order-monit from working: warnings and notices, to be logged once. */
  readonly warnings: readonly Fault[];
}

/**
 * Reads the files into one frozen object. What is wrong with values seen
 * together, or with the files that they name, shows once each value of that
 * YAML file fits by itself.
 *
 * @throws {ConfigurationError} with every fault of every file, if there is one
 */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const { sections, findings } = checkConfig(options);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new ConfigurationError(errors);
  return { config: deepFreeze(complete(sections)), warnings: deepFreeze(findings) };
}

export interface CheckedConfig {
  readonly sections: Sections;
  /** Of all severities, in the order of the files and their lines. */
  readonly findings: readonly Fault[];
}

/** Reads the files as {@link loadConfig} does, and gives what there is to be had when some of them are faulty. */
export function checkConfig({
  directory,
  credentialsDirectory,
  agentSocket,
  home = homedir(),
  readFile = readFromDisk,
}: LoadOptions): CheckedConfig {
  const place: Place = { directory, home, credentialsDirectory, agentSocket, readFile };
  const findings: Fault[] = [];
  return { sections: readSections(place, findings), findings };
}

/** What it takes to tell people something. */
export interface ToldBy {
  readonly email: Config['email'];
  readonly language: Config['service']['language'];
  readonly maxAttempts: number;
  readonly runningCycleMs: number;
  /** The page that mails lead to. */
  readonly page: { readonly url: string; readonly allowsRetry: boolean } | undefined;
  readonly advice: Config['service']['advice'];
}

/** As much of a configuration with faults as it takes to tell people of them; `undefined` when those files have faults. */
export function loadToldBy(options: LoadOptions): ToldBy | undefined {
  const { directory, credentialsDirectory, agentSocket, home = homedir(), readFile = readFromDisk } = options;
  const place: Place = { directory, home, credentialsDirectory, agentSocket, readFile };
  const faults: Fault[] = [];
  const email = readConfigFile(EMAIL_FILE, place, faults);
  const service = readConfigFile(SERVICE_FILE, place, []);
  if (email === undefined || faults.some(({ severity }) => severity === 'error')) return undefined;
  return {
    email,
    language: service?.language ?? 'en',
    maxAttempts: service?.maxAttempts ?? 4,
    runningCycleMs: service?.runningCycleMs ?? 120_000,
    page: service && pageLinkOf(service),
    advice: service?.advice ?? [],
  };
}

/** What mails lead to; `undefined` where nobody has said where people find the page. */
export function pageLinkOf({ page, pageUrl }: Pick<Config['service'], 'page' | 'pageUrl'>): ToldBy['page'] {
  return pageUrl === undefined ? undefined : { url: pageUrl, allowsRetry: page?.allowRetry ?? false };
}

/** A section is `undefined` when a fault of it has been reported. */
export type Sections = { readonly [Name in keyof Config]: Config[Name] | undefined };

function readSections(place: Place, faults: Fault[]): Sections {
  return {
    service: readConfigFile(SERVICE_FILE, place, faults),
    process: readConfigFile(PROCESS_FILE, place, faults),
    integrationServer: readConfigFile(INTEGRATION_SERVER_FILE, place, faults),
    database: readConfigFile(DATABASE_FILE, place, faults),
    erp: readErp(place, faults),
    email: readConfigFile(EMAIL_FILE, place, faults),
  };
}

/** `abacos.yml` counts where the ERP is Abacos. */
function readErp(place: Place, faults: Fault[]): Config['erp'] | undefined {
  const erp = readConfigFile(ERP_FILE, place, faults);
  if (erp?.kind !== 'abacos') return erp;
  const abacos = readConfigFile(ABACOS_FILE, place, faults);
  return abacos && { kind: 'abacos', ...abacos };
}

function complete({ service, process, integrationServer, database, erp, email }: Sections): Config {
  if (!service || !process || !integrationServer || !database || !erp || !email) {
    throw new Error('A section of the configuration is missing without a fault that says so.');
  }
  return { service, process, integrationServer, database, erp, email };
}

/** Freezes plain objects and lists to their depths, and what they hold. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
