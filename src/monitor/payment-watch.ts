/** Orders that Abacos has without their payment, until that is settled. */
import { paymentState } from '../core/judge.ts';
import type { OrderId, ShopOrder } from '../core/order.ts';
import { SUCCESS } from '../core/verdict.ts';
import { candidate, type Candidate } from './candidate.ts';
import type { CycleContext } from './context.ts';
import type { PaidOrders } from './paid-orders.ts';
import { RECORDING_DEADLINE_MS } from './recorder.ts';

/** Rows that are many at once outlive the collection of what is young, and the memory they take stays taken. */
const IDS_PER_READ = 2000;

export interface PaidPage {
  /** Ready to be asked about. */
  readonly candidates: readonly Candidate[];
  /** There may be more than fit in a page. */
  readonly more: boolean;
}

/**
 * Watches the orders that wait for their payment (`SUCCESS AWAITING_PAYMENT`):
 * Abacos has them, and only the shop's rows tell what becomes of them. Every
 * `payment_look` all of these rows are read again. An order that is
 * acknowledged, or in a state that is neither paid nor unpaid, is settled
 * without a question to Abacos, and so is one that has waited for
 * `payment_window`. One that is paid is asked about once the shop has had its
 * own time to confirm that.
 */
export class PaymentWatch {
  readonly #paid: PaidOrders;
  /** Monotonic milliseconds. */
  #nextLookAt = -Infinity;
  /** How far the look has come that is under way: an outage does not have it begin anew. */
  #lookedThrough = -1;

  constructor(paid: PaidOrders) {
    this.#paid = paid;
  }

  /** How many orders have been seen paid, and are not settled. */
  get paidCount(): number {
    return this.#paid.size;
  }

  /**
   * Reads the watched rows again, if it is time for that.
   *
   * @throws Outage when the shop's database fails; then the look goes on in the next cycle
   */
  async look(context: CycleContext): Promise<void> {
    const { checkpoint, clock, policy } = context;
    const startedAt = clock.monotonic();
    if (startedAt < this.#nextLookAt) return;
    for (let isOver = false; !isOver;) {
      const ids = checkpoint.ledger.watched.after(this.#lookedThrough, IDS_PER_READ);
      await this.#read(context, ids);
      this.#lookedThrough = ids.at(-1) ?? this.#lookedThrough;
      isOver = ids.length < IDS_PER_READ;
    }
    this.#lookedThrough = -1;
    this.#nextLookAt = startedAt + policy.payments.lookMs;
  }

  /** The orders whose payment the shop should have confirmed by now, at most a page of them. @throws Outage */
  async paid(context: CycleContext): Promise<PaidPage> {
    const { schedule, checkpoint, clock, policy } = context;
    const ids: OrderId[] = [];
    for (const id of this.#paid.ids()) {
      // Those behind it were seen paid later.
      if (ids.length >= policy.pageSize || this.#paid.forMs(id) < policy.settleMs) break;
      const isItsTurn = schedule.note(id).nextLookAt <= clock.monotonic();
      // Those that are open have a turn of their own.
      if (isItsTurn && checkpoint.ledger.watched.has(id)) ids.push(id);
    }
    const paid = await this.#read(context, ids);
    return { candidates: paid.map((row) => candidate(row, 'watched')), more: ids.length >= policy.pageSize };
  }

  /** Reads rows and settles those whose watch is over. @returns those that are paid, and not acknowledged */
  async #read(context: CycleContext, ids: readonly OrderId[]): Promise<readonly ShopOrder[]> {
    if (ids.length === 0) return [];
    const { orders, policy, progress, stop } = context;
    progress.step('reading orders that wait for their payment', policy.shopDeadlineMs);
    const rows = new Map((await orders.ordersById(ids, stop)).map((row) => [row.id, row]));
    const paid: ShopOrder[] = [];
    const over: OrderId[] = [];
    for (const id of ids) {
      const row = rows.get(id);
      const state = row === undefined ? 'unpaid' : paymentState(row, policy.payments);
      this.#paid.see(id, state === 'paid');
      if (row !== undefined && state === 'paid') paid.push(row);
      else if (state === 'over' || isTooLong(context, id)) over.push(id);
    }
    await settle(context, over);
    return paid;
  }
}

function isTooLong({ checkpoint, clock, policy }: CycleContext, id: OrderId): boolean {
  const createdAtMs = checkpoint.ledger.watched.createdAtMs(id);
  return createdAtMs !== undefined && clock.now() - createdAtMs >= policy.payments.windowMs;
}

/** Nothing is to be said of it: these orders are in Abacos, as they were. */
async function settle({ schedule, progress, recorder }: CycleContext, ids: readonly OrderId[]): Promise<void> {
  if (ids.length === 0) return;
  progress.step(`recording ${ids.length} verdicts`, RECORDING_DEADLINE_MS);
  await recorder.change(({ watched }) => ({
    changes: ids.filter((id) => watched.has(id)).map((orderId) => ({ orderId, verdict: SUCCESS, attempts: 1 })),
  }));
  for (const id of ids) schedule.forget(id);
}
