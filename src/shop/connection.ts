/** A connection to the shop's database that is made when it is needed, kept, and made again after it broke. */
import { once } from 'node:events';

import type { Connection } from 'mysql2';

import type { BoundedStream } from '../net/bounded-stream.ts';
import { errorCode } from '../text/error.ts';
import { explainFailure, type ShopAddress } from './failure.ts';
import { openLink, runStatement } from './link.ts';
import { asRows, type RawRow } from './row.ts';
import type { Columns } from './table.ts';

/** A connection that is open or being opened. */
interface Session {
  /** Resolves once statements can be sent. */
  readonly ready: Promise<Connection>;
  /** There once they can. */
  connection: Connection | undefined;
  readonly stream: BoundedStream;
  readonly addresses: () => readonly string[];
}

/** What a connection is for, if not for reading orders. */
export interface SessionOptions {
  readonly purpose: 'election' | 'lease';
  /** The server ends a connection that has been silent for so long. */
  readonly endAfterSilenceS: number;
}

export interface ShopConnectionOptions extends ShopAddress {
  readonly session?: SessionOptions;
}

/** The longest answer, of ten thousand orders with the longest numbers there can be, has a quarter of that. */
const MAX_ANSWER_BYTES = 64 * 1_048_576;

/** What a server that does not answer gets to take its leave. */
const GOODBYE_MS = 1000;

/**
 * Statements follow one another on the one connection; cutting one short cuts
 * those that wait behind it too.
 */
export class ShopConnection {
  readonly #options: ShopConnectionOptions;
  #session: Session | undefined;
  #columns: Columns | undefined;
  #closed = false;

  constructor(options: ShopConnectionOptions) {
    this.#options = options;
  }

  /**
   * Runs one statement and returns its rows, of which some statements have none.
   *
   * @throws Outage whatever goes wrong, an abort included; the connection is then dropped, so that nothing of it lingers
   */
  async query(sql: string, values: readonly (string | number)[], signal: AbortSignal): Promise<readonly RawRow[]> {
    let session: Session | undefined;
    try {
      if (signal.aborted) throw abortOf(signal);
      // Whoever still asks has been exchanged: a connection made for it would be nobody's to close.
      if (this.#closed) throw new WaitEnded('ABORTED');
      const { connectTimeoutMs, queryTimeoutMs } = this.#options;
      session = this.#session ??= this.#open();
      const { ready, stream } = session;
      const connection = session.connection ?? (await whileOpen(ready, { stream, limitMs: connectTimeoutMs, signal }));
      session.connection = connection;
      stream.allow(MAX_ANSWER_BYTES);
      const answer = runStatement(connection, sql, values);
      const result = await whileOpen(answer, { stream, limitMs: queryTimeoutMs, signal });
      // The driver gives a result also of packets for which the stream was broken.
      if (stream.errored !== null) throw stream.errored;
      return asRows(result);
    } catch (error) {
      // That nothing can be written any more is no reason: what broke the stream is.
      const reason = errorCode(error) === 'ERR_STREAM_DESTROYED' ? (session?.stream.errored ?? error) : error;
      session?.stream.destroy();
      this.#forget(session);
      throw explainFailure(reason, this.#options, {
        addresses: session?.addresses() ?? [],
        speaker: session?.stream.speaker,
      });
    }
  }

  /** What {@link keepColumns} was given over this connection: a later one may see another table. */
  get columns(): Columns | undefined {
    return this.#columns;
  }

  keepColumns(columns: Columns): void {
    this.#columns = columns;
  }

  /** Takes leave for good, so that the server does not log an aborted connection. */
  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    if (session === undefined) return;
    this.#forget(session);
    const { ready, stream } = session;
    ready
      .then((connection) => {
        connection.end(() => undefined);
      })
      .catch(() => stream.destroy());
    if (!stream.closed) await once(stream, 'close', { signal: AbortSignal.timeout(GOODBYE_MS) }).catch(() => undefined);
    stream.destroy();
  }

  #open(): Session {
    // A server that ends an idle connection is no failure: the next statement makes another one.
    const { addresses, loggedIn, stream } = openLink(this.#options, () => {
      this.#forget(session);
    });
    const ready = loggedIn.then(async (connection) => prepare(connection, this.#options));
    const session: Session = { ready, connection: undefined, stream, addresses };
    return session;
  }

  #forget(session: Session | undefined): void {
    if (session === undefined || this.#session !== session) return;
    this.#session = undefined;
    this.#columns = undefined;
  }
}

