/** Where order-monit finds and keeps its files: by options, by systemd's variables, or in Debian's places. */
import { join } from 'node:path';

import type { Fault, FileOnDisk } from './index.ts';

/** The folders of one run. */
export interface Directories {
  readonly config: string;
  readonly state: string;
  readonly runtime: string;
  /** systemd's `$CREDENTIALS_DIRECTORY`, where the unit loads secrets. */
  readonly credentials: string | undefined;
  /** What root found before this process became another user's. */
  readonly rootsView?: RootsView;
}

export interface RootsView {
  readonly secrets: Secrets;
  readonly hidden: readonly Hidden[];
  /** What the service may execute, with all below it; left out where that is everything. */
  readonly executable?: readonly string[];
  /** Of what the unit loads its credentials from. */
  readonly faults: readonly Fault[];
}

/** A folder that the service does not see, and the setting of its unit that is the cause. */
export interface Hidden {
  readonly folder: string;
  readonly setting: string;
}

/** What was found when secrets were read, as if all lay in one folder: by their path there. */
export interface Secrets {
  readonly folder: string;
  readonly files: ReadonlyMap<string, FileOnDisk | Error>;
}

/** Of the unit, and of whoever does not name another. */
export const CONFIG_FOLDER = '/etc/order-monit';

interface Options {
  readonly configDir?: string;
  readonly stateDir?: string;
  readonly runtimeDir?: string;
}

/** The options win, then what systemd sets for the unit, then Debian's places. */
export function directoriesOf(
  options: Options,
  environment: Readonly<Record<string, string | undefined>>,
): Directories {
  // systemd joins several directories with colons; ours has one.
  const given = (name: string): string | undefined => environment[name]?.split(':')[0];
  return {
    config: options.configDir ?? CONFIG_FOLDER,
    state: options.stateDir ?? given('STATE_DIRECTORY') ?? '/var/lib/order-monit',
    runtime: options.runtimeDir ?? given('RUNTIME_DIRECTORY') ?? '/run/order-monit',
    credentials: environment['CREDENTIALS_DIRECTORY'],
  };
}

/** Where the progress of a rewind is kept while there is one. */
export function rewindPath({ state }: Pick<Directories, 'state'>): string {
  return join(state, 'rewind.json');
}

/** Where outlasts the process what repairs wait for. */
export function repairPath({ state }: Pick<Directories, 'state'>): string {
  return join(state, 'repairs.json');
}

export function checkpointPath({ state }: Pick<Directories, 'state'>): string {
  return join(state, 'checkpoint');
}
