/** The orders table: its names, from the configuration, and the columns that it really has. */
import { Outage } from '../core/outage.ts';
import { IDENTIFIER } from '../text/identifier.ts';
import type { NumberColumn } from './number.ts';
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
  if (!IDENTIFIER.test(name)) throw new RangeError(`${name} can not be the name of a table or column`);
  return `\`${name}\``;
}

/** The columns that the table has. Names compare as the server compares them: without regard to case. */
export interface Columns {
  has(name: string): boolean;
  readonly number: NumberColumn;
  /** Whether the table says when Abacos acknowledged a payment. */
  readonly tracksPayment: boolean;
  /**
   * The zone that times read from the table are in. A `timestamp` is a moment,
   * which the server shows in the session's zone, UTC; a `datetime` is what
   * the shop wrote.
   */
  zone(configured: string): string;
}

/**
 * @param rows what SHOW FULL COLUMNS gives: all columns that the user may read, and nothing of the others
 * @throws Outage that names every column that is needed and not there
 */
export function columnsFrom(names: TableNames, rows: readonly RawRow[]): Columns {
  const columns = new Map(rows.map((row) => [(textOf(row, 'Field') ?? '').toLowerCase(), row]));
  const has = (name: string): boolean => columns.has(name.toLowerCase());
  refuseMissing(names, has);
  const about = (name: string, what: 'Collation' | 'Type'): string =>
    (textOf(columns.get(name.toLowerCase()), what) ?? '').toLowerCase();
  const isMoment = about(names.createdAt, 'Type').startsWith('timestamp');
  return {
    has,
    number: {
      name: quote(names.number),
      type: about(names.number, 'Type'),
      collation: about(names.number, 'Collation'),
    },
    tracksPayment: has(names.paymentConfirmedAt),
    zone: (configured) => (isMoment ? 'UTC' : configured),
  };
}

function refuseMissing(names: TableNames, has: (name: string) => boolean): void {
  const missing = KEYS.flatMap(([name, key]) => {
    const column = names[name];
    const dispensable = name === 'paymentConfirmedAt' && column === OPTIONAL_COLUMN;
    return dispensable || has(column) ? [] : [{ column, key }];
  });
  if (missing.length === 0) return;
  throw new Outage({
    dependency: 'shop',
    reason: `the table ${names.table} has no column ${missing.map(({ column }) => column).join(', ')}`,
    hint: `check orders: ${missing.map(({ key }) => key).join(', ')} in database.yml, and that the user may read all columns (SHOW COLUMNS FROM ${names.table} lists those)`,
  });
}