/** Why a wait was over before the work was. */
class WaitEnded extends Error {
  readonly code: 'ETIMEDOUT' | 'ABORTED' | 'PROTOCOL_CONNECTION_LOST';

  constructor(code: WaitEnded['code'], cause?: unknown) {
    super('the wait was ended', { cause });
    this.code = code;
  }
}

/**
 * Waits for work, for as long as it may take, somebody wants it and the stream
 * is open. The driver does none of the three dependably: its own time limit
 * starts anew with each packet, and a query that waits is not told of the loss
 * of the connection in every state.
 */
async function whileOpen<T>(
  work: Promise<T>,
  { stream, limitMs, signal }: { stream: BoundedStream; limitMs: number; signal: AbortSignal },
): Promise<T> {
  let end: (reason: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  const timer = setTimeout(() => {
    end(new WaitEnded('ETIMEDOUT'));
  }, limitMs);
  const onAbort = (): void => {
    end(abortOf(signal));
  };
  const onClose = (): void => {
    // What the driver knows of the reason comes first.
    setImmediate(end, new WaitEnded('PROTOCOL_CONNECTION_LOST'));
  };
  signal.addEventListener('abort', onAbort);
  stream.once('close', onClose);
  if (signal.aborted) onAbort();
  if (stream.closed) onClose();
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    stream.off('close', onClose);
  }
}

/** The caller's own deadline is a deadline too. */
function abortOf({ reason }: AbortSignal): WaitEnded {
  const expired = reason instanceof Error && reason.name === 'TimeoutError';
  return new WaitEnded(expired ? 'ETIMEDOUT' : 'ABORTED', reason);
}

/**
 * Makes the session one that reads what is committed and is in nobody's way:
 * with autocommit off, say, the first read would keep the shop from altering
 * its table for as long as we are connected. A server's own defaults may be anything.
 */
async function prepare(
  connection: Connection,
  { queryTimeoutMs, session }: ShopConnectionOptions,
): Promise<Connection> {
  // The character set that the driver asked for may have been turned down, or changed by the server's init_connect.
  // A server from before 2010 has another UTF-8, and the driver reads what it gives.
  await setIfKnown(connection, 'NAMES utf8mb4', 'ER_UNKNOWN_CHARACTER_SET');
  // With sql_mode as it may be, a backslash would not quote and a value could leave its quotes.
  await runStatement(connection, "SET SESSION autocommit = 1, sql_mode = '', time_zone = '+00:00'");
  const access = session?.purpose === 'lease' ? 'READ WRITE' : 'READ ONLY';
  await runStatement(connection, `SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, ${access}`);
  if (session !== undefined) await runStatement(connection, 'SET SESSION wait_timeout = ?', [session.endAfterSilenceS]);
  await endQueriesOnTheServer(connection, queryTimeoutMs);
  return connection;
}

/** A query that is given up here must not go on there. MariaDB counts in seconds, MySQL in milliseconds. */
async function endQueriesOnTheServer(connection: Connection, timeoutMs: number): Promise<void> {
  const settings = [`max_statement_time = ${timeoutMs / 1000}`, `max_execution_time = ${timeoutMs}`];
  for (const setting of settings) {
    // Each server knows one of the two; an old one knows neither and has to do without.
    if (await setIfKnown(connection, `SESSION ${setting}`, 'ER_UNKNOWN_SYSTEM_VARIABLE')) return;
  }
}

/** Returns false where the server says, by this error, that it does not know the setting. */
async function setIfKnown(connection: Connection, setting: string, unknown: string): Promise<boolean> {
  try {
    await runStatement(connection, `SET ${setting}`);
    return true;
  } catch (error) {
    if (errorCode(error) !== unknown) throw error;
    return false;
  }
}
