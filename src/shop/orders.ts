/** Every statement that reads the shop's orders. */
import { performance } from 'node:perf_hooks';

import type { HeadLag } from '../core/event.ts';
import type { OrderId, ShopOrder } from '../core/order.ts';
import { ShopConnection } from './connection.ts';
import { evidenceColumns, evidenceFrom, MAX_EVIDENCE_LENGTH, type ShopEvidence } from './evidence.ts';
import { ageOf, isDated, isUndated, isUsableId, MAX_ID } from './expressions.ts';
import { isPrivate } from './login.ts';
import { mayGoBy, numberText } from './number.ts';
import { idOf, MAX_NAME_LENGTH, numberOf, orderOf, textOf, type RawRow } from './row.ts';
import type { ServerOptions } from './server-options.ts';
import { columnsFrom, quote, quoteNames, type Columns, type TableNames } from './table.ts';
import { earliestLocal, dueUpTo } from './zone.ts';

export interface OrdersOptions extends ServerOptions {
  /** What the datetimes of the table are in: `UTC`, an offset such as `-03:00`, or an IANA name. */
  readonly timeZone: string;
  /** How old an order must be to be looked at. */
  readonly settleMs: number;
  readonly columns: TableNames;
  /** Takes the secrets out of what the shop noted. */
  readonly hide?: (text: string) => string;
}

/** Ids in one statement: far below every limit of a packet. */
const VALUES_PER_QUERY = 500;

/** In milliseconds before now; `undefined` where the row does not say. */
export interface OrderAges {
  readonly placedMs: number | undefined;
  /** Since the shop noted that Abacos took the order. */
  readonly sentMs: number | undefined;
}

const RECENT_MS = 7 * 86_400_000;
/** So many rows are looked at for their states, and so many states are told apart: a shop has a dozen. */
const MOST_RECENT = 10_000;
const MOST_STATES = 100;

/** Rails' name for when Abacos took an order, as the shop noted it. A table may do without. */
const SENT_COLUMN = 'erp_integrate_at';

/** What the server is, for `order-monit check`. */
export interface ServerFacts {
  readonly version: string;
  /** `user@host` as the server knows it. */
  readonly account: string;
  /** A replica as a rule: what is committed on the primary shows here some time later. */
  readonly readOnly: boolean;
  /** How many connections the account may have at once; 0: as many as there are. */
  readonly mostConnections: number;
  /** Seconds since the newest order was placed, by the server's clock. Undefined without any order. */
  readonly newestAgeS: number | undefined;
  readonly tracksPayment: boolean;
}

/** Up to which datetime orders were settled, when that was last read. */
interface CutoffRead {
  readonly cutoff: string;
  /** Monotonic milliseconds. */
  readonly at: number;
  /** What is known of the table over the connection that it was read on. */
  readonly columns: Columns;
}

/** The server's clock, which counts seconds, is read no more often: measured, a third of what a page costs the database. */
const CUTOFF_HOLDS_MS = 1000;

/** The shop's orders: read only, in READ COMMITTED, without a lock that could make the shop wait. */
export class Orders {
  readonly #options: OrdersOptions;
  readonly #names: TableNames;
  readonly #connection: ShopConnection;
  #cutoffRead: CutoffRead | undefined;

