/** What the checkpoint keeps of one order. */
import type { OrderId } from './order.ts';
import type { Stamp } from './stamp.ts';
import type { OpenReason, Verdict } from './verdict.ts';

/** Whether an order is open because it has no usable date. */
export function isUndated({ verdict }: OrderRecord): boolean {
  return verdict.reason === 'NO_DATE';
}

/** Whether a person has said that nobody need do anything about an order. */
export function isDismissed({ verdict }: Pick<OrderRecord, 'verdict'>): boolean {
  return verdict.reason === 'DISMISSED';
}

/** Why an order is open; `undefined` where it is settled, or dismissed. */
export function openReasonOf({ verdict }: Pick<OrderRecord, 'verdict'>): OpenReason | undefined {
  return verdict.status === 'SUCCESS' || verdict.reason === 'DISMISSED' ? undefined : verdict.reason;
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
