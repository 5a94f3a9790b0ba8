/** The secrets that systemd hands to the service, as root reads them for its own commands. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Directories, RootsView } from '../config/directories.ts';
import { readFromDisk, type Fault, type FileOnDisk } from '../config/index.ts';
import { errorCode } from '../text/error.ts';
import { oneLine } from '../text/printable.ts';
import { walkTo, weaknessOf } from './path-walk.ts';
import type { Unit } from './unit.ts';

const ROOT = { uid: 0, gid: 0 };
/** Of the credential that is a whole folder. */
const FOLDER_NAME = 'order-monit';
/** A TPM takes a second or two. */
const DECRYPTION_MS = 10_000;

/**
 * Reads what only root may read, and only where nobody else could have put it there: the folder of credentials, and what
 * drop-ins of the unit load besides.
 */
export function rootsView(directories: Directories, unit: Unit | undefined): RootsView {
  const folder = directories.credentials ?? join(resolve(directories.config), 'credentials');
  const sources = unit?.credentials ?? [{ name: FOLDER_NAME, path: folder, isEncrypted: false }];
  const files = new Map<string, FileOnDisk | Error>();
  const faults: Fault[] = [];
  for (const { name, path, isEncrypted } of sources) {
    const source = lookAt(path);
    if (source === 'absent' && unit !== undefined) faults.push(absent(path));
    if (source === 'absent') continue;
    if (typeof source !== 'string') faults.push(source);
    else if (source === 'file') {
      const file = isEncrypted ? decrypted(name, path) : read(path);
      if ('problem' in file) faults.push(file);
      else files.set(join(folder, name), file);
    } else if (isEncrypted) faults.push(encryptedFolder(path));
    // Of any other folder, systemd gives the files names that nobody asks for.
    else if (name === FOLDER_NAME)
      for (const each of readdirSync(path)) addTo(files, join(folder, each), join(path, each));
  }
  const { executable, hidden = [] } = unit ?? {};
  return { secrets: { folder, files }, hidden, faults, ...(executable === undefined ? {} : { executable }) };
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

/** systemd itself decrypts it: the key is the host's. */
function decrypted(name: string, file: string): FileOnDisk | Fault {
  const words = ['decrypt', `--name=${name}`, file, '-'];
  const { error, status, stderr, stdout } = spawnSync('systemd-creds', words, { env: {}, timeout: DECRYPTION_MS });
  // Who may read the encrypted file does not matter.
  if (status === 0) return { content: stdout, mode: 0o400, path: file };
  const why = error?.message ?? stderr.toString().trim().split('\n').at(-1) ?? '';
  return {
    severity: 'error',
    file,
    problem: `is an encrypted credential that systemd-creds could not decrypt: ${oneLine(why, 300)}`,
    remedy: `See what is wrong: systemd-creds ${words.join(' ')}`,
  };
}

function encryptedFolder(file: string): Fault {
  return {
    severity: 'error',
    file,
    problem: 'is a folder of encrypted credentials, which commands of root do not read.',
    remedy: 'Load each of its files by a LoadCredentialEncrypted= of its own.',
  };
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
