/** Abacos' answers, and what they say of Abacos itself. */
import { isOrderNumber, type OrderNumber } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { Answers } from './asking.ts';
import type { CycleContext } from './context.ts';

/** So many orders speak for the ERP. */
const WITNESSES = 3;

/** A call may wait for those that were begun before it: one of each page ahead, and those about witnesses. */
const CALLS_IN_A_ROW = 4;

const NONE: ReadonlySet<OrderNumber> = new Set();
const NOTHING_ASKED: Pick<Answers, 'byNumber' | 'postponed'> = { byNumber: new Map(), postponed: new Set() };

/** Asks Abacos; numbers that could not be asked about have no entry. `unclear`: those that had no usable answer before. */
export async function answersTo(
  context: CycleContext,
  numbers: readonly OrderNumber[],
  unclear: ReadonlySet<OrderNumber> = NONE,
): Promise<Pick<Answers, 'byNumber' | 'postponed'>> {
  if (numbers.length === 0) return NOTHING_ASKED;
  const { asker, dependencies, erp, policy, stop } = context;
  const answers = await asker.ask(numbers, {
    erp,
    policy,
    signal: stop,
    unclear,
    knownGood: async () => (await knownGood(context)) ?? [],
    onCall: () => {
      beginAsking(context, numbers.length);
    },
  });
  const { byNumber, outage } = answers;
  if (outage === undefined) {
    // A stop may have come before any call.
    if (byNumber.size > 0 || !stop.aborted) dependencies.worked('abacos');
  } else if (!stop.aborted) dependencies.failed(outage, policy);
  return answers;
}

/** The step of asking begins, or goes on with another call. */
export function beginAsking(
  { policy, progress }: Pick<CycleContext, 'policy' | 'progress'>,
  count: number,
  calls = CALLS_IN_A_ROW,
): void {
  progress.step(`asking Abacos about ${count} ${count === 1 ? 'order' : 'orders'}`, policy.callDeadlineMs * calls);
}

/** Numbers of the orders that were settled last, if there are any; `undefined` where the shop's database does not tell. */
export async function knownGood({
  checkpoint,
  orders,
  stop,
}: Pick<CycleContext, 'checkpoint' | 'orders' | 'stop'>): Promise<readonly OrderNumber[] | undefined> {
  const ids = checkpoint.ledger.newestInErp();
  if (ids.length === 0) return [];
  try {
    const rows = await orders.ordersById(ids, stop);
    const numbers = new Map(rows.map(({ id, number }) => [id, number]));
    return ids
      .flatMap((id) => numbers.get(id) ?? [])
      .filter(isOrderNumber)
      .slice(0, WITNESSES);
  } catch (error) {
    if (error instanceof Outage || stop.aborted) return undefined;
    throw error;
  }
}
