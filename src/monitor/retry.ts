/** Gives open orders their attempts again, because a person asks for it. */
import type { OrderId } from '../core/order.ts';
import { dismissedAmong, retryEvents, retryResults, withAttemptsAgain, type RetryResult } from '../core/retry.ts';
import type { RepairContext } from './repair-context.ts';
import type { Repairs } from './repairs.ts';

/** So many retried orders at once keep no order of the day waiting. */
const BULK_RETRY = 10;

type Needed = Pick<RepairContext, 'gate' | 'recorder' | 'report' | 'schedule'> & {
  readonly repairs: Pick<Repairs, 'withdraw'>;
};

/**
 * @returns for each order whether it was open, so that it is retried
 * @throws when the checkpoint can't be written
 */
export async function retry(
  { gate, recorder, repairs, report, schedule }: Needed,
  orderIds: readonly OrderId[],
  by: string,
): Promise<readonly RetryResult[]> {
  const { effects } = gate;
  const { dismissed, records } = await recorder.change(({ open }) => ({
    dismissed: dismissedAmong(open, orderIds),
    changes: withAttemptsAgain(open, orderIds, (id) => effects.inDoubt(id)),
  }));
  const lane = records.length > BULK_RETRY ? 'background' : 'foreground';
  for (const { orderId } of records) {
    schedule.forget(orderId);
    if (!dismissed.has(orderId)) effects.forget(orderId);
    repairs.withdraw(orderId);
    schedule.amend(orderId, { lane });
  }
  for (const event of retryEvents(records, by)) report(event);
  return retryResults(orderIds, records);
}
