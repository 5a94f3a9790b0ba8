/** The rewind that was asked for, page by page. */
import type { Event } from '../core/event.ts';
import { orderId, type OrderId, type ShopOrder } from '../core/order.ts';
import { rewindFor, type Rewind, type RewindRequest } from '../core/rewind.ts';
import type { CycleContext } from './context.ts';
import type { Checkpoint, Clock, RewindStore } from './ports.ts';

/** What a cycle takes of a rewind. */
export interface RewindPage {
  /** The rewind as it was when the page was read. */
  readonly rewind: Rewind;
  /**
   * Orders of the range that Abacos can be asked about, in id order. Open ones
   * have a turn of their own, which comes soon; those too young or without a
   * number are the sweep's. One without a date may be new where ids are given
   * out again: it waits until the range has come past it.
   */
  readonly orders: readonly ShopOrder[];
  /** Where it goes on once all of them have a verdict. */
  readonly then: OrderId;
}

export interface RewindingOptions {
  readonly checkpoint: Checkpoint;
  readonly clock: Clock;
  readonly store: RewindStore;
  readonly report: (event: Event) => void;
}

/** Works through the rewind that was asked for, a page a cycle, and keeps its progress across restarts. */
export class Rewinding {
  readonly #options: RewindingOptions;
  #current: Rewind | undefined;
  #saved: Promise<unknown> = Promise.resolve();

  constructor(options: RewindingOptions) {
    this.#options = options;
    this.#current = options.store.found;
  }

  get current(): Rewind | undefined {
    return this.#current;
  }

  /** Whether the rewind that runs has all ids from one to another before it. */
  covers(from: OrderId, through: OrderId): boolean {
    return this.#current !== undefined && this.#current.next <= from && through <= this.#current.through;
  }

  /** Begins a rewind to the head, or extends the one that runs. Resolves once that is on the disk. */
  async begin(request: RewindRequest): Promise<Rewind> {
    const { checkpoint, clock, report } = this.#options;
    const at = new Date(clock.now()).toISOString();
    const rewind = rewindFor(request, this.#current, { head: checkpoint.ledger.head, at });
    this.#current = rewind;
    await this.#save();
    report({ kind: 'rewind', step: 'begun', rewind, by: request.by });
    return rewind;
  }

  /** Ends the rewind that runs, where it is. Resolves once that is on the disk; `undefined` when none runs. */
  async cancel(by: string): Promise<Rewind | undefined> {
    const rewind = this.#current;
    if (rewind === undefined) return undefined;
    this.#current = undefined;
    await this.#save();
    this.#options.report({ kind: 'rewind', step: 'cancelled', rewind, by });
    return rewind;
  }

  /** Reads the next orders of the range. @throws Outage when the shop's database fails */
  async page(context: CycleContext): Promise<RewindPage | undefined> {
    const rewind = this.#current;
    if (rewind === undefined) return undefined;
    const { schedule, checkpoint, clock, orders, policy, stop } = context;
    const { open } = checkpoint.ledger;
    const limit = rewind.rate ?? policy.rewindRate;
    const after = orderId(Math.max(0, rewind.next - 1));
    // Where the shop's database went back, ids of the range are yet to be given out again: it waits for their orders.
    // Read before the ids are, so that none is passed that comes between the two.
    const newest = await orders.newestDueId(stop);
    const ids = await orders.idsInRange({ after, through: rewind.through, limit }, stop);
    const wanted = ids.filter((id) => !open.has(id));
    const rows = wanted.length === 0 ? [] : await orders.ordersById(wanted, stop);
    const last = ids.at(-1);
    const end = ids.length < limit || last === undefined ? rewind.through : last;
    const then = Math.max(rewind.next, Math.min(end, newest) + 1);
    const soon = clock.monotonic() + policy.runningCycleMs;
    for (const id of ids.filter((one) => one < then && open.has(one))) {
      schedule.amend(id, { nextLookAt: Math.min(schedule.note(id).nextLookAt, soon) });
    }
    return {
      rewind,
      orders: rows.filter(({ age, id, number }) => number !== null && (age === 'undated' ? id < then : age === 'due')),
      then: orderId(then),
    };
  }

  /** Notes how far a page came. An order without a verdict keeps the rewind before it. */
  async advance(page: RewindPage, verdicts: ReadonlyMap<OrderId, 'settled' | 'failing'>): Promise<void> {
    // Whoever began, extended or cancelled it meanwhile has the last word; at worst a page is asked about again.
    if (this.#current !== page.rewind) return;
    const stuckAt = page.orders.findIndex(({ id }) => !verdicts.has(id));
    const done = stuckAt === -1 ? page.orders : page.orders.slice(0, stuckAt);
    const failing = done.filter(({ id }) => verdicts.get(id) === 'failing').length;
    const rewind = {
      ...page.rewind,
      next: page.orders[stuckAt]?.id ?? page.then,
      asked: page.rewind.asked + done.length,
      failing: page.rewind.failing + failing,
    };
    if (rewind.next === page.rewind.next) return;
    const isOver = rewind.next > rewind.through;
    this.#current = isOver ? undefined : rewind;
    await this.#save();
    if (isOver) this.#options.report({ kind: 'rewind', step: 'ended', rewind, by: rewind.by });
  }

  /** One write at a time, each of the state as it then is: the last one to finish leaves the newest. */
  async #save(): Promise<void> {
    const turn = this.#saved.then(() => this.#options.store.keep(this.#current));
    this.#saved = turn.catch(() => undefined);
    await turn;
  }
}
