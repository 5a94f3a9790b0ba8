/**
 * The journal's native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/):
 * each entry is a datagram of fields, so that journalctl finds an order by
 * `ORDER_NUMBER=1226207`.
 *
 * The datagrams are sent without waiting. libsystemd's own sender would block
 * while journald does not read, and a blocked event loop is ended by the watchdog.
 */
import { getSystemErrorName } from 'node:util';

import { oneLine } from '../text/printable.ts';
import { MAX_MESSAGE_LENGTH, PRIORITIES, type Entry } from './log-form.ts';
import { MESSAGE_IDS } from './message-ids.ts';
import { loadNativePart } from './native-part.ts';

export const JOURNAL_SOCKET = '/run/systemd/journal/socket';

/** What is used of unix-dgram's native part. Failures are negative error numbers. */
export interface UnixDatagrams {
  readonly AF_UNIX: number;
  readonly SOCK_DGRAM: number;
  socket(family: number, type: number, protocol: number, received: () => void, writable: () => void): number;
  sendto(fd: number, bytes: Buffer, offset: number, length: number, path: string): number;
  close(fd: number): number;
}

/** @throws Error when the native part can't be used, with the reason */
export function loadUnixDatagrams(): UnixDatagrams {
  const loaded = loadNativePart('unix_dgram');
  if (!isUnixDatagrams(loaded)) throw new Error('the loaded module does not send datagrams');
  return loaded;
}

function isUnixDatagrams(loaded: unknown): loaded is UnixDatagrams {
  if (typeof loaded !== 'object' || loaded === null) return false;
  return ['socket', 'sendto', 'close'].every((name) => typeof Reflect.get(loaded, name) === 'function');
}

/** How long a journal that does not read is waited for, and in which steps. */
const PATIENCE_MS = 200;
const PAUSE_MS = 10;

export interface JournalSinkOptions {
  readonly datagrams: UnixDatagrams;
  /** The socket of journald. */
  readonly path: string;
  /** Makes the entry that says how many were lost before it, and for which error code. */
  readonly lostEntry: (count: number, code: string) => Entry;
}

/**
 * Sends entries to the journal, at once and in order. Like the lines of
 * `log-sink.ts`, one that it does not take is lost, and counted, rather than
 * waited for.
 */
export function createJournalSink({ datagrams, path, lostEntry }: JournalSinkOptions): (entry: Entry) => void {
  let lost = 0;
  let reason = '';

  const send = (entry: Entry): boolean => {
    const bytes = encodeEntry(entry);
    // A socket for each entry: an open one would keep the process alive.
    const fd = datagrams.socket(datagrams.AF_UNIX, datagrams.SOCK_DGRAM, 0, ignore, ignore);
    let result = fd;
    if (fd >= 0) {
      // Who is behind already is not waited for again.
      let pauses = lost > 0 ? 0 : PATIENCE_MS / PAUSE_MS;
      result = datagrams.sendto(fd, bytes, 0, bytes.length, path);
      for (; result < 0 && getSystemErrorName(result) === 'EAGAIN' && pauses > 0; pauses -= 1) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
        result = datagrams.sendto(fd, bytes, 0, bytes.length, path);
      }
      datagrams.close(fd);
    }
    if (result < 0) reason = getSystemErrorName(result);
    return result >= 0;
  };

  return (entry) => {
    if (lost > 0 && send(lostEntry(lost, reason))) lost = 0;
    if (lost > 0 || !send(entry)) lost += 1;
  };
}

function ignore(): void {
  // Nothing is ever received, and nobody waits for the socket to be writable.
}

/** journald's own limit for a name. */
const MAX_NAME_LENGTH = 64;
/** All fields of an entry together have to fit into one datagram, of some 200 kB. */
const MAX_VALUE_LENGTH = 16_000;

/** The entry as a datagram: MESSAGE and PRIORITY, and every field of it under its name in capitals. */
export function encodeEntry({ level, message, fields }: Entry): Buffer {
  const { event, error, ...rest } = fields;
  const messageId = typeof event === 'string' ? MESSAGE_IDS[event] : undefined;
  const own: readonly [string, unknown][] = [
    ['MESSAGE', oneLine(message, MAX_MESSAGE_LENGTH)],
    ['PRIORITY', PRIORITIES[level]],
    ['SYSLOG_IDENTIFIER', 'order-monit'],
    ['MESSAGE_ID', messageId],
    ['EVENT', event],
  ];
  const others = [...Object.entries(rest), ...errorFields(error)].map(([name, value]): [string, unknown] => [
    fieldName(name),
    value,
  ]);
  const taken = new Set(own.map(([name]) => name));
  const all = [...own, ...others.filter(([name]) => !taken.has(name))];
  return Buffer.concat(all.filter(([, value]) => value !== undefined).map(([name, value]) => encodeField(name, value)));
}

function errorFields(error: unknown): readonly [string, unknown][] {
  if (error === undefined) return [];
  if (typeof error !== 'object' || error === null) return [['error', error]];
  return Object.entries(error).map(([name, value]): [string, unknown] => [`error_${name}`, value]);
}

/** `durationMs` becomes DURATION_MS. The journal takes capitals, digits and underscores; a leading one is its own. */
function fieldName(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  const valid = words.replaceAll(/[^A-Z0-9_]+/g, '_').replace(/^[^A-Z]+/, '');
  return (valid === '' ? 'FIELD' : valid).slice(0, MAX_NAME_LENGTH);
}

/** A value with line breaks goes with its length, so that nothing in it can pass for a field. */
function encodeField(name: string, value: unknown): Buffer {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_VALUE_LENGTH);
  if (!text.includes('\n')) return Buffer.from(`${name}=${text}\n`);
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
}
