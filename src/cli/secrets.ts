/** The secrets that systemd hands to the service, as root reads them for its own commands. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { readFromDisk, type Fault, type FileOnDisk } from '../config/index.ts';
import { errorCode } from '../core/error-code.ts';
import type { Directories, RootsView } from './directories.ts';
import { walkTo, weaknessOf } from './path-walk.ts';
import type { Unit } from './unit.ts';

const ROOT = { uid: 0, gid: 0 };
/** Of the credential that is a whole folder. */
const FOLDER_NAME = 'order-monit';

/**
 * Reads what only root may read, and only where nobody else could have put it there: the folder of credentials, and what
 * drop-ins of the unit load besides.
 */
export function rootsView(directories: Directories, unit: Unit | undefined): RootsView {
  const folder = directories.credentials ?? join(resolve(directories.config), 'credentials');
  const sources = unit?.credentials ?? [{ name: FOLDER_NAME, path: folder }];
  const files = new Map<string, FileOnDisk | Error>();
  const faults: Fault[] = [];
  for (const { name, path } of sources) {
    const source = lookAt(path);
    if (source === 'absent' && unit !== undefined) faults.push(absent(path));
    if (source === 'absent') continue;
    if (typeof source !== 'string') faults.push(source);
    else if (source === 'file') files.set(join(folder, name), read(path));
    // Of any other folder, systemd gives the files names that nobody asks for.
    else if (name === FOLDER_NAME)
      for (const each of readdirSync(path)) addTo(files, join(folder, each), join(path, each));
  }
  return { secrets: { folder, files }, hidden: unit?.hidden ?? [], faults };
}

/** One with the name itself goes before one of a folder, as it does for the service. */
function addTo(files: Map<string, FileOnDisk | Error>, name: string, path: string): void {
  if (!files.has(name)) files.set(name, read(path));
}

function absent(file: string): Fault {
  return {
    severity: 'error',
    file,
    problem:
      'is not there, but the unit loads credentials from it, so systemd does not start the service (243/CREDENTIALS).',
    remedy: 'Put it there; for the folder, run: systemd-tmpfiles --create order-monit.conf',
  };
}

function lookAt(file: string): 'absent' | 'file' | 'folder' | Fault {
  const way = walkTo(file);
  if (way.found === undefined) return 'absent';
  const weakness = weaknessOf(way, ROOT);
  if (weakness === undefined) return way.found.isDirectory() ? 'folder' : 'file';
  const problem = 'is not read, because others than root could put secrets there.';
  return { severity: 'error', file, problem, remedy: weakness };
}

/** What can't be read is said where it is asked for. */
function read(path: string): FileOnDisk | Error {
  try {
    return { ...readFromDisk(path), path };
  } catch (error) {
    if (error instanceof Error && errorCode(error) !== undefined) return error;
    throw error;
  }
}
