/** A dismissal: a person's word that nobody need do anything about some open orders, and how long it stands. */
import type { Event } from './event.ts';
import type { Judgement } from './judge.ts';
import type { OrderId } from './order.ts';
import { isDismissed, type OrderRecord } from './record.ts';
import { failed } from './verdict.ts';

/** Who dismisses orders, and why. */
export interface Dismissal {
  readonly by: string;
  readonly why: string;
}

/** How often Abacos is asked about an order that was dismissed. */
export const DISMISSED_LOOK_MS = 86_400_000;

/** A reason is a sentence: the history keeps as much of a text, and a page or a line of a log shows it. */
export const LONGEST_REASON = 300;

/** What somebody gave as a reason, in one line without what could steer a terminal. May be empty or too long. */
export function reasonIn(text: string): string {
  return text.replace(/[\p{C}\s]+/gu, ' ').trim();
}

/**
 * The open ones among some orders that are not dismissed yet, each once, as they are to be put on record. Their attempts
 * count as used up, so that a program that does not know the reason repairs none of them.
 */
export function withDismissal(
  open: ReadonlyMap<OrderId, OrderRecord>,
  wanted: readonly OrderId[],
  maxAttempts: number,
): readonly OrderRecord[] {
  return [...new Set(wanted)].flatMap((id) => {
    const record = open.get(id);
    if (record === undefined || isDismissed(record)) return [];
    return [{ ...record, verdict: failed('DISMISSED'), attempts: Math.max(record.attempts, maxAttempts + 1) }];
  });
}

/** @param records as they are on the disk now */
export function dismissalEvents(records: readonly OrderRecord[], { by, why }: Dismissal): readonly Event[] {
  return records.map((record) => ({ kind: 'dismissed', orderId: record.orderId, orderNumber: null, record, by, why }));
}

/** What a judgement amounts to: a dismissal stands until Abacos has the order as it should, or somebody retries it. */
export function underDismissal(previous: OrderRecord | undefined, judgement: Judgement): Judgement {
  const stands = judgement.verdict.status === 'FAILED' && previous !== undefined && isDismissed(previous);
  return stands ? { verdict: previous.verdict } : judgement;
}
