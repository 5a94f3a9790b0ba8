/** The known_hosts files on this host's disk. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

import { makeFolders, syncFolder } from '../files/folders.ts';
import { readFile } from '../files/read-file.ts';
import { errorCode } from '../text/error.ts';
import type { HostKey } from './host-key.ts';
import {
  hostsMatch,
  knownName,
  parseKnownHosts,
  printKnownKey,
  type KnownHosts,
  type KnownKey,
} from './known-hosts.ts';

/**
 * Reads the files one after another. One that does not exist says nothing.
 *
 * @throws the system's error for a file that is there and can't be read
 */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHosts> {
  const read = await Promise.all(files.map(async (file) => parseKnownHosts(await textOf(file), file)));
  return { keys: read.flatMap(({ keys }) => keys), badLines: read.flatMap(({ badLines }) => badLines) };
}

/** Hundreds of thousands of hosts. */
const LARGEST_BYTES = 64 * 1024 * 1024;

async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, LARGEST_BYTES)).content.toString();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

/** The file knows the host by another key of the same kind, or has the key as revoked. Nothing was written. */
export class HostKeyConflict extends Error {
  override readonly name = 'HostKeyConflict';

  constructor(name: string, { file, line, marker, key }: KnownKey) {
    const said =
      marker === 'revoked'
        ? `has the ${key.kind} key ${key.fingerprint} of ${name} as revoked`
        : `knows ${name} by another ${key.kind} key (${key.fingerprint})`;
    super(`${file} line ${line} ${said}. Find out why it changed; then ${removal(file, name)}`);
  }
}

/** How a host's old keys are taken out of a file. */
export function removal(file: string, name: string): string {
  return `remove the old key with: ssh-keygen -f ${file} -R ${name.includes('[') ? `'${name}'` : name}`;
}

export interface TrustOptions {
  readonly host: string;
  readonly port: number;
  readonly keys: readonly HostKey[];
}

/**
 * Records a host's keys in a known_hosts file, durably, and makes the file
 * (mode 0644) and its folder where they are missing. Keys that are there
 * already stay as they are.
 *
 * @returns the keys that were added
 * @throws HostKeyConflict when the file contradicts one of the keys; then none is added
 */
export async function trustHost(path: string, { host, port, keys }: TrustOptions): Promise<readonly HostKey[]> {
  const name = knownName(host, port);
  const text = await textOf(path);
  const known = parseKnownHosts(text, path).keys.filter(({ hosts }) => hostsMatch(hosts, name));
  const added = keys.filter((key) => !isRecorded(known, name, key));
  if (added.length === 0) return added;

  const folder = dirname(path);
  await makeFolders(folder, 0o700);
  const file = await open(path, 'a');
  try {
    // The service reads what root may have made, whatever root's umask.
    if (text === '') await file.chmod(0o644);
    const gap = text === '' || text.endsWith('\n') ? '' : '\n';
    await file.appendFile(gap + added.map((key) => printKnownKey(name, key)).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(folder);
  return added;
}

function isRecorded(known: readonly KnownKey[], name: string, key: HostKey): boolean {
  const same = known.filter((entry) => entry.key.blob.equals(key.blob));
  const revoked = same.find(({ marker }) => marker === 'revoked');
  if (revoked !== undefined) throw new HostKeyConflict(name, revoked);
  if (same.some(({ marker }) => marker === 'none')) return true;
  const other = known.find(({ marker, key: { type } }) => marker === 'none' && type === key.type);
  if (other !== undefined) throw new HostKeyConflict(name, other);
  return false;
}
