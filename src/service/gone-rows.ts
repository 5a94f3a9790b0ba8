/** Open orders whose row the shop's table has lost, as this process and earlier ones have seen it. */
import type { Event } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import type { HistoryEntry } from '../history/index.ts';

type Found = Extract<Event, { kind: 'row-found' }>;

interface Look {
  readonly id: OrderId;
  readonly isGone: boolean;
  readonly found?: Found;
}

/**
 * What this process sees counts more than what the history tells, which is read beside its work. A row that is there at the
 * first look was gone for people, if an earlier process has said so: then it is there again, which has to be told.
 */
export class GoneRows {
  readonly #gone = new Set<OrderId>();
  #changes = 0;
  /** What this process saw before all of the history was read. */
  #seen: Map<OrderId, Look> | undefined = new Map();

  has(id: OrderId): boolean {
    return this.#gone.has(id);
  }

  /** Grows whenever what {@link has} says may have changed. */
  get changes(): number {
    return this.#changes;
  }

  get ids(): Iterable<OrderId> {
    return this.#gone;
  }

  /** @returns whether it is news that the row is there again, although it was not this process that had missed it */
  take(event: Event): boolean {
    const look = lookIn(event);
    if (look === undefined) return false;
    this.#seen?.set(look.id, look);
    const isBack = look.found?.again === false && this.#gone.has(look.id);
    this.#note(look);
    return isBack;
  }

  /** An entry of an earlier process, in their order. */
  recall(entry: HistoryEntry): void {
    if (entry.kind === 'alert' || entry.kind === 'lost') return;
    const look = lookIn(entry);
    if (look !== undefined) this.#note(look);
  }

  /** All of the history was read. @returns rows that this process has found, and an earlier one had missed */
  recalled(): readonly Found[] {
    const back: Found[] = [];
    for (const look of this.#seen?.values() ?? []) {
      if (look.found?.again === false && this.#gone.has(look.id)) back.push(look.found);
      this.#note(look);
    }
    this.#seen = undefined;
    return back;
  }

  #note({ id, isGone }: Look): void {
    if (isGone !== this.#gone.has(id)) this.#changes += 1;
    if (isGone) this.#gone.add(id);
    else this.#gone.delete(id);
  }
}

/** What an event says of the row of an order, if it does. */
function lookIn(event: Event): Look | undefined {
  if (event.kind === 'row-gone') return { id: event.orderId, isGone: true };
  if (event.kind === 'row-found') return { id: event.orderId, isGone: false, found: event };
  // Its row was read.
  if (event.kind === 'verdict' || event.kind === 'repaired') return { id: event.orderId, isGone: false };
  return undefined;
}
