/** The log of the service: entries with fields, written in the form that suits who reads the stream. */
import { existsSync } from 'node:fs';

import { pino } from 'pino';

import { createJournalSink, JOURNAL_SOCKET, loadUnixDatagrams, type UnixDatagrams } from './journal.ts';
import { detectForm, journalLine, parseEntry, terminalLine, type Entry, type Level, type LogForm } from './log-form.ts';
import { createLineSink } from './log-sink.ts';
import { withErpName } from '../text/erp-name.ts';

/**
 * What a message is about, for programs: `event`, `orderId`, `orderNumber`,
 * `durationMs` and so on. Everything passes through JSON, so what hides itself
 * there (`toJSON`) is hidden in every form.
 */
export interface LogFields {
  readonly [name: string]: unknown;
  /** What went wrong, as caught. Shown with its causes, and with stack traces if they are wanted. */
  readonly error?: unknown;
  readonly level?: never;
  readonly time?: never;
  readonly message?: never;
}

type Write = (message: string, fields?: LogFields) => void;

/** The program's log. The message alone must make sense to a reader: a terminal shows nothing else. */
export type Log = Readonly<Record<Level, Write>>;

export interface LogOptions {
  /**
   * `process.stdout` or `process.stderr`, whose file descriptor is written to.
   * Having been touched, it no longer blocks if it is a pipe or a socket, so
   * that a reader that has stopped reading can't stop the program.
   */
  readonly stream: { readonly fd: number; readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The wall clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** The least level that is written. */
  readonly level?: Level;
  /** Whether errors come with their stack traces. */
  readonly backtrace?: boolean;
  /** Where journald listens. */
  readonly journalSocket?: string;
}

/**
 * Creates the log, in the form that suits who reads the stream (see
 * `log-form.ts`). Entries are written synchronously; one that can't be written
 * is lost, and counted, rather than waited for.
 */
export function createLog(options: LogOptions): Log {
  const { now, level = 'info', backtrace = false } = options;
  const timestamp = (): string => new Date(now()).toISOString();
  const write = sinkFor(options, timestamp);
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${timestamp()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error: unknown) => describeError(error, backtrace) },
    },
    {
      write: (line) => {
        write(withErpName(line.trimEnd()));
      },
    },
  );
  const writer =
    (at: Level): Write =>
    (message, fields = {}) => {
      logger[at](fields, message);
    };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    fatal: writer('fatal'),
  };
}

/** Takes pino's lines, and writes them for who reads the stream. */
function sinkFor(options: LogOptions, timestamp: () => string): (line: string) => void {
  const { stream, environment, journalSocket = JOURNAL_SOCKET } = options;
  const form = detectForm(stream, environment);
  const lostLine = (count: number, code: string): string =>
    JSON.stringify({
      level: 'warn',
      time: timestamp(),
      event: 'log-lines-lost',
      message: `${count} log lines before this one could not be written (${code})`,
    });
  const datagrams = form.kind === 'journal' && existsSync(journalSocket) ? unixDatagrams() : undefined;
  if (datagrams !== undefined) {
    const lostEntry = (count: number, code: string): Entry => parseEntry(lostLine(count, code));
    const send = createJournalSink({ datagrams, path: journalSocket, lostEntry });
    return (line) => {
      send(parseEntry(line));
    };
  }
  const render = renderer(form);
  const write = createLineSink({ fd: stream.fd, lostLine: (count, code) => render(lostLine(count, code)) });
  return (line) => {
    write(render(line));
  };
}

/** Without the native part the journal gets lines: all is said, only not in fields of its own. */
function unixDatagrams(): UnixDatagrams | undefined {
  try {
    return loadUnixDatagrams();
  } catch {
    return undefined;
  }
}

function renderer(form: LogForm): (line: string) => string {
  switch (form.kind) {
    case 'json':
      return (line) => line;
    case 'journal':
      return (line) => journalLine(parseEntry(line));
    case 'terminal':
      return (line) => terminalLine(parseEntry(line), form.colours);
  }
}

/** Causes deeper than this are left out: an error may be its own cause. */
const MAX_CAUSES = 5;

interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: unknown;
}

/** What of an error is logged. Other properties stay out: drivers hang connection settings on theirs. */
function describeError(error: unknown, backtrace: boolean, depth = 0): ErrorDescription | string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...('code' in error && (typeof error.code === 'string' || typeof error.code === 'number') && { code: error.code }),
    ...(backtrace && stack !== undefined && { stack }),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: describeError(cause, backtrace, depth + 1) }),
  };
}
