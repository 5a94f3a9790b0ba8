import type { Connection } from 'mysql2/promise';

import { explainFailure, type ShopAddress } from './failure.ts';
import { openLink } from './link.ts';
import { asRows, type RawRow } from './row.ts';
import type { Columns } from './table.ts';

/** A connection that is open or being opened. */
interface Session {
  /** Resolves once statements can be sent. */
  readonly ready: Promise<Connection>;
  readonly closed: Promise<void>;
  readonly cut: () => void;
}

/** What a server that does not answer gets to take its leave. */
const GOODBYE_MS = 1000;

/**
 * One connection for reading that is made when it is needed, kept, and made
 * again after it broke. Statements follow one another on it; cutting one short
 * cuts those that wait behind it too.
 */
export class ShopConnection {
  readonly #options: ShopAddress;
  #session: Session | undefined;
  #columns: Columns | undefined;

  constructor(options: ShopAddress) {
    this.#options = options;
  }

  /**
   * Runs one statement and returns its rows.
   *
   * @throws Outage whatever goes wrong, an abort included; the connection is then dropped, so that nothing of it lingers
   */
  async query(sql: string, values: readonly (string | number)[], signal: AbortSignal): Promise<readonly RawRow[]> {
    let session: Session | undefined;
    try {
      throwIfAborted(signal);
      const { connectTimeoutMs, queryTimeoutMs } = this.#options;
      session = this.#session ??= this.#open();
      const { ready, cut } = session;
      const connection = await within(ready, { limitMs: connectTimeoutMs, signal, cut });
      const answer = connection.query({ sql, values: [...values] });
      const [rows] = await within(answer, { limitMs: queryTimeoutMs, signal, cut });
      return asRows(rows);
    } catch (error) {
      session?.cut();
      this.#forget(session);
      throw explainFailure(error, this.#options);
    }
  }

  /** What {@link keepColumns} was given over this connection: a later one may see another table. */
  get columns(): Columns | undefined {
    return this.#columns;
  }

  keepColumns(columns: Columns): void {
    this.#columns = columns;
  }

  /** Takes leave, so that the server does not log an aborted connection. */
  async close(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#forget(session);
    const timer = setTimeout(session.cut, GOODBYE_MS);
    await session.ready.then(async (connection) => connection.end()).catch(session.cut);
    await session.closed;
    clearTimeout(timer);
  }

  #open(): Session {
    const link = openLink(this.#options);
    const session = {
      ready: link.loggedIn.then(async (connection) => prepare(connection, this.#options.queryTimeoutMs)),
      closed: link.closed,
      cut: link.cut,
    };
    // A server that ends an idle connection is no failure: the next statement makes another one.
    void link.closed.then(() => {
      this.#forget(session);
    });
    return session;
  }

  #forget(session: Session | undefined): void {
    if (session === undefined || this.#session !== session) return;
    this.#session = undefined;
    this.#columns = undefined;
  }
}

/** Why nobody waits for the work any more. */
class WaitEnded extends Error {
  readonly code: 'ETIMEDOUT' | 'ABORTED';

  constructor(code: 'ETIMEDOUT' | 'ABORTED', cause?: unknown) {
    super('the wait was ended', { cause });
    this.code = code;
  }
}

/**
 * Waits for work, and cuts it short when it takes too long or nobody wants it
 * any more. The driver's own time limit starts anew with each packet, so a
 * server that trickles could stretch it for ever.
 */
async function within<T>(
  work: Promise<T>,
  { limitMs, signal, cut }: { limitMs: number; signal: AbortSignal; cut: () => void },
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(new WaitEnded('ETIMEDOUT'));
  }, limitMs);
  deadline.signal.addEventListener('abort', cut);
  signal.addEventListener('abort', cut);
  try {
    return await work;
  } catch (error) {
    deadline.signal.throwIfAborted();
    throwIfAborted(signal);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cut);
  }
}

function throwIfAborted({ aborted, reason }: AbortSignal): void {
  if (!aborted) return;
  // The caller's own deadline is a deadline too.
  const expired = reason instanceof Error && reason.name === 'TimeoutError';
  throw new WaitEnded(expired ? 'ETIMEDOUT' : 'ABORTED', reason);
}

/**
 * Makes the session one that reads what is committed and is in nobody's way:
 * with autocommit off, say, the first read would keep the shop from altering
 * its table for as long as we are connected. A server's own defaults may be anything.
 */
async function prepare(connection: Connection, queryTimeoutMs: number): Promise<Connection> {
  // With sql_mode as it may be, a backslash would not quote and a value could leave its quotes.
  await connection.query("SET SESSION autocommit = 1, sql_mode = '', time_zone = '+00:00'");
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY');
  await endQueriesOnTheServer(connection, queryTimeoutMs);
  return connection;
}

/** A query that is given up here must not go on there. MariaDB counts in seconds, MySQL in milliseconds. */
async function endQueriesOnTheServer(connection: Connection, timeoutMs: number): Promise<void> {
  const settings = [`max_statement_time = ${timeoutMs / 1000}`, `max_execution_time = ${timeoutMs}`];
  for (const setting of settings) {
    try {
      await connection.query(`SET SESSION ${setting}`);
      return;
    } catch (error) {
      // Each server knows one of the two; an old one knows neither and has to do without.
      if (!(error instanceof Error && 'code' in error && error.code === 'ER_UNKNOWN_SYSTEM_VARIABLE')) throw error;
    }
  }
}
