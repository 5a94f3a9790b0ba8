/** A retry that a person asks for: which orders get their attempts again, and what is told of it. */
import type { Event } from './event.ts';
import type { OrderId } from './order.ts';
import { isDismissed, type OrderRecord } from './record.ts';
import { failed } from './verdict.ts';

/**
 * The open ones among some orders, each once, with all their attempts: to be put on record. What earlier commands for them
 * may still show is forgotten as well, as it keeps nobody from what a person asks for.
 *
 * One that was dismissed is no more than open again: commands that may have done their work count as attempts, and are
 * waited for as before. What Abacos says of it nobody knows until it is asked, which is what comes next.
 *
 * @param inDoubt how many commands of an order may have done their work
 */
export function withAttemptsAgain(
  open: ReadonlyMap<OrderId, OrderRecord>,
  wanted: readonly OrderId[],
  inDoubt: (id: OrderId) => number,
): readonly OrderRecord[] {
  return [...new Set(wanted)].flatMap((id) => {
    const record = open.get(id);
    if (record === undefined) return [];
    return [
      isDismissed(record)
        ? { ...record, attempts: inDoubt(id), verdict: failed('UNKNOWN') }
        : { ...record, attempts: 0 },
    ];
  });
}

/** Orders of a retry that were dismissed: what is in doubt about their commands stays so. */
export function dismissedAmong(
  open: ReadonlyMap<OrderId, OrderRecord>,
  wanted: readonly OrderId[],
): ReadonlySet<OrderId> {
  return new Set(wanted.filter((id) => open.get(id)?.verdict.reason === 'DISMISSED'));
}

/** What became of one order of a retry, or of those that were to be dismissed. */
export interface RetryResult {
  readonly orderId: OrderId;
  /** False when it was not open any more. */
  readonly accepted: boolean;
}

/** What became of each order that was asked for. @param records of those that were open */
export function retryResults(wanted: readonly OrderId[], records: readonly OrderRecord[]): RetryResult[] {
  const retried = new Set(records.map(({ orderId }) => orderId));
  return wanted.map((orderId) => ({ orderId, accepted: retried.has(orderId) }));
}

/** @param records as they are on the disk now */
export function retryEvents(records: readonly OrderRecord[], by: string): readonly Event[] {
  const each = records.map((record): Event => ({
    kind: 'retry',
    orderId: record.orderId,
    orderNumber: null,
    record,
    by,
  }));
  return records.length > 1 ? [...each, { kind: 'retry-many', count: records.length, by }] : each;
}
