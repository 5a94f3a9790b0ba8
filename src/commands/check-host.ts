/** What `check` says of the host: whether the service can see its files, and write in its folder. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { hiddenBy } from '../adapters/settings.ts';
import type { Directories } from '../config/directories.ts';
import { describeFault, type Config, type Fault } from '../config/index.ts';
import { errorCode } from '../text/error.ts';

interface Named {
  readonly file: string;
  readonly key: string;
  /** Several are candidates. */
  readonly paths: readonly string[];
  readonly remedy: string;
}

/** Files that the configuration names, which are opened only when they are needed, and which the service does not see. */
export function hiddenFiles(config: Config, { config: folder, rootsView }: Directories): readonly string[] {
  const hidden = rootsView?.hidden ?? [];
  return namedFiles(config, folder).flatMap(({ file, key, paths, remedy }) => {
    const meant = paths.length === 1 ? paths : paths.filter((path) => existsSync(path));
    const [first, ...others] = meant.map((path) => ({ path, setting: hiddenBy(path, hidden) }));
    const isSeen = others.some(({ setting }) => setting === undefined);
    if (first?.setting === undefined || isSeen) return [];
    const problem = `${first.path} can not be seen by the service: its unit hides that folder from it (${first.setting}).`;
    const fault: Fault = { severity: 'error', file: join(folder, file), key, problem, remedy };
    return [describeFault(fault)];
  });
}

function namedFiles({ integrationServer, database, erp }: Config, folder: string): readonly Named[] {
  const { privateKeys, keyCredential, knownHosts, agentSocket } = integrationServer;
  const { server } = database;
  const file = 'integration_server.yml';
  const key = join(folder, 'credentials', 'ssh_key');
  return [
    {
      file,
      key: 'private_key',
      paths: keyCredential === undefined ? privateKeys : [],
      remedy: `Move it to ${key}, and remove private_key.`,
    },
    { file, key: 'known_hosts', paths: knownHosts, remedy: `Move it to ${join(folder, 'known_hosts')}.` },
    {
      file,
      key: 'agent',
      paths: agentSocket === undefined ? [] : [agentSocket],
      remedy: `Put a key in ${key} instead.`,
    },
    {
      file: 'database.yml',
      key: 'socket',
      paths: server.kind === 'socket' ? [server.path] : [],
      remedy: 'Have the database server make it in another folder, or use host and port.',
    },
    {
      file: 'erp.yml',
      key: 'command',
      paths: erp.kind === 'command' ? [erp.words[0]] : [],
      remedy: `Move it to ${join(folder, 'bin')}.`,
    },
  ];
}

export interface StateFault {
  readonly subject: 'checkpoint' | 'state folder';
  readonly text: string;
}

/** Opened for writing where they are, so the right to write the folder does not do. */
const WRITTEN = ['checkpoint', 'lock', 'history'];
/** A handful of cycles' worth of records. */
const LEAST_BYTES = 1 << 20;

/**
 * What keeps the service from writing in its folder. Nothing is written to find out. A folder that is not there is made by
 * systemd, and what a visitor may do there says nothing of the service.
 */
export function stateFaults({ state, rootsView }: Directories): readonly StateFault[] {
  const found = statSync(state, { throwIfNoEntry: false });
  const isVisitor = rootsView === undefined && found?.uid !== process.getuid?.();
  if (found === undefined || isVisitor) return [];
  const closed = closedOf(state, constants.W_OK | constants.X_OK);
  if (closed !== undefined) return [{ subject: 'state folder', text: closed }];
  const { bavail, bsize } = statfsSync(state);
  const free = bavail * bsize;
  const full = `${state}: its disk is full (${Math.floor(free / 1024)} KiB are left). Free space on it.`;
  const faults: StateFault[] = free < LEAST_BYTES ? [{ subject: 'state folder', text: full }] : [];
  for (const name of WRITTEN) {
    const path = join(state, name);
    const text = existsSync(path) ? closedOf(path, constants.R_OK | constants.W_OK) : undefined;
    if (text !== undefined) faults.push({ subject: name === 'checkpoint' ? name : 'state folder', text });
  }
  return faults;
}

function closedOf(path: string, rights: number): string | undefined {
  try {
    accessSync(path, rights);
    return undefined;
  } catch (error) {
    const what = `${path} can not be read and written by the service`;
    if (errorCode(error) === 'EROFS') return `${what}: its file system is read-only. Look into the kernel log for why.`;
    return `${what} (user ${userName()}). Run: chown -R ${userName()}: ${path}; chmod -R u+rwX ${path}`;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account that this host does not know.
    return String(process.getuid?.());
  }
}
