/** What the shop's states say of an order's payment, and how long payments are waited for. */
import { oneOfStates } from '../text/state.ts';

export interface PaymentPolicy {
  /** Whether the shop has the money of an order in this state. */
  isPaid(state: string): boolean;
  /** Whether the shop still waits for the money of an order in this state. */
  isUnpaid(state: string): boolean;
  /** How often the rows of orders that wait for their payment are read again. Milliseconds. */
  readonly lookMs: number;
  /** For how long an order is watched that waits for its payment, from its first record on. Milliseconds. */
  readonly windowMs: number;
}

export interface PaymentSettings extends Pick<PaymentPolicy, 'lookMs' | 'windowMs'> {
  /** States as people write them. */
  readonly paidStates: readonly string[];
  readonly unpaidStates: readonly string[];
}

export function paymentPolicy({ lookMs, paidStates, unpaidStates, windowMs }: PaymentSettings): PaymentPolicy {
  return { isPaid: oneOfStates(paidStates), isUnpaid: oneOfStates(unpaidStates), lookMs, windowMs };
}
