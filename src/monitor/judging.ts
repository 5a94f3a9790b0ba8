/** Judges orders by what this monitor knows besides the shop's row and Abacos' answer. */
import type { Answer } from '../core/answer.ts';
import { isPaymentPending, judge, type Judgement } from '../core/judge.ts';
import type { ShopOrder } from '../core/order.ts';
import { isDismissed } from '../core/record.ts';
import type { RepairContext } from './repair-context.ts';

type Knowing = Pick<RepairContext, 'schedule' | 'checkpoint' | 'gate' | 'policy'>;

/**
 * Judges an order, and notes since when it has been seen paid without Abacos
 * knowing. The shop confirms payments by itself, some time after it has the
 * money: a payment fails only once the shop has had `settle_time` for that, or if it has failed before. That of an order
 * that was dismissed may have: it must not begin anew as one that is watched.
 */
export function judgeOrder(
  { schedule, checkpoint, gate, policy }: Knowing,
  order: ShopOrder,
  answer: Answer,
): Judgement {
  const { payments, settleMs } = policy;
  const { paymentCommandSucceeded } = schedule.note(order.id);
  const evidence = { order, answer, paymentCommandSucceeded, payments };
  if (answer.kind === 'exists') gate.paid.see(order.id, isPaymentPending(evidence));
  const record = checkpoint.ledger.open.get(order.id);
  const hasFailed = record !== undefined && (record.verdict.reason === 'PAYMENT_PENDING' || isDismissed(record));
  return judge({ ...evidence, paymentIsDue: hasFailed || gate.paid.forMs(order.id) >= settleMs });
}
