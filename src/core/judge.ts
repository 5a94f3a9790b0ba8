/** The verdict on one order: the shop's row against Abacos' answer. Pure. */
import type { Answer } from './answer.ts';
import { taskFor } from './next.ts';
import { isOrderNumber, type OrderNumber, type ShopOrder } from './order.ts';
import type { PaymentPolicy } from './payments.ts';
import { AWAITING_PAYMENT, SUCCESS, failed, type Verdict } from './verdict.ts';

/** A verdict; `why` explains UNKNOWN and BAD_NUMBER. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly why?: string;
}

export interface Evidence {
  readonly order: ShopOrder;
  readonly answer: Answer;
  /** Whether a `confirm_payment` of this order ended with exit status 0. */
  readonly paymentCommandSucceeded: boolean;
  readonly payments: Pick<PaymentPolicy, 'isPaid' | 'isUnpaid'>;
  /** Whether the shop has had its own time to confirm the payment. */
  readonly paymentIsDue: boolean;
}

/**
 * SUCCESS needs Abacos' own word that the order exists; a missing order is
 * believed missing only when Abacos said so outright. What would call for a
 * command is a person's matter where the row has no date: it may be no order
 * at all.
 */
export function judge(evidence: Evidence): Judgement {
  const judgement = judgeDated(evidence);
  if (evidence.order.age !== 'undated' || taskFor(judgement.verdict) === undefined) return judgement;
  const isThere = judgement.verdict.reason === 'PAYMENT_PENDING';
  return { verdict: failed('NO_DATE'), ...(isThere ? { why: 'Abacos has it without its payment' } : {}) };
}

function judgeDated(evidence: Evidence): Judgement {
  const { answer, order, payments, paymentIsDue } = evidence;
  switch (answer.kind) {
    case 'missing':
      return { verdict: failed('NOT_FOUND') };
    case 'unknown':
      return { verdict: failed('UNKNOWN'), why: answer.why };
    case 'exists':
      if (isPaymentPending(evidence)) return { verdict: paymentIsDue ? failed('PAYMENT_PENDING') : AWAITING_PAYMENT };
      return { verdict: answer.status === 'in-progress' && isToBePaid(order, payments) ? AWAITING_PAYMENT : SUCCESS };
  }
}

/** Whether the payment of an order is still to come: the shop waits for it, and has no acknowledgement of Abacos yet. */
function isToBePaid({ payment, state }: ShopOrder, payments: Evidence['payments']): boolean {
  return payment !== 'acknowledged' && payments.isUnpaid(state);
}

/** What the shop's row says of a payment that is watched: still to come, there and not acknowledged, or settled. */
export function paymentState(order: ShopOrder, payments: Evidence['payments']): 'unpaid' | 'paid' | 'over' {
  if (isToBePaid(order, payments)) return 'unpaid';
  return order.payment !== 'acknowledged' && payments.isPaid(order.state) ? 'paid' : 'over';
}

/**
 * Whether the shop has the money, and nothing shows that Abacos knows. In
 * progress covers everything before the invoice, so it alone says nothing of the
 * payment: the shop's own record of Abacos' acknowledgement does, or, where
 * the table has none, a command that ended well.
 */
export function isPaymentPending({
  answer,
  order,
  paymentCommandSucceeded,
  payments,
}: Omit<Evidence, 'paymentIsDue'>): boolean {
  if (answer.kind !== 'exists' || answer.status !== 'in-progress' || !payments.isPaid(order.state)) return false;
  switch (order.payment) {
    case 'acknowledged':
      return false;
    case 'none':
      return true;
    case 'untracked':
      return !paymentCommandSucceeded;
  }
}

/** What can be done with the number that the shop stores for an order. */
export type NumberCheck =
  | { readonly kind: 'usable'; readonly number: OrderNumber }
  /** The shop sets it in a second statement: not ready yet. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'bad'; readonly judgement: Judgement };

/** Sorts out orders that can't be asked about. */
export function checkNumber(order: ShopOrder): NumberCheck {
  if (order.number === null) return { kind: 'absent' };
  if (isOrderNumber(order.number)) return { kind: 'usable', number: order.number };
  const shown = JSON.stringify(order.number.slice(0, 60));
  return { kind: 'bad', judgement: unaskable(order, `the shop stores ${shown} as its number`) };
}

/** The verdict on an order that has no usable number: without a date as well, it is one of those that lack a date. */
export function unaskable({ age }: ShopOrder, why: string): Judgement {
  return { verdict: failed(age === 'undated' ? 'NO_DATE' : 'BAD_NUMBER'), why };
}
