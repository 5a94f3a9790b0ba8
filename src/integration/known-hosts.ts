/**
 * OpenSSH's known_hosts files: which keys a host is known by. The syntax is in
 * sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
 *
 * A host that does not listen on port 22 is known by `[host]:port` only. A
 * line for the bare name says nothing of it: another server may answer there.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

import { readHostKey, type HostKey } from './host-key.ts';

/** One usable line. */
export interface KnownKey {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** The first field as written: patterns between commas, or one hashed name. */
  readonly hosts: string;
  readonly key: HostKey;
}

/** A line that says nothing, because it can't be read. */
export interface BadLine {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

export interface KnownHosts {
  readonly keys: readonly KnownKey[];
  readonly badLines: readonly BadLine[];
}

const SSH_PORT = 22;

/** The name that a server goes by in a known_hosts file. */
export function knownName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === SSH_PORT ? name : `[${name}]:${port}`;
}

/** Reads the text of one known_hosts file. Comments and empty lines are passed over. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const keys: KnownKey[] = [];
  const badLines: BadLine[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const trimmed = content.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const place = { file, line: index + 1 };
    const parsed = parseLine(trimmed);
    if (typeof parsed === 'string') badLines.push({ ...place, problem: parsed });
    else keys.push({ ...place, ...parsed });
  }
  return { keys, badLines };
}

const MARKERS: Readonly<Record<string, KnownKey['marker']>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'cert-authority',
};

/** What a line says, or what is wrong with it. */
function parseLine(line: string): Omit<KnownKey, 'file' | 'line'> | string {
  const fields = line.split(/[ \t]+/);
  let marker: KnownKey['marker'] = 'none';
  if (line.startsWith('@')) {
    const written = fields.shift() ?? '';
    const known = MARKERS[written];
    if (known === undefined) return `the marker ${written} is unknown (there are @revoked and @cert-authority)`;
    marker = known;
  }
  const [hosts, type, base64] = fields;
  if (hosts === undefined || type === undefined || base64 === undefined) return 'it lacks a host, a key type or a key';
  if (hosts.startsWith('|') && hashedName(hosts) === undefined) return 'its hashed host name is damaged';
  const key = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? readHostKey(Buffer.from(base64, 'base64')) : undefined;
  if (key === undefined) return 'its key is damaged';
  if (key.type !== type) return `it says ${type}, but its key is of type ${key.type}`;
  return { marker, hosts, key };
}

const HASHED_NAME = /^\|1\|([A-Za-z0-9+/]{27}=)\|([A-Za-z0-9+/]{27}=)$/;

/** Salt and hash of a name that was written with `HashKnownHosts`. */
function hashedName(hosts: string): { salt: Buffer; hash: Buffer } | undefined {
  const [, salt, hash] = HASHED_NAME.exec(hosts) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  return { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** Whether the first field of a line means this name (see {@link knownName}). */
export function hostsMatch(hosts: string, name: string): boolean {
  const hashed = hashedName(hosts);
  if (hashed !== undefined) {
    return timingSafeEqual(createHmac('sha1', hashed.salt).update(name).digest(), hashed.hash);
  }
  const patterns = hosts.toLowerCase().split(',');
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  if (negated.some((pattern) => patternMatches(pattern, name))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && patternMatches(pattern, name));
}

/** Matches `*` with any text and `?` with any one character, in time that grows with the two lengths only. */
function patternMatches(pattern: string, name: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern++;
      starAt = at;
    } else if (wanted === '?' || wanted === name[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more.
      inPattern = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(inPattern));
}

/** What the known_hosts files say of the key that a server presents. */
export type HostKeyJudgement =
  | { readonly kind: 'known' }
  | { readonly kind: 'revoked'; readonly by: KnownKey }
  /** The host is known by another key of the same kind. */
  | { readonly kind: 'changed'; readonly from: KnownKey }
  /** No key of this kind is on record for it; perhaps some of other kinds, or only a certificate authority. */
  | { readonly kind: 'unknown'; readonly others: readonly KnownKey[] };

/** Judges the key that a server of this name presents, as OpenSSH does with `StrictHostKeyChecking yes`. */
export function judgeHostKey(known: readonly KnownKey[], name: string, blob: Buffer): HostKeyJudgement {
  const ofHost = known.filter(({ hosts }) => hostsMatch(hosts, name));
  const same = ofHost.filter(({ key }) => key.blob.equals(blob));
  const revoked = same.find(({ marker }) => marker === 'revoked');
  if (revoked !== undefined) return { kind: 'revoked', by: revoked };
  if (same.some(({ marker }) => marker === 'none')) return { kind: 'known' };
  const type = readHostKey(blob)?.type;
  const changed = ofHost.find(({ marker, key }) => marker === 'none' && key.type === type);
  if (changed !== undefined) return { kind: 'changed', from: changed };
  return { kind: 'unknown', others: ofHost.filter(({ marker }) => marker !== 'revoked') };
}

/** The kinds of key that a host is known by, in the order of the files. */
export function knownTypes(known: readonly KnownKey[], name: string): readonly string[] {
  const types = known.flatMap(({ marker, hosts, key }) =>
    marker === 'none' && hostsMatch(hosts, name) ? [key.type] : [],
  );
  return [...new Set(types)];
}

/** A line for a known_hosts file. */
export function printKnownKey(name: string, key: HostKey): string {
  return `${name} ${key.type} ${key.blob.toString('base64')}\n`;
}