  /** @throws RangeError for a name that can be none of a table or column */
  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#names = quoteNames(options.columns);
    this.#connection = new ShopConnection({ ...options, table: options.columns.table });
  }

  /** Settled orders that have a number and a date, with an id above `after`, in id order; at most `limit`. @throws Outage */
  async newOrders(after: OrderId, limit: number, signal: AbortSignal): Promise<readonly ShopOrder[]> {
    const cutoff = await this.#cutoff(signal);
    const where = `${this.#isNew()} ORDER BY ${this.#names.id} LIMIT ${Math.floor(limit)}`;
    return this.#select({ where, values: [after, cutoff] }, signal);
  }

  /**
   * How many {@link newOrders} would give without a limit, and how long the one
   * that was placed first has been settled. One scan of the same rows.
   *
   * @throws Outage
   */
  async newOrdersLeft(after: OrderId, signal: AbortSignal): Promise<HeadLag> {
    const { createdAt, table } = this.#names;
    const cutoff = await this.#cutoff(signal);
    const waiting = `COALESCE(TIMESTAMPDIFF(SECOND, MIN(${createdAt}), ?), 0)`;
    const sql = `SELECT COUNT(*) AS n, ${waiting} AS waiting FROM ${table} WHERE ${this.#isNew()}`;
    const [row] = await this.#connection.query(sql, [cutoff, after, cutoff], signal);
    return { orders: numberOf(row, 'n'), longestWaitMs: numberOf(row, 'waiting') * 1000 };
  }

  /** Ids above `after` of orders that have a number and no usable date, in order; at most `limit`. @throws Outage */
  async undatedIds(after: OrderId, limit: number, signal: AbortSignal): Promise<readonly OrderId[]> {
    const { createdAt, id, number, table } = this.#names;
    const where = `${id} > ? AND ${id} <= ${MAX_ID} AND ${number} IS NOT NULL AND ${isUndated(createdAt)}`;
    const sql = `SELECT ${id} AS id FROM ${table} WHERE ${where} ORDER BY ${id} LIMIT ${Math.floor(limit)}`;
    return (await this.#connection.query(sql, [after], signal)).map(idOf);
  }

  /**
   * The lowest id below 1 and the highest one that a number can not hold, as far as there are such. Their rows are left
   * out of everything else. From the two ends of the primary key.
   *
   * @throws Outage
   */
  async strangeIds(signal: AbortSignal): Promise<readonly string[]> {
    const { id, table } = this.#names;
    const [row] = await this.#connection.query(
      `SELECT (SELECT CAST(MIN(${id}) AS CHAR) FROM ${table} WHERE ${id} < 1) AS lowest,
        (SELECT CAST(MAX(${id}) AS CHAR) FROM ${table} WHERE ${id} > ${MAX_ID}) AS highest`,
      [],
      signal,
    );
    return [textOf(row, 'lowest'), textOf(row, 'highest')].flatMap((text) => (text === null ? [] : [text]));
  }

  /** Ids in `(after, through]`, in order, whatever the row holds; at most `limit`. @throws Outage */
  async idsInRange(
    { after, through, limit }: { after: OrderId; through: OrderId; limit: number },
    signal: AbortSignal,
  ): Promise<readonly OrderId[]> {
    const { id, table } = this.#names;
    const sql = `SELECT ${id} AS id FROM ${table} WHERE ${id} > ? AND ${id} <= ? ORDER BY ${id} LIMIT ${Math.floor(limit)}`;
    const rows = await this.#connection.query(sql, [after, through], signal);
    return rows.map(idOf);
  }

  /** The rows of these ids as they are now, in id order. Ids without a row are left out. @throws Outage */
  async ordersById(ids: readonly OrderId[], signal: AbortSignal): Promise<readonly ShopOrder[]> {
    if (ids.length === 0) return [];
    const cutoff = await this.#cutoff(signal);
    const found: ShopOrder[] = [];
    for (let from = 0; from < ids.length; from += VALUES_PER_QUERY) {
      const some = ids.slice(from, from + VALUES_PER_QUERY);
      const where = `${this.#names.id} IN (${some.map(() => '?').join(',')})`;
      found.push(...(await this.#select({ where, values: some, cutoff }, signal)));
    }
    return found.sort((a, b) => a.id - b.id);
  }

  /** How long ago things happened to these orders, by the server's clock. Ids without a row are left out. @throws Outage */
  async agesOf(ids: readonly OrderId[], signal: AbortSignal): Promise<ReadonlyMap<OrderId, OrderAges>> {
    const { createdAt, id, table } = this.#names;
    const columns = await this.#columns(signal);
    const now = dueUpTo(await this.#nowMs(signal), 0, await this.#zone(signal));
    const times: readonly (readonly [column: string, name: string])[] = [
      [createdAt, 'placed'],
      ...(columns.has(SENT_COLUMN) ? [[quote(SENT_COLUMN), 'sent'] as const] : []),
    ];
    const since = times.map(([column, name]) => `TIMESTAMPDIFF(SECOND, ${column}, ?) AS ${name}`);
    const ages = new Map<OrderId, OrderAges>();
    for (let from = 0; from < ids.length; from += VALUES_PER_QUERY) {
      const some = ids.slice(from, from + VALUES_PER_QUERY);
      const rows = await this.#connection.query(
        `SELECT ${id} AS id, ${since.join(', ')} FROM ${table} WHERE ${id} IN (${some.map(() => '?').join(',')})`,
        [...times.map(() => now), ...some],
        signal,
      );
      for (const row of rows) ages.set(idOf(row), { placedMs: msOf(row, 'placed'), sentMs: msOf(row, 'sent') });
    }
    return ages;
  }

  /** Orders by the numbers that people know, in id order. @throws Outage */
  async ordersByNumber(numbers: readonly string[], signal: AbortSignal): Promise<readonly ShopOrder[]> {
    const found: ShopOrder[] = [];
    for (const wanted of new Set(numbers)) {
      const { number: column } = await this.#columns(signal);
      const { values, where } = mayGoBy(column, wanted);
      const cutoff = await this.#cutoff(signal);
      const rows = await this.#select({ where: `${isUsableId(this.#names.id)} AND ${where}`, values, cutoff }, signal);
      // The server compares loosely: to a bigint column `5abc` is 5, and to a text one `ABC-1` is `abc-1`.
      found.push(...rows.filter(({ number }) => number === wanted));
    }
    return found.sort((a, b) => a.id - b.id);
  }

  /**
   * The states of the orders that were placed within a week, the most frequent first; of the newest ones, where there are
   * many. NULL is an empty text.
   *
   * @throws Outage
   */
  async recentStates(signal: AbortSignal): Promise<readonly string[]> {
    const { createdAt, id, state, table } = this.#names;
    const from = dueUpTo(await this.#nowMs(signal), RECENT_MS, await this.#zone(signal));
    const newest = `SELECT ${state} AS state, ${createdAt} AS placed FROM ${table} ORDER BY ${id} DESC LIMIT ${MOST_RECENT}`;
    // As bytes: by a collation, states that differ by an accent would be counted as one of them.
    const rows = await this.#connection.query(
      `SELECT CAST(LEFT(CAST(state AS CHAR), ${MAX_NAME_LENGTH}) AS BINARY) AS word FROM (${newest}) AS newest
        WHERE placed >= ? GROUP BY word ORDER BY COUNT(*) DESC LIMIT ${MOST_STATES}`,
      [from],
      signal,
    );
    return rows.map((row) => textOf(row, 'word') ?? '');
  }

  /** The greatest id among the settled orders, 0 when there is none. @throws Outage */
  async newestDueId(signal: AbortSignal): Promise<OrderId> {
    const { id, table, createdAt } = this.#names;
    // From the upper end of the primary key: MAX would read the whole table, as created_at need not have an index.
    const isOld = `${isUsableId(id)} AND ${createdAt} <= ? AND ${isDated(createdAt)}`;
    const newest = `SELECT ${id} FROM ${table} WHERE ${isOld} ORDER BY ${id} DESC LIMIT 1`;
    const [row] = await this.#connection.query(
      `SELECT COALESCE((${newest}), 0) AS id`,
      [await this.#cutoff(signal)],
      signal,
    );
    return idOf(row);
  }

  /** The date of an order as its row has it; `undefined` where there is no row with one. @throws Outage */
  async placedAt(id: OrderId, signal: AbortSignal): Promise<string | undefined> {
    const { createdAt, id: key, table } = this.#names;
    const sql = `SELECT CAST(${createdAt} AS CHAR) AS placed FROM ${table} WHERE ${key} = ? AND ${isDated(createdAt)}`;
    const [row] = await this.#connection.query(sql, [id], signal);
    return textOf(row, 'placed') ?? undefined;
  }

  /**
   * The newest row with a date that is below every order placed at or after a
   * moment (milliseconds since 1970), 0 where there is none: ids need not be in
   * the order of the timestamps, and an id in between may be of a row that is
   * not committed yet. Starting a little too early costs a question, too late
   * an order.
   *
   * @throws Outage
   */
  async lastIdBefore(epochMs: number, signal: AbortSignal): Promise<OrderId> {
    const { id, table, createdAt } = this.#names;
    const from = earliestLocal(epochMs, await this.#zone(signal));
    const isOurs = `${isUsableId(id)} AND ${isDated(createdAt)}`;
    const first = `SELECT ${id} FROM ${table} WHERE ${isOurs} AND ${createdAt} >= ? ORDER BY ${id} LIMIT 1`;
    const last = `SELECT ${id} FROM ${table} WHERE ${isOurs} AND ${id} < COALESCE((${first}), ${MAX_ID + 1}) ORDER BY ${id} DESC LIMIT 1`;
    const [row] = await this.#connection.query(`SELECT COALESCE((${last}), 0) AS id`, [from], signal);
    return idOf(row);
  }

  /**
   * What the shop itself noted of an order and Abacos, or undefined when there
   * is no row. The texts fit on one line each.
   *
   * @throws Outage
   */
  async evidenceOf(orderId: OrderId, signal: AbortSignal): Promise<ShopEvidence | undefined> {
    const { id, table } = this.#names;
    const columns = await this.#columns(signal);
    const shown = evidenceColumns(this.#options.columns).filter((name) => columns.has(name));
    const list = shown.map((name) => `LEFT(CAST(${quote(name)} AS CHAR), ${MAX_EVIDENCE_LENGTH}) AS ${quote(name)}`);
    const [row] = await this.#connection.query(
      `SELECT ${list.join(', ')} FROM ${table} WHERE ${id} = ?`,
      [orderId],
      signal,
    );
    return row === undefined ? undefined : evidenceFrom(row, shown, this.#options.hide);
  }

  /** Reads everything once that the service needs of the server. @throws Outage */
  async serverFacts(signal: AbortSignal): Promise<ServerFacts> {
    const { createdAt, id, table } = this.#names;
    const { tracksPayment } = await this.#columns(signal);
    const local = dueUpTo(await this.#nowMs(signal), 0, await this.#zone(signal));
    const [row] = await this.#connection.query(
      `SELECT VERSION() AS version, CURRENT_USER() AS account, @@global.read_only AS read_only,
        @@session.max_user_connections AS most_connections,
        (SELECT TIMESTAMPDIFF(SECOND, ${createdAt}, ?) FROM ${table}
          WHERE ${isDated(createdAt)} ORDER BY ${id} DESC LIMIT 1) AS age`,
      [local],
      signal,
    );
    return {
      version: textOf(row, 'version') ?? 'unknown version',
      account: textOf(row, 'account') ?? 'unknown',
      readOnly: !['0', 'OFF', null].includes(textOf(row, 'read_only')),
      mostConnections: numberOf(row, 'most_connections'),
      newestAgeS: textOf(row, 'age') === null ? undefined : numberOf(row, 'age'),
      tracksPayment,
    };
  }

  /** What the table and its columns are called. */
  get names(): TableNames {
    return this.#options.columns;
  }

  get database(): string {
    return this.#options.database;
  }

  /** The host of the server, or its socket. */
  get server(): string {
    const { server } = this.#options;
    return server.kind === 'tcp' ? server.host : server.path;
  }

  /** How the configuration lets others have the password: by listening, or in the place of the server alone. */
  get passwordRisk(): 'cleartext' | 'unchecked' | undefined {
    const { allowCleartextPassword, server, tls } = this.#options;
    if (isPrivate({ server, tls: undefined })) return undefined;
    if (tls === undefined) return allowCleartextPassword ? 'cleartext' : undefined;
    return tls.rejectUnauthorized === false ? 'unchecked' : undefined;
  }

  /** Takes leave of the server. A later question fails with an Outage. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  #isNew(): string {
    const { id, number, createdAt } = this.#names;
    return `${id} > ? AND ${id} <= ${MAX_ID} AND ${number} IS NOT NULL AND ${createdAt} <= ? AND ${isDated(createdAt)}`;
  }

  /** @param cutoff up to when orders are settled; left out where the statement gives settled ones only */
  async #select(
    { where, values, cutoff }: { where: string; values: readonly (string | number)[]; cutoff?: string },
    signal: AbortSignal,
  ): Promise<ShopOrder[]> {
    const { id, state, createdAt, paymentConfirmedAt, table } = this.#names;
    const { number, tracksPayment } = await this.#columns(signal);
    // Each column costs: measured, a quarter of a microsecond an order in a backlog.
    const columns = [
      `${id} AS id`,
      `LEFT(${numberText(number)}, ${MAX_NAME_LENGTH + 1}) AS number`,
      `LEFT(CAST(${state} AS CHAR), ${MAX_NAME_LENGTH + 1}) AS state`,
      ...(tracksPayment ? [`(${paymentConfirmedAt} IS NOT NULL) AS paid`] : []),
      ...(cutoff === undefined ? [] : [`${ageOf(createdAt)} AS age`]),
    ];
    const rows = await this.#connection.query(
      `SELECT ${columns.join(', ')} FROM ${table} WHERE ${where}`,
      cutoff === undefined ? values : [cutoff, ...values],
      signal,
    );
    return rows.map((row) => orderOf(row, cutoff === undefined));
  }

  /**
   * Orders placed up to then are settled, in the table's own time. It is read
   * before the orders are, by at most a second, so it can only be too early,
   * which makes an order wait and never takes one too soon.
   */
  async #cutoff(signal: AbortSignal): Promise<string> {
    const columns = await this.#columns(signal);
    const at = performance.now();
    const known = this.#cutoffRead;
    if (known?.columns === columns && at - known.at < CUTOFF_HOLDS_MS) return known.cutoff;
    const zone = columns.zone(this.#options.timeZone);
    const cutoff = dueUpTo(await this.#nowMs(signal), this.#options.settleMs, zone);
    this.#cutoffRead = { cutoff, at, columns };
    return cutoff;
  }

  /** By the database's own clock: this host's may be wrong. */
  async #nowMs(signal: AbortSignal): Promise<number> {
    const [row] = await this.#connection.query('SELECT UNIX_TIMESTAMP() AS now', [], signal);
    return numberOf(row, 'now') * 1000;
  }

  async #zone(signal: AbortSignal): Promise<string> {
    return (await this.#columns(signal)).zone(this.#options.timeZone);
  }

  /** Read once a connection: the next one may find another server, or a table that was altered. */
  async #columns(signal: AbortSignal): Promise<Columns> {
    const known = this.#connection.columns;
    if (known !== undefined) return known;
    const rows = await this.#connection.query(`SHOW FULL COLUMNS FROM ${this.#names.table}`, [], signal);
    const columns = columnsFrom(this.#options.columns, rows);
    this.#connection.keepColumns(columns);
    return columns;
  }
}

/** Seconds of a column as milliseconds. What lies in the future is of this moment. */
function msOf(row: RawRow, column: string): number | undefined {
  return textOf(row, column) === null ? undefined : Math.max(0, numberOf(row, column) * 1000);
}
