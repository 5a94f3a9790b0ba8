/** What will become of an order that waits for its payment, as far as can be told from outside the monitor. */
import type { Answer } from '../core/answer.ts';
import { judge, paymentState, type Judgement } from '../core/judge.ts';
import type { ShopOrder } from '../core/order.ts';
import type { PaymentPolicy } from '../core/payments.ts';
import type { OrderRecord } from '../core/record.ts';
import type { RepairMemory } from '../core/repair-memory.ts';
import { epochOf } from '../core/stamp.ts';
import { Uptime } from '../core/uptime.ts';
import { duration } from '../words/duration.ts';
import { localTime } from '../words/moment.ts';

/** Moments are milliseconds since 1970. */
export type PaymentOutlook =
  /** The shop waits for the customer's payment. */
  | { readonly kind: 'unpaid'; readonly until: number }
  /** Paid, and the monitor has not noticed yet. */
  | { readonly kind: 'unnoticed' }
  /** Paid: the shop itself has until then to confirm it, if Abacos stays up. */
  | { readonly kind: 'confirming'; readonly until: number }
  /** Paid, and the shop has had its time. */
  | { readonly kind: 'due' }
  /** The payment is confirmed, or waited for no longer. */
  | { readonly kind: 'over' };

export interface PaymentSituation {
  readonly record: OrderRecord | undefined;
  readonly row: ShopOrder;
  /** What repairs wait for, as it was last kept. */
  readonly memory: RepairMemory | undefined;
  readonly payments: PaymentPolicy;
  readonly settleMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** `undefined` for an order that is not watched. */
export function paymentOutlook(situation: PaymentSituation): PaymentOutlook | undefined {
  const { now, payments, record, row, settleMs } = situation;
  if (record?.verdict.reason !== 'AWAITING_PAYMENT') return undefined;
  const until = epochOf(record.createdAt) + payments.windowMs;
  const state = paymentState(row, payments);
  if (state === 'unpaid' && until > now) return { kind: 'unpaid', until };
  if (state !== 'paid') return { kind: 'over' };
  const hadMs = paidForMs(situation);
  if (hadMs === undefined) return { kind: 'unnoticed' };
  return hadMs >= settleMs ? { kind: 'due' } : { kind: 'confirming', until: now + settleMs - hadMs };
}

/** The verdict that the monitor would give by what Abacos answers now. */
export function verdictNow(situation: PaymentSituation, answer: Answer): Judgement {
  const { payments, record, row, settleMs } = situation;
  return judge({
    order: row,
    answer,
    paymentCommandSucceeded: false,
    payments,
    paymentIsDue: record?.verdict.reason === 'PAYMENT_PENDING' || (paidForMs(situation) ?? -Infinity) >= settleMs,
  });
}

/** In a sentence without an end. */
export function outlookText(outlook: PaymentOutlook, { lookMs }: PaymentPolicy, settleMs: number): string {
  const every = duration(lookMs);
  switch (outlook.kind) {
    case 'unpaid':
      return `nothing to do: the shop waits for the customer's payment; looked at every ${every} until ${localTime(outlook.until).slice(0, 16)}`;
    case 'unnoticed':
      return `paid: that is noticed within ${every}, and from then on the shop's own confirmation has ${duration(settleMs)}`;
    case 'confirming':
      return `paid: the shop's own confirmation has until ${localTime(outlook.until).slice(11, 16)}; after that Abacos is asked about it`;
    case 'due':
      return "paid, and the shop's own confirmation has had its time: Abacos is asked about it in the next cycle";
    case 'over':
      return `nothing to do: no payment is waited for any more, and that is recorded within ${every}`;
  }
}

/** For how long it has been seen paid, with Abacos up; `undefined` for never. */
function paidForMs({ memory, now, row }: PaymentSituation): number | undefined {
  const since = memory?.paid.find(([id]) => id === row.id)?.[1];
  return since === undefined || memory === undefined ? undefined : new Uptime(memory.up).between(since, now);
}
