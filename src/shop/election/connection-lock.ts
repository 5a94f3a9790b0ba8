/** The leader lock: `GET_LOCK` on the shop's server says which monitor is active, where there is a single server. */
import { createHash } from 'node:crypto';

import { Outage } from '../../core/outage.ts';
import { ShopConnection } from '../connection.ts';
import { numberOf, textOf } from '../row.ts';
import type { ServerOptions } from '../server-options.ts';
import { TERM_MS, type LockAttempt, type LeaderLock } from './leader-lock.ts';

export interface ConnectionLockOptions {
  readonly server: ServerOptions;
  /** The table of the orders: monitors of different shops on one server do not meet. */
  readonly table: string;
  /** Whether a server whose locks the other monitor may not see is refused; else it is only said. */
  readonly strict: boolean;
  /** Takes a sentence that the operator should read. */
  readonly report: (message: string) => void;
}

/**
 * `GET_LOCK` needs no privilege and no table, and ends with its connection. The
 * server ends the connection of a monitor that is silent for longer than the
 * term, however the silence came about.
 *
 * It is taken once and then only looked at: taking it again would stack, and
 * each would have to be released.
 */
export class ConnectionLock implements LeaderLock {
  readonly #options: ConnectionLockOptions;
  readonly #connection: ShopConnection;
  readonly #name: string;
  #isKnownToFit = false;
  #owner: { readonly id: string; readonly host: string | undefined } | undefined;

  constructor(options: ConnectionLockOptions) {
    this.#options = options;
    const { server, table } = options;
    this.#name = lockName(server.database, table);
    this.#connection = new ShopConnection({
      ...server,
      table,
      session: { purpose: 'election', endAfterSilenceS: TERM_MS / 1000 },
    });
  }

  async claim(holding: boolean, signal: AbortSignal): Promise<LockAttempt> {
    if (!this.#isKnownToFit) await this.#check(signal);
    const sql = holding
      ? 'SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS won, IS_USED_LOCK(?) AS owner'
      : 'SELECT GET_LOCK(?, 0) AS won, IS_USED_LOCK(?) AS owner';
    const [row] = await this.#connection.query(sql, [this.#name, this.#name], signal);
    // NULL, where nobody holds it: what was held went with its connection.
    if (textOf(row, 'won') === '1') return { won: true };
    return { won: false, leader: await this.#leader(textOf(row, 'owner'), signal) };
  }

  async look(signal: AbortSignal): Promise<string | undefined> {
    await this.#check(signal);
    const [row] = await this.#connection.query('SELECT IS_USED_LOCK(?) AS owner', [this.#name], signal);
    return this.#leader(textOf(row, 'owner'), signal);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** Looks once where each owner of the lock is connected from: a user sees its own connections without a privilege. */
  async #leader(id: string | null, signal: AbortSignal): Promise<string | undefined> {
    if (id === null) return undefined;
    if (this.#owner?.id !== id) {
      const sql = 'SELECT HOST AS host FROM information_schema.PROCESSLIST WHERE ID = ?';
      const [row] = await this.#connection.query(sql, [numberOf({ id }, 'id')], signal);
      this.#owner = { id, host: textOf(row, 'host')?.replace(/:\d+$/, '') };
    }
    const { host } = this.#owner;
    return host === undefined ? `connection ${id} of the database` : `${host} (connection ${id} of the database)`;
  }

  /** A lock is local to its server: two monitors that ask two servers of a cluster would both get it. */
  async #check(signal: AbortSignal): Promise<void> {
    const sql =
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'wsrep_on', 'group_replication_group_name') AND Value NOT IN ('', 'OFF', '0')";
    const names = (await this.#connection.query(sql, [], signal)).map((row) => textOf(row, 'Variable_name'));
    const fault = faultOf(names);
    if (fault !== undefined && this.#options.strict) {
      throw new Outage({
        dependency: 'shop',
        reason: `the database can not tell which monitor works, because ${fault}`,
        hint: 'set election in service.yml to lease, to external if a cluster manager starts and stops the service, or to off if this is the only monitor',
      });
    }
    if (fault !== undefined) {
      this.#options.report(
        `Two monitors of this database may not notice each other, because ${fault}. With only one, set election: off in service.yml; with two, election: lease`,
      );
    }
    this.#isKnownToFit = true;
  }
}

function faultOf(variables: readonly (string | null)[]): string | undefined {
  const known: readonly (readonly [string, string])[] = [
    ['wsrep_on', 'it is a node of a Galera cluster, and locks are local to a node'],
    ['group_replication_group_name', 'it is a member of a replication group, and locks are local to a member'],
    ['read_only', 'the server is read-only, so a replica as a rule, and locks are local to a server'],
  ];
  return known.find(([name]) => variables.includes(name))?.[1];
}

/** Servers take 64 characters. */
export function lockName(database: string, table: string): string {
  return `order-monit:${createHash('sha256').update(`${database}\0${table}`).digest('hex').slice(0, 32)}`;
}
