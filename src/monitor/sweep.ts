/** Orders that the head has passed without a record. */
import type { Ledger } from '../core/ledger.ts';
import type { OrderId, ShopOrder } from '../core/order.ts';
import type { Policy } from '../core/policy.ts';
import type { CycleContext } from './context.ts';
import type { Clock, Orders } from './ports.ts';
import type { UnusualRows } from './unusual-rows.ts';

const HOUR_MS = 3_600_000;
const RECENT_MS = 2 * HOUR_MS;
/** Rows that are many at once outlive the collection of what is young, and the memory they take stays taken. */
const IDS_PER_READ = 2000;

/**
 * How much further the sweep reaches than the window: for clocks that are put
 * right by hours, and because the newest record, which stands for the window's
 * end at a start, may be younger than the last sweep that found nothing.
 */
const SLACK_MS = 24 * HOUR_MS;

export interface LateOrders {
  /** Ready to be judged. */
  readonly ready: readonly ShopOrder[];
  /** Passed so long ago that they should have become ready, and have not. */
  readonly stuck: readonly ShopOrder[];
  /** There are more than fit in a page. */
  readonly more: boolean;
}

export const NONE_LATE: LateOrders = { ready: [], stuck: [], more: false };

/**
 * Finds orders that the head has passed without a record: their transaction
 * committed late, they were too young, or had no number then. It assumes
 * nothing about gaps between ids: it re-reads the ids and takes what has no
 * record. The last two hours are read once a running cycle, the whole window
 * once an hour, counted from when this monitor passed them.
 *
 * The window only moves on after a sweep of the whole of it found nothing. So
 * neither an outage nor a stop of this monitor that lasts longer than the
 * window lets an order slide out of it unseen.
 */
export class Sweep {
  readonly #clock: Clock;
  readonly #unusualRows: UnusualRows;
  /**
   * The window's end (milliseconds since 1970): when a whole sweep last found
   * nothing. Before the first one the newest record tells how far an earlier
   * process had come.
   */
  #cleanAt: number | undefined;
  #cleanAtMonotonic: number | undefined;
  #nextRecentAt = -Infinity;
  #nextWholeAt = -Infinity;

  constructor(clock: Clock, unusualRows: UnusualRows) {
    this.#clock = clock;
    this.#unusualRows = unusualRows;
  }

  /** Ids that were passed since this moment (milliseconds since 1970) are swept. */
  windowFromMs(policy: Policy): number {
    return (this.#cleanAt ?? -Infinity) - policy.lateWindowMs - SLACK_MS;
  }

  /** @throws Outage when the shop's database fails; then the same sweep is due again */
  async lateOrders({ checkpoint, orders, policy, stop }: CycleContext): Promise<LateOrders> {
    const { ledger } = checkpoint;
    const now = this.#clock.monotonic();
    const whole = now >= this.#nextWholeAt;
    if (!whole && now < this.#nextRecentAt) return NONE_LATE;

    const wallNow = this.#clock.now();
    this.#cleanAt ??= Math.min(wallNow, ledger.lastRecordedAt);
    const latest = Math.max(ledger.lastRecordedAt, this.#cleanAt + now - (this.#cleanAtMonotonic ?? now));
    const windowFloor = ledger.passedBefore(this.windowFromMs(policy));
    const floor = whole ? windowFloor : atLeast(windowFloor, ledger.passedBefore(wallNow - RECENT_MS));
    const stuckBelow = ledger.passedBefore(wallNow - Math.max(policy.lateWindowMs / 2, 2 * policy.settleMs));

    const ready: ShopOrder[] = [];
    const stuck: ShopOrder[] = [];
    for await (const row of unrecordedOrders(orders, { ledger, floor }, stop)) {
      const passedLongAgo = row.id <= stuckBelow;
      const isUndated = row.age === 'undated';
      if (isUndated && !this.#unusualRows.hasRoom(policy.maxOpenOrders)) continue;
      const isOld = isUndated ? this.#unusualRows.isRipe(row.id, policy) : row.age === 'due';
      if (row.number !== null && (isOld || passedLongAgo)) ready.push(row);
      else if (row.number === null && passedLongAgo) stuck.push(row);
      if (ready.length + stuck.length >= policy.pageSize) return { ready, stuck, more: true };
    }
    this.#nextRecentAt = now + policy.runningCycleMs;
    if (whole && ready.length + stuck.length === 0) {
      // A wall clock that jumps ahead must not carry the window past what was not swept.
      this.#cleanAt = Math.min(wallNow, latest);
      this.#cleanAtMonotonic = now;
      this.#nextWholeAt = now + HOUR_MS;
    }
    return { ready, stuck, more: false };
  }
}

function atLeast(floor: OrderId, other: OrderId): OrderId {
  return other > floor ? other : floor;
}

async function* unrecordedOrders(
  orders: Orders,
  { ledger, floor }: { ledger: Ledger; floor: OrderId },
  signal: AbortSignal,
): AsyncGenerator<ShopOrder> {
  const through = ledger.head;
  for (let after = floor; after < through;) {
    const ids = await orders.idsInRange({ after, through, limit: IDS_PER_READ }, signal);
    const unrecorded = ids.filter((id) => !ledger.has(id));
    if (unrecorded.length > 0) yield* await orders.ordersById(unrecorded, signal);
    after = ids.length < IDS_PER_READ ? through : (ids.at(-1) ?? through);
  }
}
