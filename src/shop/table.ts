/** The orders table: its names, from the configuration, and the columns that it really has. */
import { Outage } from '../core/outage.ts';
import { textOf, type RawRow } from './row.ts';

/** What the table and its columns are called. */
export interface TableNames {
  /** May be `schema.table`. */
  readonly table: string;
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly createdAt: string;
  readonly paymentConfirmedAt: string;
}

/** The keys below `orders:` in database.yml that name a column. */
const KEYS: readonly (readonly [name: Exclude<keyof TableNames, 'table'>, key: string])[] = [
  ['id', 'id'],
  ['number', 'number'],
  ['state', 'state'],
  ['createdAt', 'created_at'],
  ['paymentConfirmedAt', 'payment_confirmed_at'],
];

/** Rails' name for it. A table may do without; a column that somebody named must be there. */
const OPTIONAL_COLUMN = 'erp_payment_at';

/** The names, ready to stand in a statement. @throws RangeError for one that can be none */
export function quoteNames({ table, ...columns }: TableNames): TableNames {
  return {
    table: table.split('.').map(quote).join('.'),
    id: quote(columns.id),
    number: quote(columns.number),
    state: quote(columns.state),
    createdAt: quote(columns.createdAt),
    paymentConfirmedAt: quote(columns.paymentConfirmedAt),
  };
}

/** @throws RangeError for what can not be a name */
export function quote(name: string): string {
  if (!/^[\w$]+$/.test(name)) throw new RangeError(`${name} can not be the name of a table or column`);
  return `\`${name}\``;
}

/** The columns that the table has, in lower case as the server compares them, with their types. */
export class Columns {
  readonly #types: ReadonlyMap<string, string>;
  readonly #names: TableNames;

  /**
   * @param rows what SHOW COLUMNS gives: all columns that the user may read, and nothing of the others
   * @throws Outage that names every column that is needed and not there
   */
  constructor(names: TableNames, rows: readonly RawRow[]) {
    this.#names = names;
    this.#types = new Map(
      rows.map((row) => [(textOf(row, 'Field') ?? '').toLowerCase(), (textOf(row, 'Type') ?? '').toLowerCase()]),
    );
    this.#refuseMissing();
  }

  has(name: string): boolean {
    return this.#types.has(name.toLowerCase());
  }

  /** Whether the table says when Abacos acknowledged a payment. */
  get tracksPayment(): boolean {
    return this.has(this.#names.paymentConfirmedAt);
  }

  /**
   * The zone that times read from the table are in. A `timestamp` is a moment,
   * which the server shows in the session's zone, UTC; a `datetime` is what
   * the shop wrote.
   */
  zone(configured: string): string {
    return this.#types.get(this.#names.createdAt.toLowerCase())?.startsWith('timestamp') === true ? 'UTC' : configured;
  }

  #refuseMissing(): void {
    const missing = KEYS.flatMap(([name, key]) => {
      const column = this.#names[name];
      return this.has(column) || column === OPTIONAL_COLUMN ? [] : [{ column, key }];
    });
    if (missing.length === 0) return;
    const { table } = this.#names;
    throw new Outage({
      dependency: 'shop',
      reason: `the table ${table} has no column ${missing.map(({ column }) => column).join(', ')}`,
      hint: `check orders: ${missing.map(({ key }) => key).join(', ')} in database.yml, and that the user may read all columns (SHOW COLUMNS FROM ${table} lists those)`,
    });
  }
}
