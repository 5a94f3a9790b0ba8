/**
 * An order as the shop stores it, and the two names it goes by.
 *
 * The row's id orders the shop's history and is what the checkpoint keeps; the
 * number is what Abacos and the shop's rake tasks know. They are different
 * types so that the one can't be handed over where the other is meant.
 */

declare const orderIdBrand: unique symbol;
declare const orderNumberBrand: unique symbol;

/** The primary key of a row in the shop's orders table. A safe, non-negative integer. */
export type OrderId = number & { readonly [orderIdBrand]: true };

/** A number that may be sent to Abacos and into a command: 1 to 50 characters of `A-Za-z0-9._/-`. */
export type OrderNumber = string & { readonly [orderNumberBrand]: true };

/** What the shop's row says of the payment having reached Abacos. */
export type PaymentEvidence =
  /** The shop has recorded Abacos' acknowledgement (`erp_payment_at`). */
  | 'acknowledged'
  /** The column is there and empty. */
  | 'none'
  /** The table has no such column: only a command that ended well can tell. */
  | 'untracked';

/** One row of the shop's orders table, as far as order-monit needs it. */
export interface ShopOrder {
  readonly id: OrderId;
  /** Exactly as stored, without surrounding blanks; `null` while the shop has not set it yet. */
  readonly number: string | null;
  readonly state: string;
  readonly payment: PaymentEvidence;
  readonly age: OrderAge;
}

/** How old a row is by its own date and the database's own clock. */
export type OrderAge =
  /** Older than `settle_time`: due for a check. */
  | 'due'
  | 'young'
  /** Without a date that is one: NULL, a zero or partial date, a text that is none. A cart is such a row, as a rule. */
  | 'undated';

/** An order as somebody names it: by its number, as that was written, or by the id of its row. */
export type OrderReference = { readonly number: string } | { readonly id: OrderId };

const ORDER_NUMBER = /^[A-Za-z0-9._/-]{1,50}$/;

/** Whether a value is a usable order id: a safe integer that is not negative. */
export function isOrderId(value: unknown): value is OrderId {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/**
 * Turns a plain number into an {@link OrderId}.
 *
 * @throws RangeError when it is not a safe, non-negative integer
 */
export function orderId(value: number): OrderId {
  if (!isOrderId(value)) throw new RangeError(`An order id must be a whole number from 0, not ${value}`);
  return value;
}

/** Whether a stored number can be an order number at all (see {@link OrderNumber}). */
export function isOrderNumber(value: string): value is OrderNumber {
  return ORDER_NUMBER.test(value);
}

/**
 * Turns a text into an {@link OrderNumber}.
 *
 * @throws RangeError when it can be none
 */
export function orderNumber(value: string): OrderNumber {
  if (!isOrderNumber(value)) throw new RangeError(`${JSON.stringify(value)} can not be an order number`);
  return value;
}

/** No shop gives an order this number: whoever answers a question about it is up. */
export const NO_ORDER = orderNumber('order-monit-check');

/** What may stand in a command line as it is, and is no option. */
const PLAIN_WORD = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,49}$/;

/** Whether an order's number means nothing but itself to a shell, and to the command that it is given to. */
export function isPlainWord(number: string | null | undefined): number is string {
  return typeof number === 'string' && PLAIN_WORD.test(number);
}

/** How an order is named in a command that people copy into a shell. */
export function argumentFor(order: { readonly orderId: OrderId; readonly orderNumber: string | null }): string {
  return isPlainWord(order.orderNumber) ? order.orderNumber : `--id ${order.orderId}`;
}
