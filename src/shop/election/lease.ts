/** The lease: a row in the shop's database says which monitor is active. For clusters and takeovers. */
import { Outage } from '../../core/outage.ts';
import { ShopConnection } from '../connection.ts';
import { textOf } from '../row.ts';
import type { ServerOptions } from '../server-options.ts';
import { TERM_MS, type LockAttempt, type LeaderLock } from './leader-lock.ts';
import { lockName } from './connection-lock.ts';

export interface LeaseOptions {
  readonly server: ServerOptions;
  /** The table of the orders: monitors of different shops in one database do not meet. */
  readonly table: string;
  /** Names this process for people, and is no other's, nor this one's after a restart. At most 255 characters. */
  readonly holder: string;
}

/** The one table that order-monit ever writes to, in the shop's own database. */
export const LEASE_TABLE = 'order_monit_lease';

/** What an administrator runs once. */
export const LEASE_TABLE_SQL = `CREATE TABLE IF NOT EXISTS ${LEASE_TABLE} (name VARCHAR(64) PRIMARY KEY, holder VARCHAR(255) NOT NULL, epoch BIGINT UNSIGNED NOT NULL, expires_at DATETIME(3) NOT NULL) ENGINE=InnoDB`;

const NOW = 'UTC_TIMESTAMP(3)';
const NEW_END = `${NOW} + INTERVAL ${TERM_MS / 1000} SECOND`;
/** No renewal ends so late. The clocks of a cluster's nodes may differ a little. */
const TOO_FAR = `${NOW} + INTERVAL ${TERM_MS / 1000 + 5} SECOND`;

/**
 * Its row has holder, epoch and end, by the database's clock. Unlike a lock it
 * is replicated: a cluster has one truth about it, and so has a server that
 * takes over.
 */
export class Lease implements LeaderLock {
  readonly #connection: ShopConnection;
  readonly #holder: string;
  readonly #name: string;
  readonly #database: string;

  constructor({ holder, server, table }: LeaseOptions) {
    this.#holder = holder;
    this.#name = lockName(server.database, table);
    this.#database = server.database;
    this.#connection = new ShopConnection({
      ...server,
      table: LEASE_TABLE,
      session: { purpose: 'lease', endAfterSilenceS: 4 * (TERM_MS / 1000) },
    });
  }

  async claim(holding: boolean, signal: AbortSignal): Promise<LockAttempt> {
    try {
      await this.#renew(holding, signal);
      // What the row says counts, not what became of the statement: a cluster may have let another one win.
      const lease = await this.#read(signal);
      if (lease?.holder === this.#holder) return { won: true };
      return { won: false, leader: lease?.leader };
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async look(signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await this.#read(signal))?.leader;
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async close(): Promise<void> {
    try {
      const sql = `UPDATE ${LEASE_TABLE} SET expires_at = ${NOW} WHERE name = ? AND holder = ?`;
      await this.#connection.query(sql, [this.#name, this.#holder], AbortSignal.timeout(GOODBYE_MS));
    } catch {
      // Then it ends with its term.
    }
    await this.#connection.close();
  }

  /** The lease, while it lasts. */
  async #read(signal: AbortSignal): Promise<{ readonly holder: string; readonly leader: string } | undefined> {
    const [row] = await this.#connection.query(
      `SELECT holder, epoch, expires_at > ${NOW} AS valid FROM ${LEASE_TABLE} WHERE name = ?`,
      [this.#name],
      signal,
    );
    if (textOf(row, 'valid') !== '1') return undefined;
    const holder = textOf(row, 'holder') ?? '';
    return { holder, leader: `${holder} (epoch ${textOf(row, 'epoch') ?? 'unknown'} of the lease)` };
  }

  async #renew(holding: boolean, signal: AbortSignal): Promise<void> {
    if (holding) {
      const renewal = `UPDATE ${LEASE_TABLE} SET expires_at = ${NEW_END} WHERE name = ? AND holder = ?`;
      await this.#connection.query(renewal, [this.#name, this.#holder], signal);
      return;
    }
    const [row] = await this.#connection.query(
      `SELECT expires_at < ${NOW} AS expired, expires_at > ${TOO_FAR} AS too_far FROM ${LEASE_TABLE} WHERE name = ?`,
      [this.#name],
      signal,
    );
    if (row === undefined) {
      const first = `INSERT IGNORE INTO ${LEASE_TABLE} (name, holder, epoch, expires_at) VALUES (?, ?, 1, ${NEW_END})`;
      await this.#connection.query(first, [this.#name, this.#holder], signal);
    } else if (textOf(row, 'expired') === '1') {
      // Compared and set in one statement: of two that come at once, one finds it taken.
      const claim = `UPDATE ${LEASE_TABLE} SET holder = ?, epoch = epoch + 1, expires_at = ${NEW_END} WHERE name = ? AND expires_at < ${NOW}`;
      await this.#connection.query(claim, [this.#holder, this.#name], signal);
    } else if (textOf(row, 'too_far') === '1') {
      // The clock of the database was set back. Without its holder the lease would last for as long as that step was;
      // a holder that lives renews it, and one that does not believes in it for less than a term.
      const cut = `UPDATE ${LEASE_TABLE} SET expires_at = ${NEW_END} WHERE name = ? AND expires_at > ${TOO_FAR}`;
      await this.#connection.query(cut, [this.#name], signal);
    }
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof Outage) || !(error.cause instanceof Error) || !('code' in error.cause)) return error;
    switch (error.cause.code) {
      // Without any right on a table the server does not tell whether there is one.
      case 'ER_NO_SUCH_TABLE':
      case 'ER_TABLEACCESS_DENIED_ERROR':
        return new Outage({
          dependency: 'shop',
          reason: `no monitor can become the active one: in the database ${this.#database} there is no table ${LEASE_TABLE}, or the user of order-monit may not read and write it`,
          hint: `run on the server: USE \`${this.#database}\`; ${LEASE_TABLE_SQL}; GRANT SELECT, INSERT, UPDATE ON ${LEASE_TABLE} TO the user and host that SELECT CURRENT_USER() shows`,
        });
      case 'ER_OPTION_PREVENTS_STATEMENT':
        return new Outage({
          dependency: 'shop',
          reason: 'the server is read-only, so no monitor can become the active one',
          hint: 'if it stays so, give the primary in database.yml',
        });
      default:
        return error;
    }
  }
}

const GOODBYE_MS = 1000;
