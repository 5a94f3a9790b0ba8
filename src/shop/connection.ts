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
  #connection: Promise<Connection> | undefined;
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
    let connection: Connection | undefined;
    const drop = (): void => {
      this.#connection = undefined;
      this.#columns = undefined;
      connection?.destroy();
    };
    try {
      connection = await this.#connected();
      signal.addEventListener('abort', drop, { once: true });
      const timeout = this.#options.queryTimeoutMs;
      const [rows] = await connection.query({ sql, timeout, values: [...values] });
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
    const connection = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    connection?.destroy();
  }

  #connected(): Promise<Connection> {
    this.#connection ??= connect(this.#options);
    return this.#connection;
  }
}

function asRow(row: unknown): RawRow[] {
  return typeof row === 'object' && row !== null && !Array.isArray(row) ? [{ ...row }] : [];
}

async function connect(options: ServerOptions): Promise<Connection> {
  const { connectTimeoutMs, database, queryTimeoutMs, server, tls, username } = options;
  const password = options.password();
  const settings: ConnectionOptions = {
    ...(server.kind === 'tcp' ? { host: server.host, port: server.port } : { socketPath: server.path }),
    user: username,
    ...(password === undefined ? {} : { password }),
    database,
    connectTimeout: connectTimeoutMs,
    charset: 'utf8mb4',
    enableKeepAlive: true,
    // Rows enter as text: a bigint loses nothing, and a date is not turned by anybody's time zone.
    typeCast: (field) => field.string(),
    disableEval: true,
    ...(tls === undefined ? {} : { ssl: tls }),
  };
  const connection = await createConnection(settings);
  // Without a listener a connection that breaks while nobody uses it would end the process.
  connection.on('error', () => undefined);
  try {
    await connection.query({ sql: 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', timeout: queryTimeoutMs });
    await connection.query({ sql: 'SET SESSION TRANSACTION READ ONLY', timeout: queryTimeoutMs });
    await connection.query({ sql: "SET SESSION time_zone = '+00:00'", timeout: queryTimeoutMs });
    await endQueriesOnTheServer(connection, queryTimeoutMs);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
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
