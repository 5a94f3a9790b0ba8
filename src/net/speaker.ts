/** Who speaks at a port, by the first bytes from there: a port that leads to another server than people think is named. */
import { oneLine } from '../text/printable.ts';
import type { Destination, Failure } from './destination.ts';

export type Protocol = 'ssh' | 'tls' | 'http' | 'mysql' | 'smtp' | 'ftp' | 'mailbox';

export interface Speaker {
  readonly protocol: Protocol;
  /** How people call it: `an SSH server`. */
  readonly name: string;
  /** Its own words, in one bounded line, or nothing. They may hold secrets that were sent to it. */
  readonly said: string;
}

/** So much is enough to know one by. */
export const SPEAKER_BYTES = 512;

const LONGEST_SAID = 120;

/** Those that begin with words. The first that fits counts. */
export const BY_WORDS: readonly (readonly [said: RegExp, protocol: Protocol, name: string])[] = [
  [/^SSH-\d/, 'ssh', 'an SSH server'],
  [/^(?:HTTP\/\d|<(?:!doctype html|html)\b)/i, 'http', 'a web server'],
  [/^\d{3}[ -].*(?:smtp|lmtp)/i, 'smtp', 'a mail server (SMTP)'],
  [/^\d{3}[ -].*(?:ftpd\b|\bftp (?:server|service)|filezilla)/i, 'ftp', 'an FTP server'],
  [/^\d{3}[ -]/, 'smtp', 'a mail server (SMTP) or an FTP server'],
  [/^\+OK\b/, 'mailbox', 'a mailbox server (POP3)'],
  [/^\* (?:OK|PREAUTH|BYE)\b/, 'mailbox', 'a mailbox server (IMAP)'],
];

/** Who speaks so; `undefined` where that can not be told. */
export function speakerOf(bytes: Buffer): Speaker | undefined {
  const start = bytes.subarray(0, SPEAKER_BYTES);
  const database = databaseIn(start);
  if (database !== undefined) return { protocol: 'mysql', name: 'a MySQL or MariaDB server', said: shown(database) };
  if (isTlsRecord(start)) return { protocol: 'tls', name: 'a server that speaks TLS', said: '' };
  const [line = ''] = start.toString('utf8').split(/[\r\n]/, 1);
  const known = BY_WORDS.find(([said]) => said.test(line));
  return known === undefined ? undefined : { protocol: known[1], name: known[2], said: shown(line) };
}

function shown(text: string): string {
  return oneLine(text, LONGEST_SAID);
}

const DATABASE_PROTOCOL = 10;
const DATABASE_ERROR = 0xff;

/**
 * The version in a database server's first packet, or what its error says: behind a length of three bytes, a number that
 * begins with 0, and what kind of packet it is.
 */
function databaseIn(bytes: Buffer): string | undefined {
  const [, second, third, number, kind] = bytes;
  if (second === undefined || second > 3 || third !== 0 || number !== 0) return undefined;
  const text = bytes.toString('latin1');
  if (kind === DATABASE_PROTOCOL) return /^([\w.:+~@-]{3,80})\0/.exec(text.slice(5))?.[1];
  // Behind the error's number, and perhaps its SQL state.
  if (kind === DATABASE_ERROR) return /^(?:#\w{5})?([ -~]{3,})/.exec(text.slice(7))?.[1];
  return undefined;
}

/** Handshake, alert and the like: their kind, and a version of SSL 3 or TLS. */
function isTlsRecord([kind = 0, major, minor = 255]: Buffer): boolean {
  return kind >= 0x14 && kind <= 0x17 && major === 3 && minor <= 4;
}

/** That somebody else speaks at a place than who was to: `wanted` as in `no web server`. */
export function otherSpeaker(
  { name, said }: Speaker,
  wanted: string,
  { clean = (text) => text, place, setting }: Pick<Destination, 'clean' | 'place' | 'setting'>,
): Failure {
  const quote = clean(said);
  return {
    reason: `what answers at ${place} is ${name}, and no ${wanted}${quote === '' ? '' : `: it says "${quote}"`}`,
    hint: `check ${setting}, the port above all`,
  };
}
