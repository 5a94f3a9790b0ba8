/** What an audit finds of one order: the shop's row against the ERP's answer. Pure. */
import type { Answer, ErpStatus } from '../core/answer.ts';
import { judge } from '../core/judge.ts';
import type { OrderId, ShopOrder } from '../core/order.ts';
import type { PaymentPolicy } from '../core/payments.ts';

export const FINDINGS = ['missing', 'payment', 'cancelled-in-shop', 'cancelled-in-erp', 'unclear'] as const;
/**
 * `payment`: the shop has the money, and nothing shows that the ERP knows. `cancelled-in-shop`: and alive in the ERP.
 * `cancelled-in-erp`: and paid in the shop.
 */
export type Finding = (typeof FINDINGS)[number];

export interface AuditedOrder {
  readonly id: OrderId;
  /** As stored. */
  readonly number: string;
  /** Of the shop's row. */
  readonly state: string;
  readonly finding: Finding;
  /** As the ERP has it. */
  readonly status: ErpStatus | undefined;
  /** Of what is unclear. */
  readonly why: string | undefined;
}

export interface States extends Pick<PaymentPolicy, 'isPaid' | 'isUnpaid'> {
  /** Whether the shop has cancelled an order in this state. */
  isCancelled(state: string): boolean;
}

/** `undefined` where nothing is wrong. An order that was cancelled before the ERP had it is missed by nobody. */
export function findingOf(order: ShopOrder, answer: Answer, states: States): AuditedOrder | undefined {
  const found = kindOf(order, answer, states);
  return (
    found && {
      id: order.id,
      number: order.number ?? '',
      state: order.state,
      finding: found,
      status: answer.kind === 'exists' ? answer.status : undefined,
      why: answer.kind === 'unknown' ? answer.why : undefined,
    }
  );
}

function kindOf(order: ShopOrder, answer: Answer, states: States): Finding | undefined {
  const isCancelled = states.isCancelled(order.state);
  switch (answer.kind) {
    case 'unknown':
      return 'unclear';
    case 'missing':
      return isCancelled ? undefined : 'missing';
    case 'exists':
      break;
  }
  if (answer.status === 'cancelled') return states.isPaid(order.state) ? 'cancelled-in-erp' : undefined;
  if (isCancelled) return 'cancelled-in-shop';
  // Only the shop's own record tells of a payment here: an audit runs no commands, and knows of none.
  const evidence = { order, answer, payments: states, paymentCommandSucceeded: false, paymentIsDue: true };
  return judge(evidence).verdict.reason === 'PAYMENT_PENDING' ? 'payment' : undefined;
}
