/** Notices that the shop's database went back to an earlier state. */
import type { Effects } from '../core/effects.ts';
import { orderId } from '../core/order.ts';
import { OURSELVES } from '../core/rewind.ts';
import type { CycleContext } from './context.ts';
import type { Rewinding } from './rewinding.ts';
import type { Sweep } from './sweep.ts';

export interface WentBackOptions {
  readonly effects: Pick<Effects, 'forget'>;
  readonly rewinding: Rewinding;
  readonly sweep: Sweep;
}

/**
 * Looks whether the shop still has an order as new as the head. If not, its
 * database went back to an earlier state (a restore, or a failover to a server
 * that lacks the last minutes), or orders were deleted. It may then give ids
 * that were checked a second time, to orders that nobody has asked Abacos about.
 * So a rewind begins that waits for them, behind the newest order that is left.
 *
 * It looks at settled orders only: whatever got such an id since is too young
 * to hide what happened, for as long as `settle_time`. Where the head is an
 * order without a date, which none of them is, its own row tells.
 *
 * The rewind reaches back no further than the sweep looks: a table that is
 * emptied and filled anew must not have all the shop's past asked about.
 *
 * @throws Outage when the shop's database fails
 */
export async function noticeWentBack(
  { schedule, checkpoint, orders, policy, report, stop }: CycleContext,
  { effects, rewinding, sweep }: WentBackOptions,
): Promise<void> {
  const { ledger } = checkpoint;
  const { head } = ledger;
  const newest = await orders.newestDueId(stop);
  const from = orderId(Math.max(newest, ledger.passedBefore(sweep.windowFromMs(policy))) + 1);
  if (newest >= head || from > head || rewinding.covers(from, head)) return;
  const [headRow] = await orders.ordersById([head], stop);
  if (headRow?.age === 'undated') return;
  report({ kind: 'went-back', head, newest, from });
  // What was found out about an order that is lost says nothing of one that gets its id.
  for (const id of ledger.open.keys()) {
    if (id <= newest) continue;
    schedule.forget(id);
    effects.forget(id);
  }
  await rewinding.begin({ from, by: OURSELVES });
}
