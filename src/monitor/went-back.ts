/** Notices that the shop's database went back to an earlier state. */
import type { Effects } from '../core/effects.ts';
import { orderId, type OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import { retryEvents, withAttemptsAgain } from '../core/retry.ts';
import { OURSELVES } from '../core/rewind.ts';
import { failed, sameVerdict } from '../core/verdict.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { CycleContext } from './context.ts';
import type { PaidOrders } from './paid-orders.ts';
import type { Repairs } from './repairs.ts';
import type { Rewinding } from './rewinding.ts';
import type { Sweep } from './sweep.ts';

export interface WentBackOptions {
  readonly breaker: Pick<CircuitBreaker, 'forget'>;
  readonly effects: Pick<Effects, 'forget'>;
  readonly paid: Pick<PaidOrders, 'ids' | 'see'>;
  readonly repairs: Pick<Repairs, 'lose'>;
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
 * What is settled is told by the clock of the database, which may be set back (by NTP, or a failover): then orders seem younger
 * than they were. So the row of the newest one that was seen settled is looked at as well: as long as it is what it was, the table
 * has not gone back behind it. A process that has not seen the table before the clock was set back can not tell the two apart,
 * and has Abacos asked once more.
 *
 * The rewind reaches back no further than the sweep looks: a table that is
 * emptied and filled anew must not have all the shop's past asked about.
 */
export class WentBack {
  readonly #options: WentBackOptions;
  /** The newest settled order at the last look, below the head: one that is older still tells that it went back again. */
  #newest: OrderId | undefined;
  /** An order that was the newest settled one, and when it was placed, which tells it from another that gets its id. */
  #seen: { readonly id: OrderId; readonly placedAt: string } | undefined;

  constructor(options: WentBackOptions) {
    this.#options = options;
  }

  /** An order is settled, and the newest one so far. @throws Outage when the shop's database fails */
  async see(id: OrderId, { orders, stop }: Pick<CycleContext, 'orders' | 'stop'>): Promise<void> {
    if (id === this.#seen?.id) return;
    const placedAt = await orders.placedAt(id, stop);
    this.#seen = placedAt === undefined ? undefined : { id, placedAt };
  }

  /** The newest settled order, also where the clock of the database was set back, and it seems younger than it was. */
  async #newestLeft({ orders, stop }: Pick<CycleContext, 'orders' | 'stop'>): Promise<OrderId> {
    const due = await orders.newestDueId(stop);
    const seen = this.#seen;
    if (seen !== undefined && due < seen.id && (await orders.placedAt(seen.id, stop)) === seen.placedAt) return seen.id;
    await this.see(due, { orders, stop });
    return due;
  }

  /** @throws Outage when the shop's database fails */
  async look({ checkpoint, orders, policy, recorder, report, schedule, stop }: CycleContext): Promise<void> {
    const { breaker, effects, paid, repairs, rewinding, sweep } = this.#options;
    const { ledger } = checkpoint;
    const { head } = ledger;
    const before = this.#newest;
    const newest = await this.#newestLeft({ orders, stop });
    this.#newest = newest;
    const from = orderId(Math.max(newest, ledger.passedBefore(sweep.windowFromMs(policy))) + 1);
    const isKnown = rewinding.covers(from, head) && (before === undefined || newest >= before);
    if (newest >= head || from > head || isKnown) return;
    const [headRow] = await orders.ordersById([head], stop);
    if (headRow?.age === 'undated') return;
    report({ kind: 'went-back', head, newest, from });
    // What was found out about an order that is lost says nothing of one that gets its id, which has all its attempts.
    const lost = [...ledger.open.keys()].filter((id) => id > newest);
    for (const id of lost) {
      schedule.forget(id);
      effects.forget(id);
      breaker.forget(id);
      repairs.lose(id);
    }
    for (const id of [...paid.ids()]) if (id > newest) paid.see(id, false);
    const { records } = await recorder.change(({ open }) => ({
      changes: withAttemptsAgain(open, lost, () => 0)
        .map(withoutFailedPayment)
        .filter(({ orderId: id, verdict }) => {
          const current = open.get(id);
          return current !== undefined && (current.attempts > 0 || !sameVerdict(current.verdict, verdict));
        }),
    }));
    for (const event of retryEvents(records, OURSELVES)) report(event);
    await rewinding.begin({ from, by: OURSELVES });
  }
}

/** A payment that has failed before is due at once: that of an order that gets the id has its time. */
function withoutFailedPayment(record: OrderRecord): OrderRecord {
  return record.verdict.reason === 'PAYMENT_PENDING' ? { ...record, verdict: failed('UNKNOWN') } : record;
}
