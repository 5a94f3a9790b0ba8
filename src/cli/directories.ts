import { join } from 'node:path';

import type { FileOnDisk } from '../config/index.ts';

/** Where order-monit finds and keeps its files. */
export interface Directories {
  readonly config: string;
  readonly state: string;
  readonly runtime: string;
  /** systemd's `$CREDENTIALS_DIRECTORY`, where the unit loads secrets. */
  readonly credentials: string | undefined;
  /** Read while this process was still root's; it can not read them any more. */
  readonly secrets?: Secrets;
}

/** What was found when the files of a folder were read, by path. */
export interface Secrets {
  readonly folder: string;
  readonly files: ReadonlyMap<string, FileOnDisk | Error>;
}

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
    config: options.configDir ?? '/etc/order-monit',
    state: options.stateDir ?? given('STATE_DIRECTORY') ?? '/var/lib/order-monit',
    runtime: options.runtimeDir ?? given('RUNTIME_DIRECTORY') ?? '/run/order-monit',
    credentials: environment['CREDENTIALS_DIRECTORY'],
  };
}

/** Where the progress of a rewind is kept while there is one. */
export function rewindPath({ state }: Directories): string {
  return join(state, 'rewind.json');
}

/** Where outlasts the process what repairs wait for. */
export function repairPath({ state }: Directories): string {
  return join(state, 'repairs.json');
}

export function checkpointPath({ state }: Directories): string {
  return join(state, 'checkpoint');
}
