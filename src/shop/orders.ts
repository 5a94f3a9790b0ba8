import { isOrderId, type OrderId, type PaymentEvidence, type ShopOrder } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import { ShopConnection, type RawRow, type ServerOptions } from './connection.ts';
import { settledUpTo } from './zone.ts';

export interface OrdersOptions extends ServerOptions {
  readonly timeZone: string;
  readonly settleMs: number;
  readonly columns: {
    readonly table: string;
    readonly id: string;
    readonly number: string;
    readonly state: string;
    readonly createdAt: string;
    readonly paymentConfirmedAt: string;
  };
}

type Names = OrdersOptions['columns'];

/** Rails' name for it; a table may do without. */
const DEFAULT_PAYMENT_COLUMN = 'erp_payment_at';

/** Ids in one statement: far below every limit of a packet. */
const IDS_PER_QUERY = 500;

/** A row of the orders table for people: every column of interest that it has, as text. */
export type StoryRow = Readonly<Record<string, string | null>>;

const STORY_COLUMNS = [
  'created_at',
  'updated_at',
  'erp_integrate_at',
  'erp_integrate_error',
  'erp_payment_at',
  'erp_payment_error',
] as const;

/** The shop's orders: read only, in READ COMMITTED, without a lock that could make the shop wait. */
export class Orders {
  readonly #options: OrdersOptions;
  readonly #connection: ShopConnection;

  constructor(options: OrdersOptions) {
    for (const name of [...Object.values(options.columns)]) quoted(name);
    this.#options = options;
    this.#connection = new ShopConnection(options);
  }

  /** Settled orders that have a number, with an id above `after`, in id order. @throws Outage */
  async newOrders(after: OrderId, limit: number, signal: AbortSignal): Promise<readonly ShopOrder[]> {
    const { id } = this.#names();
    const cutoff = await this.#cutoff(signal);
    const page = `${this.#isNew()} ORDER BY ${id} LIMIT ${Math.floor(limit)}`;
    return this.#orders({ where: page, values: [after, cutoff], cutoff }, signal);
  }

  /** How many {@link newOrders} would give without a limit. @throws Outage */
  async countNewOrders(after: OrderId, signal: AbortSignal): Promise<number> {
    const cutoff = await this.#cutoff(signal);
    const sql = `SELECT COUNT(*) AS n FROM ${this.#names().table} WHERE ${this.#isNew()}`;
    const [row] = await this.#connection.query(sql, [after, cutoff], signal);
    return Number(text(row, 'n'));
  }

  /** Ids in `(after, through]`, in order, whatever the row holds. @throws Outage */
  async idsInRange(
    { after, through, limit }: { after: OrderId; through: OrderId; limit: number },
    signal: AbortSignal,
  ): Promise<readonly OrderId[]> {
    const { id, table } = this.#names();
    const sql = `SELECT ${id} AS id FROM ${table} WHERE ${id} > ? AND ${id} <= ? ORDER BY ${id} LIMIT ${Math.floor(limit)}`;
    const rows = await this.#connection.query(sql, [after, through], signal);
    return rows.map(parseId);
  }

