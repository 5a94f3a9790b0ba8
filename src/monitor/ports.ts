/**
 * What the monitor needs of the world, in the words of the business. Adapters
 * implement these; every method that can wait takes a signal and has a deadline
 * of its own. All throw an Outage (`core/outage.ts`) when the other side as a
 * whole fails, unless said otherwise.
 */
import type { Answer } from '../core/answer.ts';
import type { CommandOutcome, TaskCommand } from '../core/command.ts';
import type { HeadLag } from '../core/event.ts';
import type { Ledger, LedgerEntry } from '../core/ledger.ts';
import type { OrderId, OrderNumber, ShopOrder } from '../core/order.ts';
import type { RepairMemory } from '../core/repair-memory.ts';
import type { Rewind } from '../core/rewind.ts';
import type { Role } from '../core/role.ts';

/** The shop's orders. Read only, and never in the shop's way. */
export interface Orders {
  /** Settled orders that have a number and a date, with an id above `after`, in id order; at most `limit`. */
  newOrders(after: OrderId, limit: number, signal: AbortSignal): Promise<readonly ShopOrder[]>;
  /** How many `newOrders` would give without a limit, and how long the first of them has been settled. */
  newOrdersLeft(after: OrderId, signal: AbortSignal): Promise<HeadLag>;
  /** Ids above `after` of orders that have a number and no usable date, in order; at most `limit`. */
  undatedIds(after: OrderId, limit: number, signal: AbortSignal): Promise<readonly OrderId[]>;
  /** The first and the last id that is below 1 or above 2^53 - 1, as far as there are such. */
  strangeIds(signal: AbortSignal): Promise<readonly string[]>;
  /** Ids in `(after, through]`, in order, whatever the row holds; at most `limit`. */
  idsInRange(
    range: { after: OrderId; through: OrderId; limit: number },
    signal: AbortSignal,
  ): Promise<readonly OrderId[]>;
  /** The greatest id of an order that is settled; 0 when there is none. */
  newestDueId(signal: AbortSignal): Promise<OrderId>;
  /**
   * When the order of an id was placed, as its row has it, whatever a clock says now: that tells it from one that gets its id
   * later. `undefined` without a row that has a date.
   */
  placedAt(id: OrderId, signal: AbortSignal): Promise<string | undefined>;
  /** The rows of these ids as they are now, in id order. Ids without a row are left out. */
  ordersById(ids: readonly OrderId[], signal: AbortSignal): Promise<readonly ShopOrder[]>;
  /** How long ago things happened to these orders, by the database's clock. Ids without a row are left out. */
  agesOf(ids: readonly OrderId[], signal: AbortSignal): Promise<ReadonlyMap<OrderId, OrderAges>>;
}

/** The ERP. */
export interface Erp {
  /**
   * One call about these numbers, with an answer for each.
   *
   * @throws Outage whatever the call fails by: the ERP is down, or it stumbles over one of the numbers. Who asks finds
   * out which (`asking.ts`)
   */
  call(numbers: readonly OrderNumber[], signal: AbortSignal): Promise<ReadonlyMap<OrderNumber, Answer>>;
  /** Proves that it answers. @throws Outage */
  check(signal: AbortSignal): Promise<unknown>;
}

/** In milliseconds before now; `undefined` where the row does not say. */
export interface OrderAges {
  readonly placedMs: number | undefined;
  /** Since the shop noted that Abacos took the order (`erp_integrate_at`, where the table has it). */
  readonly sentMs: number | undefined;
}

/** The server on which the shop's own tasks integrate an order. */
export interface IntegrationServer {
  /** Makes the connection if there is none, and proves that it can run commands. */
  connect(signal: AbortSignal): Promise<void>;
  /**
   * Runs one task for one order under the order's lock on the server, and waits for its end. Never throws:
   * every way to fail is an outcome. Aborting gives up waiting (`lost`); the task itself runs on.
   */
  run(command: TaskCommand, signal: AbortSignal): Promise<CommandOutcome>;
}

/**
 * The durable memory. `record` resolves once the lines are on the disk, and
 * only then does the ledger show them. Its failure is fatal: what is on the
 * disk is then unknown until the file is read again.
 */
export interface Checkpoint {
  readonly ledger: Ledger;
  record(entries: readonly LedgerEntry[]): Promise<void>;
  /**
   * Rewrites the file in its canonical form if enough of it is superseded. What was passed since
   * `neededFromMs` (milliseconds since 1970) stays known to the ledger.
   */
  compactIfWorthwhile(neededFromMs: number): Promise<void>;
}

/** Where the progress of a rewind outlasts the process. */
export interface RewindStore {
  /** What was there at the start. */
  readonly found: Rewind | undefined;
  /**
   * Resolves once it is on the disk, or, for `undefined`, gone from it. Never throws: what can't be kept is
   * said by the store, and after a restart a few orders are asked about again.
   */
  keep(rewind: Rewind | undefined): Promise<void>;
}

/** Where outlasts the process what repairs wait for. */
export interface RepairStore {
  /** What was there at the start. */
  readonly found: RepairMemory | undefined;
  /**
   * Resolves once it is on the disk. Never throws: what can't be kept is said by the store, and after a restart
   * repairs wait longer than they have to.
   */
  keep(memory: RepairMemory): Promise<void>;
}

/** Which of several monitors works. Who comes to lead, or ceases to, is told by `Monitor.wakeUp`. */
export interface Election {
  /** Whether this monitor may act, at this very moment. */
  leads(): boolean;
  /** `undefined` until it is known. */
  readonly role: Role | undefined;
}

/** Time: the wall clock for what is recorded, a monotonic one for every wait and deadline. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Resolves after `delayMs`, or at once when the signal is aborted. Never rejects. */
  wait(delayMs: number, signal: AbortSignal): Promise<void>;
}

/** Where the loop says what it is doing, so that a step that hangs is noticed. */
export interface Progress {
  /** A step begins (and the one before it is over); past its deadline it counts as hung. */
  step(name: string, deadlineMs: number): void;
  /** Work beside the loop, with steps of its own. */
  beside(): WatchedTask;
}

/** Work that is not the loop's own; nothing of it can hang any more once it has ended. */
export interface WatchedTask extends Progress {
  end(): void;
}
