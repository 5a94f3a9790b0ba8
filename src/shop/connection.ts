import { createConnection, type Connection, type ConnectionOptions, type SslOptions } from 'mysql2/promise';

import { explainFailure } from './failure.ts';

/** Where the shop's database is, and who logs in. */
export interface ServerOptions {
  readonly server:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'socket'; readonly path: string };
  readonly database: string;
  readonly username: string;
  /** Called when a connection is made, and not before. */
  readonly password: () => string | undefined;
  readonly tls: SslOptions | undefined;
  readonly connectTimeoutMs: number;
  /** For one query; the server is told to end it then, where it can. */
  readonly queryTimeoutMs: number;
}

/** A row as it came: texts and nulls, to be parsed by who asked. */
export type RawRow = Readonly<Record<string, unknown>>;

/** One connection that is made when it is needed, kept, and made again after it broke. */
export class ShopConnection {
  readonly #options: ServerOptions;
  #connection: Promise<LiveConnection> | undefined;
  #columns: ReadonlySet<string> | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /**
   * Runs one statement and returns its rows.
   *
   * @throws Outage whatever goes wrong; the connection is then dropped, so that nothing of it lingers
   */
  async query(sql: string, values: readonly (string | number)[], signal: AbortSignal): Promise<readonly RawRow[]> {
    signal.throwIfAborted();
    let live: LiveConnection | undefined;
    const drop = (): void => {
      this.#connection = undefined;
      this.#columns = undefined;
      live?.connection.destroy();
    };
    try {
      live = await this.#connected();
      signal.addEventListener('abort', drop, { once: true });
      const timeout = this.#options.queryTimeoutMs;
      const [rows] = await Promise.race([live.connection.query({ sql, timeout, values: [...values] }), live.lost]);
      return Array.isArray(rows) ? rows.flatMap(asRow) : [];
    } catch (error) {
      drop();
      throw explainFailure(error, this.#options);
    } finally {
      signal.removeEventListener('abort', drop);
    }
  }

  /** What was remembered of the table since this connection was made: a later one may see another server. */
  get remembered(): ReadonlySet<string> | undefined {
    return this.#columns;
  }

  remember(columns: ReadonlySet<string>): void {
    this.#columns = columns;
  }

  async close(): Promise<void> {
    const live = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    live?.connection.destroy();
  }

  async #connected(): Promise<LiveConnection> {
    const live = await this.#connection;
    // It may have broken while nobody used it.
    if (live?.broken() === true) this.#connection = undefined;
    this.#connection ??= connect(this.#options);
    return this.#connection;
  }
}

interface LiveConnection {
  readonly connection: Connection;
  readonly broken: () => boolean;
  /** Rejects when the connection breaks: the driver does not in every state tell a query that waits. */
  readonly lost: Promise<never>;
}

function asRow(row: unknown): RawRow[] {
  return typeof row === 'object' && row !== null && !Array.isArray(row) ? [{ ...row }] : [];
}

async function connect(options: ServerOptions): Promise<LiveConnection> {
  const connection = await createConnection(settingsOf(options));
  let broken = false;
  const lost = new Promise<never>((_, reject) => {
    const onLoss = (): void => {
      broken = true;
      reject(new ConnectionLost());
    };
    connection.on('error', onLoss);
    connection.on('end', onLoss);
  });
  // Nobody may be waiting when it breaks.
  lost.catch(() => undefined);
  try {
    await Promise.race([prepareSession(connection, options.queryTimeoutMs), lost]);
    return { connection, broken: () => broken, lost };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly code = 'PROTOCOL_CONNECTION_LOST';
}

function settingsOf({ connectTimeoutMs, database, password, server, tls, username }: ServerOptions): ConnectionOptions {
  const secret = password();
  return {
    ...(server.kind === 'tcp' ? { host: server.host, port: server.port } : { socketPath: server.path }),
    user: username,
    ...(secret === undefined ? {} : { password: secret }),
    database,
    connectTimeout: connectTimeoutMs,
    charset: 'utf8mb4',
    enableKeepAlive: true,
    // Rows enter as text: a bigint loses nothing, and a date is not turned by anybody's time zone.
    typeCast: (field) => field.string(),
    disableEval: true,
    ...(tls === undefined ? {} : { ssl: tls }),
  };
}

async function prepareSession(connection: Connection, timeout: number): Promise<void> {
  await connection.query({ sql: 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', timeout });
  await connection.query({ sql: 'SET SESSION TRANSACTION READ ONLY', timeout });
  await connection.query({ sql: "SET SESSION time_zone = '+00:00'", timeout });
  await endQueriesOnTheServer(connection, timeout);
}

/** A query that is given up here must not go on there. MariaDB counts in seconds, MySQL in milliseconds. */
async function endQueriesOnTheServer(connection: Connection, timeoutMs: number): Promise<void> {
  const settings = [`max_statement_time = ${timeoutMs / 1000}`, `max_execution_time = ${timeoutMs}`];
  for (const setting of settings) {
    try {
      await connection.query({ sql: `SET SESSION ${setting}`, timeout: timeoutMs });
      return;
    } catch (error) {
      // Each server knows one of the two; an old one knows neither and has to do without.
      if (!(error instanceof Error && 'code' in error && error.code === 'ER_UNKNOWN_SYSTEM_VARIABLE')) throw error;
    }
  }
}