  /** The rows of these ids as they are now, in id order. @throws Outage */
  async ordersById(ids: readonly OrderId[], signal: AbortSignal): Promise<readonly ShopOrder[]> {
    const cutoff = await this.#cutoff(signal);
    const { id } = this.#names();
    const found: ShopOrder[] = [];
    for (let from = 0; from < ids.length; from += IDS_PER_QUERY) {
      const values = ids.slice(from, from + IDS_PER_QUERY);
      const where = `${id} IN (${values.map(() => '?').join(',')}) ORDER BY ${id}`;
      found.push(...(await this.#orders({ where, values, cutoff }, signal)));
    }
    return found.sort((a, b) => a.id - b.id);
  }

  /** Orders by the numbers that people know. @throws Outage */
  async ordersByNumber(numbers: readonly string[], signal: AbortSignal): Promise<readonly ShopOrder[]> {
    const cutoff = await this.#cutoff(signal);
    const where = `${this.#names().number} IN (${numbers.map(() => '?').join(',')})`;
    return this.#orders({ where, values: numbers, cutoff }, signal);
  }

  /** The greatest id among the settled orders, 0 when there is none. @throws Outage */
  async newestSettledId(signal: AbortSignal): Promise<OrderId> {
    const { id, table, createdAt } = this.#names();
    const sql = `SELECT COALESCE(MAX(${id}), 0) AS id FROM ${table} WHERE ${createdAt} <= ?`;
    const [row] = await this.#connection.query(sql, [await this.#cutoff(signal)], signal);
    return parseId(row);
  }

  /**
   * The greatest id that is below every order placed at or after a moment
   * (milliseconds since 1970): ids need not be in the order of the timestamps,
   * and starting a little too early costs a question, too late an order.
   *
   * @throws Outage
   */
  async lastIdBefore(epochMs: number, signal: AbortSignal): Promise<OrderId> {
    const { id, table, createdAt } = this.#names();
    const from = settledUpTo(epochMs, 0, this.#options.timeZone);
    const sql = `SELECT COALESCE((SELECT MIN(${id}) - 1 FROM ${table} WHERE ${createdAt} >= ?), (SELECT MAX(${id}) FROM ${table}), 0) AS id`;
    const [row] = await this.#connection.query(sql, [from], signal);
    return parseId(row);
  }

  /** What the shop's row says to people, or undefined when there is none. @throws Outage */
  async story(orderId: OrderId, signal: AbortSignal): Promise<StoryRow | undefined> {
    const { id, table } = this.#names();
    const has = await this.columns(signal);
    const shown = STORY_COLUMNS.filter((name) => has.has(name));
    if (shown.length === 0) return {};
    const columns = shown.map((name) => `CAST(${quoted(name)} AS CHAR) AS ${quoted(name)}`).join(', ');
    const [row] = await this.#connection.query(`SELECT ${columns} FROM ${table} WHERE ${id} = ?`, [orderId], signal);
    if (row === undefined) return undefined;
    return Object.fromEntries(shown.map((name) => [name, text(row, name)]));
  }

  /** What the server is, and how long ago the newest order was placed by its clock. @throws Outage */
  async server(signal: AbortSignal): Promise<{ version: string; user: string; newestAgeS: number | undefined }> {
    const { id, createdAt, table } = this.#names();
    const now = await this.#databaseNowMs(signal);
    const [row] = await this.#connection.query(
      `SELECT VERSION() AS version, CURRENT_USER() AS user,
        (SELECT TIMESTAMPDIFF(SECOND, ${createdAt}, ?) FROM ${table} ORDER BY ${id} DESC LIMIT 1) AS age`,
      [settledUpTo(now, 0, this.#options.timeZone)],
      signal,
    );
    const age = text(row, 'age');
    return {
      version: text(row, 'version') ?? 'unknown version',
      user: text(row, 'user') ?? 'unknown user',
      newestAgeS: age === null ? undefined : Number(age),
    };
  }

  get names(): OrdersOptions['columns'] {
    return this.#options.columns;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #names(): Names {
    const { table, ...columns } = this.#options.columns;
    return {
      table: table.split('.').map(quoted).join('.'),
      id: quoted(columns.id),
      number: quoted(columns.number),
      state: quoted(columns.state),
      createdAt: quoted(columns.createdAt),
      paymentConfirmedAt: quoted(columns.paymentConfirmedAt),
    };
  }

  #isNew(): string {
    const { id, number, createdAt } = this.#names();
    return `${id} > ? AND ${number} IS NOT NULL AND ${createdAt} <= ?`;
  }

  async #orders(
    { where, values, cutoff }: { where: string; values: readonly (string | number)[]; cutoff: string },
    signal: AbortSignal,
  ): Promise<ShopOrder[]> {
    const { id, number, state, createdAt, paymentConfirmedAt, table } = this.#names();
    const tracked = await this.tracksPayment(signal);
    const columns = [
      `${id} AS id`,
      `CAST(${number} AS CHAR) AS number`,
      `${state} AS state`,
      `(${createdAt} <= ?) AS settled`,
      tracked ? `(${paymentConfirmedAt} IS NOT NULL) AS paid` : 'NULL AS paid',
    ];
    const rows = await this.#connection.query(
      `SELECT ${columns.join(', ')} FROM ${table} WHERE ${where}`,
      [cutoff, ...values],
      signal,
    );
    return rows.map(parseOrder);
  }

  async #cutoff(signal: AbortSignal): Promise<string> {
    return settledUpTo(await this.#databaseNowMs(signal), this.#options.settleMs, this.#options.timeZone);
  }

  /** By the database's own clock: this host's may be wrong. */
  async #databaseNowMs(signal: AbortSignal): Promise<number> {
    const [row] = await this.#connection.query('SELECT UNIX_TIMESTAMP() AS now', [], signal);
    return Number(text(row, 'now')) * 1000;
  }

  /**
   * Whether the table says when Abacos acknowledged a payment. A column that is
   * named in the configuration must be there.
   *
   * @throws Outage
   */
  async tracksPayment(signal: AbortSignal): Promise<boolean> {
    const { paymentConfirmedAt } = this.#options.columns;
    const has = await this.columns(signal);
    if (has.has(paymentConfirmedAt.toLowerCase())) return true;
    if (paymentConfirmedAt === DEFAULT_PAYMENT_COLUMN) return false;
    throw new Outage({
      dependency: 'shop',
      reason: `the orders table has no column ${paymentConfirmedAt}`,
      hint: 'check orders: payment_confirmed_at in database.yml',
    });
  }

  /** The names of the table's columns, in lower case. Read once a connection. @throws Outage */
  async columns(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const known = this.#connection.remembered;
    if (known !== undefined) return known;
    const rows = await this.#connection.query(`SHOW COLUMNS FROM ${this.#names().table}`, [], signal);
    const columns = new Set(rows.map((row) => (text(row, 'Field') ?? '').toLowerCase()));
    this.#connection.remember(columns);
    return columns;
  }
}

function quoted(name: string): string {
  if (!/^[\w$]+$/.test(name)) throw new RangeError(`${name} can not be the name of a table or column`);
  return `\`${name}\``;
}

function parseOrder(row: RawRow): ShopOrder {
  const number = text(row, 'number');
  return {
    id: parseId(row),
    number: number === null ? null : number.trim(),
    state: text(row, 'state') ?? '',
    payment: PAYMENTS[text(row, 'paid') ?? ''] ?? 'untracked',
    settled: text(row, 'settled') === '1',
  };
}

const PAYMENTS: Readonly<Record<string, PaymentEvidence>> = { '1': 'acknowledged', '0': 'none' };

function parseId(row: RawRow | undefined): OrderId {
  const id = Number(text(row, 'id'));
  if (isOrderId(id)) return id;
  throw new Outage({
    dependency: 'shop',
    reason: `an order has the id ${text(row, 'id') ?? 'NULL'}, which is no whole number up to ${Number.MAX_SAFE_INTEGER}`,
    hint: 'check orders: id in database.yml',
  });
}

function text(row: RawRow | undefined, column: string): string | null {
  const value = row?.[column];
  return typeof value === 'string' ? value : null;
}
