/** What is remembered of the checkpoint while order-monit runs: head, open and watched orders, ids recorded lately. */
import { Float64List } from './float64-list.ts';
import { orderId, type OrderId } from './order.ts';
import { isDismissed, type OrderRecord } from './record.ts';
import { Moments } from './stamp.ts';
import type { Success } from './verdict.ts';
import { WatchedOrderList, type WatchedOrders } from './watched-orders.ts';

/** The ledger as all but the checkpoint see it. The records of orders that are done with stay in the file. */
export interface Ledger {
  /** The last order taken: new ones have a greater id. */
  readonly head: OrderId;
  /** Every FAILED record, given up or not, by order id. */
  readonly open: ReadonlyMap<OrderId, OrderRecord>;
  /** How many of those were dismissed. */
  readonly dismissed: number;
  /** Every order whose record is SUCCESS AWAITING_PAYMENT. */
  readonly watched: WatchedOrders;
  /** Grows whenever `open` changes. */
  readonly openChanges: number;
  /** The smallest id on record: nothing below it was ever this monitor's business. */
  readonly start: OrderId;
  /**
   * Whether an order has a record. Only asked about ids above {@link passedBefore}
   * of the late window; what lies below may have been forgotten.
   */
  has(id: OrderId): boolean;
  /**
   * The greatest id that was on record before a moment (milliseconds since
   * 1970): the monitor had passed every lower id by then. `start` when no
   * record is that old. Never falls as the moment rises.
   */
  passedBefore(epochMs: number): OrderId;
  /** Orders that were settled last and still are, the newest first; at most {@link NEWEST_SETTLED} of them. */
  newestInErp(): readonly OrderId[];
  /** When the newest record was first made (milliseconds since 1970). */
  readonly lastRecordedAt: number;
}

/** So many orders are kept in mind of those that were settled last. */
export const NEWEST_SETTLED = 32;

/** One line to append: a record, and whether it becomes the head. */
export interface LedgerEntry {
  readonly record: OrderRecord;
  readonly head: boolean;
}

/**
 * The ledger that the checkpoint keeps up to date. Its size follows the open
 * orders, the watched ones and those recorded since `rememberFromMs`, not the history, once
 * {@link forgetBefore} has been called.
 */
export class WorkingLedger implements Ledger {
  #head: OrderId;
  #start: OrderId;
  #lastRecordedAt = -Infinity;
  readonly #open = new Map<OrderId, OrderRecord>();
  #openChanges = 0;
  #dismissed = 0;
  readonly #watched = new WatchedOrderList();
  readonly #ids = new IdSet();
  readonly #marks: HighWaterMarks;
  readonly #moments = new Moments();
  /** A ring: many orders are settled, and one write each is all that this may cost. */
  readonly #settled = new Float64Array(NEWEST_SETTLED);
  #settledCount = 0;

  /** Begins with the first order on record, which is the head until {@link moveHead}. */
  constructor(first: OrderId, rememberFromMs: number) {
    this.#head = first;
    this.#start = first;
    this.#marks = new HighWaterMarks(rememberFromMs);
  }

  get head(): OrderId {
    return this.#head;
  }

  get start(): OrderId {
    return this.#start;
  }

  get lastRecordedAt(): number {
    return this.#lastRecordedAt;
  }

  get open(): ReadonlyMap<OrderId, OrderRecord> {
    return this.#open;
  }

  get dismissed(): number {
    return this.#dismissed;
  }

  get watched(): WatchedOrders {
    return this.#watched;
  }

  get openChanges(): number {
    return this.#openChanges;
  }

  has(id: OrderId): boolean {
    return this.#ids.has(id) || this.#open.has(id) || this.#watched.has(id);
  }

  passedBefore(epochMs: number): OrderId {
    return this.#marks.before(epochMs) ?? this.#start;
  }

