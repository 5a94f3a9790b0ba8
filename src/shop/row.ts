/** Rows as they come from the driver: texts, bytes, short numbers and nulls, parsed here and nowhere else. */
import { isOrderId, type OrderAge, type OrderId, type PaymentEvidence, type ShopOrder } from '../core/order.ts';
import { Outage } from '../core/outage.ts';

export type RawRow = Readonly<Record<string, unknown>>;

/** The rows in a driver's result; none for a statement that gives none. */
export function asRows(result: unknown): readonly RawRow[] {
  return Array.isArray(result) && result.every(isRow) ? result : [];
}

function isRow(row: unknown): row is RawRow {
  return typeof row === 'object' && row !== null && !Array.isArray(row);
}

/** A column's text, where bytes are UTF-8; `null` where the row has NULL, or no such column. */
export function textOf(row: RawRow | undefined, column: string): string | null {
  const value = row?.[column];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return Buffer.isBuffer(value) ? value.toString() : null;
}

/** A column's number. @throws Outage when it has none */
export function numberOf(row: RawRow | undefined, column: string): number {
  const text = textOf(row, column);
  const value = text === null || text === '' ? Number.NaN : Number(text);
  if (!Number.isNaN(value)) return value;
  throw new Outage({
    dependency: 'shop',
    reason: `the server gave ${text ?? 'NULL'} where a number was asked for`,
  });
}

/** The `id` of a row. @throws Outage when it can not be kept in a number without loss */
export function idOf(row: RawRow | undefined): OrderId {
  const text = textOf(row, 'id');
  const id = text === null || text === '' ? Number.NaN : Number(text);
  if (isOrderId(id)) return id;
  throw new Outage({
    dependency: 'shop',
    reason: `an order has the id ${text ?? 'NULL'}, which is no whole number up to ${Number.MAX_SAFE_INTEGER}`,
    hint: 'check orders: id in database.yml',
  });
}

const PAYMENTS: Readonly<Record<string, PaymentEvidence>> = { '1': 'acknowledged', '0': 'none' };

/** Far longer than any number or state of an order. One more is read of either, which tells that there is more. */
export const MAX_NAME_LENGTH = 200;

/** A number that is longer stays one that can be none, whatever blanks it has: half of it may be another order's. */
function wholeNumber(text: string): string {
  return text.length <= MAX_NAME_LENGTH ? text.trim() : `${text.slice(0, MAX_NAME_LENGTH)}…`;
}

const AGES: Readonly<Record<string, OrderAge>> = { due: 'due', young: 'young', undated: 'undated' };

/**
 * An order from `id`, `number`, `state`, `paid` where the table tracks it (1, 0 or NULL), and `age` where not all are
 * settled.
 *
 * @throws Outage for an unusable id
 */
export function orderOf(row: RawRow, allDue: boolean): ShopOrder {
  const number = textOf(row, 'number');
  return {
    id: idOf(row),
    number: number === null ? null : wholeNumber(number),
    state: textOf(row, 'state') ?? '',
    payment: PAYMENTS[textOf(row, 'paid') ?? ''] ?? 'untracked',
    age: allDue ? 'due' : (AGES[textOf(row, 'age') ?? ''] ?? 'undated'),
  };
}
