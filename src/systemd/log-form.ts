/** How log lines look, by who reads them: people at a terminal, systemd's journal, or a program behind a pipe. */
import { fstatSync } from 'node:fs';
import { inspect } from 'node:util';

import { oneLine } from '../text/printable.ts';

export type LogForm =
  { readonly kind: 'terminal'; readonly colours: boolean } | { readonly kind: 'journal' } | { readonly kind: 'json' };

export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** A log entry as pino writes it, read back. */
export interface Entry {
  readonly level: Level;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly message: string;
  /** Everything else, in the order in which it was given. */
  readonly fields: Readonly<Record<string, unknown>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Who reads a stream. */
export function detectForm(
  stream: { readonly fd: number; readonly isTTY?: boolean },
  environment: Environment,
): LogForm {
  if (isJournal(stream.fd, environment['JOURNAL_STREAM'])) return { kind: 'journal' };
  if (stream.isTTY !== true) return { kind: 'json' };
  // https://no-color.org: any value but the empty one.
  const colours = (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  return { kind: 'terminal', colours };
}

/** JOURNAL_STREAM holds device and inode of the stream to the journal (systemd.exec(5)); a redirected stream differs. */
function isJournal(fd: number, journalStream: string | undefined): boolean {
  if (journalStream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return journalStream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const satisfies readonly Level[];

/** Reads one of pino's lines. A line that is none becomes an entry that shows it. */
export function parseEntry(line: string): Entry {
  const { level, time, message, ...fields } = parseObject(line);
  return {
    level: LEVELS.find((known) => known === level) ?? 'info',
    time: typeof time === 'string' ? time : '',
    message: typeof message === 'string' ? message : line,
    fields,
  };
}

function parseObject(line: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/** The journal cuts a line at 48 KiB (LineMax= of journald.conf(5)); what is longer than this is no message any more. */
export const MAX_MESSAGE_LENGTH = 8000;
const MAX_FIELD_LENGTH = 4000;

/** syslog's numbers, by which `journalctl -p` chooses (sd-daemon(3)). */
export const PRIORITIES: Readonly<Record<Level, number>> = { debug: 7, info: 6, warn: 4, error: 3, fatal: 2 };

/** `<6>message key=value …`: the journal takes the number for its PRIORITY and keeps the time itself. */
export function journalLine({ level, message, fields }: Entry): string {
  const parts = Object.entries(fields).map(([name, value]) => `${name}=${fieldText(value)}`);
  return [`<${PRIORITIES[level]}>${oneLine(message, MAX_MESSAGE_LENGTH)}`, ...parts].join(' ');
}

function fieldText(value: unknown): string {
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value), MAX_FIELD_LENGTH);
  return text !== '' && !/[\s"=]/.test(text) ? text : JSON.stringify(text);
}

/** What stands before a message that wants attention, so that it does so without colours too. */
const MARKS: Readonly<Record<Level, string>> = {
  debug: '',
  info: '',
  warn: 'warning: ',
  error: 'error: ',
  fatal: 'error: ',
};

const COLOURS: Readonly<Record<Level, keyof typeof inspect.colors>> = {
  debug: 'grey',
  info: 'reset',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
};

/**
 * `12:03:04 message`, in local time. People get the message only: it says all
 * that they need. A stack trace, where there is one, follows on its own lines.
 */
export function terminalLine({ level, time, message, fields }: Entry, colours: boolean): string {
  const paint = (colour: keyof typeof inspect.colors, text: string): string => {
    const codes = inspect.colors[colour];
    return colours && codes !== undefined ? `\u001b[${codes[0]}m${text}\u001b[${codes[1]}m` : text;
  };
  const at = new Date(time);
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  const text = `${MARKS[level]}${oneLine(message, MAX_MESSAGE_LENGTH)}`;
  const first = `${paint('grey', clock)} ${level === 'info' ? text : paint(COLOURS[level], text)}`;
  const trace = stackOf(fields['error']).map((line) => paint('grey', `  ${oneLine(line, MAX_FIELD_LENGTH)}`));
  return [first, ...trace].join('\n');
}

function stackOf(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return [];
  return typeof error.stack === 'string' ? error.stack.split('\n') : [];
}
