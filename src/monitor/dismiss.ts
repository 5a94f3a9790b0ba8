/** Puts a person's word on record that nobody need do anything about some open orders. */
import { DISMISSED_LOOK_MS, dismissalEvents, withDismissal, type Dismissal } from '../core/dismissal.ts';
import type { OrderId } from '../core/order.ts';
import { retryResults, type RetryResult } from '../core/retry.ts';
import type { RepairContext } from './repair-context.ts';
import type { Repairs } from './repairs.ts';

type Needed = Pick<RepairContext, 'breaker' | 'clock' | 'gate' | 'recorder' | 'report' | 'schedule'> & {
  readonly repairs: Pick<Repairs, 'withdraw'>;
};

/**
 * @returns for each order whether it was open and not dismissed yet
 * @throws when the checkpoint can't be written
 */
export async function dismiss(
  { breaker, clock, gate, recorder, repairs, report, schedule }: Needed,
  orderIds: readonly OrderId[],
  dismissal: Dismissal & { readonly maxAttempts: number },
): Promise<readonly RetryResult[]> {
  const { records } = await recorder.change(({ open }) => ({
    changes: withDismissal(open, orderIds, dismissal.maxAttempts),
  }));
  for (const { orderId } of records) {
    gate.effects.leave(orderId);
    breaker.forget(orderId);
    repairs.withdraw(orderId);
    schedule.amend(orderId, { nextLookAt: clock.monotonic() + DISMISSED_LOOK_MS });
  }
  gate.keepSoon();
  for (const event of dismissalEvents(records, dismissal)) report(event);
  return retryResults(orderIds, records);
}