  newestInErp(): readonly OrderId[] {
    const newest: OrderId[] = [];
    for (let back = 1; back <= Math.min(NEWEST_SETTLED, this.#settledCount); back += 1) {
      const id = orderId(this.#settled[(this.#settledCount - back) % NEWEST_SETTLED] ?? 0);
      if (!this.#open.has(id) && !newest.includes(id)) newest.push(id);
    }
    return newest;
  }

  /** How many recent ids and high-water marks are held: what memory grows with, besides the open orders. */
  get remembered(): number {
    return this.#ids.size + this.#marks.size;
  }

  /** Takes in the newest record of an order. Returns whether the order was on record, as far as is remembered. */
  note(record: OrderRecord): boolean {
    const { orderId, createdAt, verdict } = record;
    const createdAtMs = this.#moments.of(createdAt);
    if (verdict.status === 'SUCCESS') return this.noteSuccess(verdict, orderId, createdAtMs);
    const wasWatched = this.#watched.delete(orderId);
    const before = this.#open.get(orderId);
    const known = before !== undefined || wasWatched;
    this.#dismissed += Number(isDismissed(record)) - Number(before !== undefined && isDismissed(before));
    this.#open.set(orderId, record);
    this.#openChanges += 1;
    return this.#remember(orderId, createdAtMs) || known;
  }

  /** The same for a SUCCESS record, of which nothing but the id and the time of its creation is kept. */
  noteSuccess({ reason }: Success, id: OrderId, createdAtMs: number): boolean {
    const before = this.#open.get(id);
    const wasOpen = this.#open.delete(id);
    if (wasOpen) this.#openChanges += 1;
    if (before !== undefined && isDismissed(before)) this.#dismissed -= 1;
    const wasWatched = this.#watched.delete(id);
    if (reason === 'AWAITING_PAYMENT') this.#watched.add(id, createdAtMs);
    if (!wasWatched) {
      // The shop's row alone may have ended the watch: nobody has asked Abacos about the order then.
      this.#settled[this.#settledCount % NEWEST_SETTLED] = id;
      this.#settledCount += 1;
    }
    return this.#remember(id, createdAtMs) || wasOpen || wasWatched;
  }

  moveHead(id: OrderId): void {
    this.#head = id;
  }

  /**
   * Lets go of what only questions about earlier moments need. From then on
   * {@link passedBefore} answers for such a moment as it does for this one.
   */
  forgetBefore(epochMs: number): void {
    this.#marks.forgetBefore(epochMs);
    const passed = this.#marks.before(epochMs);
    if (passed !== undefined) this.#ids.forgetThrough(passed);
  }

  #remember(id: OrderId, createdAtMs: number): boolean {
    if (id < this.#start) this.#start = id;
    this.#lastRecordedAt = Math.max(this.#lastRecordedAt, createdAtMs);
    this.#marks.add(id, createdAtMs);
    return !this.#ids.add(id);
  }
}

/**
 * A set of ids that mostly arrive in ascending order: eight bytes for each of
 * those, a hashed entry for each of the few that arrive late.
 */
class IdSet {
  readonly #ascending = new Float64List();
  readonly #late = new Set<number>();

  get size(): number {
    return this.#ascending.length + this.#late.size;
  }

  has(id: number): boolean {
    return this.#ascending.at(this.#ascending.firstFrom(id)) === id || this.#late.has(id);
  }

  /** Returns whether the id is new. */
  add(id: number): boolean {
    if (id > (this.#ascending.at(this.#ascending.length - 1) ?? -1)) {
      this.#ascending.push(id);
      return true;
    }
    if (this.has(id)) return false;
    this.#late.add(id);
    return true;
  }

  /** Forgets ids up to this one, once they are the larger part: so that a call at every cycle costs next to nothing. */
  forgetThrough(id: number): void {
    const forgotten = this.#ascending.firstFrom(id + 1);
    if (forgotten * 2 <= this.#ascending.length) return;
    this.#ascending.dropFirst(forgotten);
    for (const late of this.#late) if (late <= id) this.#late.delete(late);
  }
}

/**
 * Maps a time to the highest id recorded before it. Never falls as the time
 * rises. An order is recorded either because the head moves to or past it, or
 * because the head had done so already: whatever lies below it was passed then.
 *
 * Kept are the times at which the answer changes, at most one a second of
 * the checkpoint's time and usually one a page of orders.
 */
class HighWaterMarks {
  /** The marks' moments and ids. Both rise strictly. */
  readonly #moments = new Float64List();
  readonly #ids = new Float64List();
  #fromMs: number;
  /** The greatest id that was passed before `#fromMs`. */
  #earlier: OrderId | undefined;

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  get size(): number {
    return this.#moments.length;
  }

  before(epochMs: number): OrderId | undefined {
    const id = this.#ids.at(this.#moments.firstFrom(epochMs) - 1);
    return id === undefined ? this.#earlier : orderId(id);
  }

  add(id: OrderId, epochMs: number): void {
    if (epochMs < this.#fromMs) {
      this.#passedEarlier(id);
      return;
    }
    if (id <= (this.before(epochMs + 1) ?? -1)) return;
    // Later marks with lower ids are superseded. There are some only after the clock was set back.
    const at = this.#moments.firstFrom(epochMs);
    const superseded = Math.max(0, this.#ids.firstFrom(id + 1) - at);
    this.#moments.replace(at, superseded, epochMs);
    this.#ids.replace(at, superseded, id);
  }

  forgetBefore(epochMs: number): void {
    if (epochMs <= this.#fromMs) return;
    const passed = this.before(epochMs);
    this.#fromMs = epochMs;
    this.#dropFirst(this.#moments.firstFrom(epochMs));
    if (passed !== undefined) this.#passedEarlier(passed);
  }

  #passedEarlier(id: OrderId): void {
    if (id <= (this.#earlier ?? -1)) return;
    this.#earlier = id;
    this.#dropFirst(this.#ids.firstFrom(id + 1));
  }

  #dropFirst(count: number): void {
    if (count === 0) return;
    this.#moments.dropFirst(count);
    this.#ids.dropFirst(count);
  }
}
