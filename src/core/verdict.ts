/**
 * What order-monit found out about one order, in the words of the checkpoint file.
 *
 * `FAILED` means "not settled": the order is looked at again until it is
 * settled or its attempts are used up. `SUCCESS` means that Abacos has it.
 */

/** Why an order is open. One that was dismissed is on record and not open: nobody need do anything about it. */
export const OPEN_REASONS = ['NOT_FOUND', 'PAYMENT_PENDING', 'UNKNOWN', 'BAD_NUMBER', 'NO_DATE'] as const;
export const FAILURE_REASONS = [...OPEN_REASONS, 'DISMISSED'] as const;

export type FailureReason =
  /** Abacos said, in a row that succeeded, that the order does not exist. */
  | 'NOT_FOUND'
  /** Abacos has the order in progress, the shop has the money, nothing shows that Abacos knows of it. */
  | 'PAYMENT_PENDING'
  /** Abacos answered, but not usably about this order. Never leads to a command. */
  | 'UNKNOWN'
  /** What the shop stores as its number can't be an order number. Never leads to a command. */
  | 'BAD_NUMBER'
  /** Abacos lacks the order or its payment, and the row has no usable date: it may be a cart. Never leads to a command. */
  | 'NO_DATE'
  /** A person said that nobody need do anything about it. Abacos lacks it or its payment still, as far as is known. */
  | 'DISMISSED';

export type OpenReason = (typeof OPEN_REASONS)[number];

export type SuccessReason =
  | 'OK'
  /** Abacos has the order, and its payment is still to come, or to be confirmed by the shop itself: it is watched. */
  | 'AWAITING_PAYMENT';

export interface Success {
  readonly status: 'SUCCESS';
  readonly reason: SuccessReason;
}

export interface Failure {
  readonly status: 'FAILED';
  readonly reason: FailureReason;
}

export type Verdict = Success | Failure;

export const SUCCESS: Success = { status: 'SUCCESS', reason: 'OK' };
export const AWAITING_PAYMENT: Success = { status: 'SUCCESS', reason: 'AWAITING_PAYMENT' };

/** The verdict `FAILED` with the given reason. */
export function failed(reason: FailureReason): Failure {
  return { status: 'FAILED', reason };
}

/** A count for each reason, of nothing yet. */
export function zeroByReason(): Record<OpenReason, number> {
  return { NOT_FOUND: 0, PAYMENT_PENDING: 0, UNKNOWN: 0, BAD_NUMBER: 0, NO_DATE: 0 };
}

/** Whether two verdicts say the same. */
export function sameVerdict(a: Verdict, b: Verdict): boolean {
  // No reason belongs to both statuses.
  return a.reason === b.reason;
}

/** Whether nothing more is to come of an order: Abacos has it, and no payment is waited for. Such records may be dropped. */
export function isSettled(verdict: Verdict): boolean {
  return verdict.reason === 'OK';
}
