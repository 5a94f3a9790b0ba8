/** What the checkpoint keeps of one order. */
import type { OrderId } from './order.ts';
import type { Stamp } from './stamp.ts';
import type { Verdict } from './verdict.ts';

/** Whether an order is open because it has no usable date. */
export function isUndated({ verdict }: OrderRecord): boolean {
  return verdict.reason === 'NO_DATE';
}

/** One line of the checkpoint. */
export interface OrderRecord {
  readonly orderId: OrderId;
  readonly verdict: Verdict;
  /** Verdicts counted so far; a command runs only while this is at most `max_attempts`. */
  readonly attempts: number;
  /** When this monitor first recorded the order (not when the order was placed). */
  readonly createdAt: Stamp;
  /** When this verdict was recorded. */
  readonly updatedAt: Stamp;
}
