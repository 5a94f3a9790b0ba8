/** Rows of the shop's table that have no date, or an id that can not be on record. */
import type { OrderId, ShopOrder } from '../core/order.ts';
import type { Policy } from '../core/policy.ts';
import { isUndated } from '../core/record.ts';
import type { CycleContext } from './context.ts';
import type { Clock } from './ports.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** So many are waited for at once. One that finds no room is taken up once it was passed long ago (`sweep.ts`). */
const MOST_AWAITED = 50_000;

/** Ids past the head in one read. */
const IDS_PER_READ = 5000;

/**
 * Rows of the shop's table that are not as orders are. Those without a usable
 * date are carts as a rule, and may be orders: no clock but our own tells when
 * the shop has had its time to send them. Those whose id can not be on record
 * are left out of all that the shop is asked.
 */
export class UnusualRows {
  readonly #clock: Clock;
  /** When a row without a date was first seen. Monotonic milliseconds. */
  readonly #seenAt = new Map<OrderId, number>();
  #countedChanges: number | undefined;
  #undated = 0;
  /** How many orders without a date were last said; 0 while there are none. */
  #said = 0;
  /** Since when none is open any more. */
  #noneSince: number | undefined;
  #strange = '';
  #nextLookAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the shop has had its time with an order that has no date: counted from when this was first asked. */
  isRipe(id: OrderId, { maxOpenOrders, settleMs }: Policy): boolean {
    const now = this.#clock.monotonic();
    const seenAt = this.#seenAt.get(id);
    if (seenAt === undefined && this.#seenAt.size < MOST_AWAITED) this.#seenAt.set(id, now);
    return this.hasRoom(maxOpenOrders) && seenAt !== undefined && now - seenAt >= settleMs;
  }

  /** Whether another order without a date is taken up: carts must not keep orders out. */
  hasRoom(maxOpenOrders: number): boolean {
    return this.#undated * 2 < maxOpenOrders;
  }

  /** The orders past the head that have no date and have had their time, in id order. @throws Outage */
  async ripeAboveHead({ checkpoint, orders, policy, stop }: CycleContext): Promise<readonly ShopOrder[]> {
    const ids = await orders.undatedIds(checkpoint.ledger.head, IDS_PER_READ, stop);
    const ripe = ids.filter((id) => this.isRipe(id, policy)).slice(0, policy.pageSize);
    const rows = ripe.length === 0 ? [] : await orders.ordersById(ripe, stop);
    return rows.filter(({ age, number }) => age === 'undated' && number !== null);
  }

  /** Looks, once an hour, whether there are ids that can not be on record. @throws Outage */
  async lookForStrangeIds({ orders, report, stop }: CycleContext): Promise<void> {
    const now = this.#clock.monotonic();
    if (now < this.#nextLookAt) return;
    const ids = await orders.strangeIds(stop);
    this.#nextLookAt = now + HOUR_MS;
    if (ids.join() === this.#strange) return;
    this.#strange = ids.join();
    report({ kind: 'strange-ids', ids });
  }

  /**
   * At the end of a cycle: says how many open orders have no date when there
   * are the first, when there are ten times as many as was said last, and when
   * there have been none for a day.
   */
  countUndated({ checkpoint: { ledger }, report }: CycleContext): void {
    const now = this.#clock.monotonic();
    if (this.#countedChanges !== ledger.openChanges) {
      this.#countedChanges = ledger.openChanges;
      this.#undated = 0;
      for (const record of ledger.open.values()) if (isUndated(record)) this.#undated += 1;
      for (const [id, seenAt] of this.#seenAt) if (ledger.has(id) || now - seenAt > DAY_MS) this.#seenAt.delete(id);
    }
    if (this.#undated > 0) this.#noneSince = undefined;
    else this.#noneSince ??= now;
    const isOver = this.#said > 0 && this.#noneSince !== undefined && now - this.#noneSince >= DAY_MS;
    if (!isOver && this.#undated < Math.max(1, this.#said * 10)) return;
    this.#said = this.#undated;
    report({ kind: 'undated', count: this.#undated });
  }
}
