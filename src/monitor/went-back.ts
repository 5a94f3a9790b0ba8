import type { Ledger } from '../core/ledger.ts';
import type { OrderId } from '../core/order.ts';
import { SUCCESS } from '../core/verdict.ts';
import type { CycleContext } from './context.ts';
import { RECORDING_DEADLINE_MS, type Finding } from './recorder.ts';

/**
 * Looks whether the shop still has an order as new as the head, and if not,
 * takes the head back to the newest one that it has. Its database then went
 * back to an earlier state (a restore, or a failover to a server that lacks the
 * last minutes), or orders were deleted; either way it may give the ids behind
 * that one a second time, to orders that nobody has asked Abacos about.
 *
 * The head goes back no further than the sweep reaches. What stands there was
 * checked long ago, and a table that is being filled anew, say, must not make
 * all the shop's past new.
 *
 * @throws Outage when the shop's database fails
 */
export async function followShopBack(context: CycleContext): Promise<void> {
  const { checkpoint, orders, policy, progress, recorder, report, stop, sweep } = context;
  const from = checkpoint.ledger.head;
  const newest = await orders.newestId(stop);
  const floor = checkpoint.ledger.passedBefore(sweep.windowFromMs(policy));
  const to = greater(checkpoint.ledger.recordedThrough(newest), floor);
  if (newest >= from || to >= from) return;
  progress.step('taking the head back', RECORDING_DEADLINE_MS);
  await recorder.change((ledger) => ({ findings: [asItIs(to, ledger)], newHead: to }));
  report({ kind: 'went-back', from, to, newest });
}

/** What is on record of an order, once more: the head moves by a line of its order. */
function asItIs(orderId: OrderId, { open }: Ledger): Finding {
  const { verdict, attempts } = open.get(orderId) ?? { verdict: SUCCESS, attempts: 1 };
  return { orderId, verdict, attempts };
}

function greater(a: OrderId, b: OrderId): OrderId {
  return a > b ? a : b;
}
