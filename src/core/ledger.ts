import type { OrderId } from './order.ts';
import type { OrderRecord } from './record.ts';

/**
 * What order-monit remembers of the checkpoint while it runs: where the head
 * is, which orders are open, and which ids were recorded lately. The settled
 * history stays in the file.
 */
export interface Ledger {
  /** The last order taken: new ones have a greater id. */
  readonly head: OrderId;
  /** Every FAILED record, given up or not, by order id. */
  readonly open: ReadonlyMap<OrderId, OrderRecord>;
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
   * record is that old.
   */
  passedBefore(epochMs: number): OrderId;
  /** When the newest record was first made (milliseconds since 1970). */
  readonly lastRecordedAt: number;
  /** Lets go of the recent ids up to and including one: nobody asks {@link has} about them any more. */
  forgetUpTo(id: OrderId): void;
}

/** One line to append: a record, and whether it becomes the head. */
export interface LedgerEntry {
  readonly record: OrderRecord;
  readonly head: boolean;
}
