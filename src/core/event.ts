/** The events: all that happens in the monitor and that log, history, metrics, alerts and page may tell. */
import type { CommandOutcome, Task } from './command.ts';
import type { OrderId } from './order.ts';
import type { Dependency } from './outage.ts';
import type { OrderRecord } from './record.ts';
import type { RepairWait } from './repair-wait.ts';
import type { Rewind } from './rewind.ts';
import type { Role } from './role.ts';
import type { Verdict } from './verdict.ts';

/** An order as an event names it: always by both its names, as far as they are known. */
export interface OrderName {
  readonly orderId: OrderId;
  /** As stored by the shop; `null` when the shop has not set it, or the row is gone. */
  readonly orderNumber: string | null;
}

/** How far the head is behind the shop's orders that are old enough to be looked at. */
export interface HeadLag {
  /** Orders that the head has not reached. */
  readonly orders: number;
  /** For how long the one that waits longest has been old enough; 0 when there is none. */
  readonly longestWaitMs: number;
}

/** What a cycle did, in counts. */
export interface CycleReport {
  readonly durationMs: number;
  /** Orders that were judged, by where they came from. */
  readonly judged: { readonly fresh: number; readonly due: number; readonly late: number };
  /** New orders that Abacos has. */
  readonly settled: number;
  /** New or late orders found failing in this cycle. */
  readonly failing: number;
  readonly commands: number;
  /** Orders that Abacos had after a command, in this cycle. */
  readonly repaired: number;
  /** More could be done at once: a full page of orders. */
  readonly workLeft: boolean;
  /** Commands run, are being confirmed, or wait for a free slot: what becomes of their orders is not known yet. */
  readonly repairing?: true;
  /** A dependency kept the cycle from doing all its work. */
  readonly interrupted: boolean;
  /**
   * Everything that it took up was asked about and is on record. Repairs that are held leave a cycle whole, as do new
   * orders that wait because too many are open: checking goes on then, and either is said by itself.
   */
  readonly whole: boolean;
  /** How many orders are open, where they are so many that no new ones are taken. */
  readonly openOrders?: number;
  /** At the end of the cycle. Left out where it was not read: the shop's database is down, or it was read a moment ago. */
  readonly headLag?: HeadLag;
}

/** A cycle of a backlog without problems; not logged. */
export function isUneventful({ commands, failing, interrupted, judged, workLeft }: CycleReport): boolean {
  return workLeft && !interrupted && failing + commands + judged.due + judged.late === 0;
}

/** Everything that happens and that somebody may want to know. Recorded things are on the disk by then. */
export type Event =
  | (OrderName & {
      readonly kind: 'verdict';
      readonly record: OrderRecord;
      readonly previous: OrderRecord | undefined;
      readonly why?: string;
      /** The row became visible after the head had passed its id. */
      readonly late: boolean;
      /** The head had passed the order, and a rewind had it asked about again. */
      readonly rewound?: true;
    })
  | (OrderName & {
      readonly kind: 'given-up';
      readonly record: OrderRecord;
      readonly why: string;
      /** The line of its command's output that one of `permanent_errors` matched, where that is the reason. */
      readonly permanentError?: string;
      /** As many commands as may be run have left their effect in doubt, which is the reason. */
      readonly inDoubt?: true;
    })
  | (OrderName & { readonly kind: 'command-started'; readonly task: Task; readonly attempt: number })
  | (OrderName & { readonly kind: 'command-ended'; readonly task: Task; readonly outcome: CommandOutcome })
  /** A command ran, and Abacos was asked again. */
  | (OrderName & { readonly kind: 'repaired'; readonly record: OrderRecord; readonly openMs: number })
  | (OrderName & {
      readonly kind: 'not-repaired';
      readonly record: OrderRecord;
      readonly task: Task;
      readonly attempt: number;
      /** What the second look found; it need not be on record. */
      readonly found: Verdict;
      readonly why?: string;
    })
  /** An open order whose row is no longer in the shop's table. */
  | (OrderName & { readonly kind: 'row-gone'; readonly record: OrderRecord })
  /** An open order's row is in the shop's table: at this process's first look, or (`again`) after it was gone. */
  | (OrderName & { readonly kind: 'row-found'; readonly record: OrderRecord; readonly again: boolean })
  | (OrderName & { readonly kind: 'retry'; readonly record: OrderRecord; readonly by: string })
  /** Somebody said that nobody need do anything about an open order, and why. */
  | (OrderName & {
      readonly kind: 'dismissed';
      readonly record: OrderRecord;
      readonly by: string;
      readonly why: string;
    })
  /** Somebody had several given-up orders retried at once; each has an event of its own besides. */
  | { readonly kind: 'retry-many'; readonly count: number; readonly by: string }
  /** A rewind that was asked for, goes on after a restart, was called off, or has ended. `by`: who asked for this step. */
  | {
      readonly kind: 'rewind';
      readonly step: 'begun' | 'resumed' | 'cancelled' | 'ended';
      readonly rewind: Rewind;
      readonly by: string;
    }
  /** The shop has no order any more that is as new as the head: a rewind waits for those that get the ids of lost ones. */
  | {
      readonly kind: 'went-back';
      readonly head: OrderId;
      /** The newest order that the shop has; 0 for none. */
      readonly newest: OrderId;
      /** Where the rewind begins. */
      readonly from: OrderId;
    }
  /** How many open orders have no usable date: the first, ten times as many as was said last, or none any more for a day. */
  | { readonly kind: 'undated'; readonly count: number }
  /** The first and the last id of the shop's table that can not be on record, where that has changed. */
  | { readonly kind: 'strange-ids'; readonly ids: readonly string[] }
  /** Repairs wait for another reason than before, or for none any more. */
  | { readonly kind: 'repairs-wait'; readonly wait: RepairWait | undefined }
  /** What showed of an order only after Abacos had denied it: from now on a second command waits so long. */
  | (OrderName & { readonly kind: 'lag-learned'; readonly task: Task; readonly lagMs: number })
  /** This monitor has become the active one, or another one is. */
  | { readonly kind: 'standing'; readonly standing: Role }
  /** Somebody had the next cycle begin at once. */
  | { readonly kind: 'run-now'; readonly by: string }
  | {
      readonly kind: 'down';
      readonly dependency: Dependency;
      readonly reason: string;
      readonly hint: string | undefined;
    }
  | { readonly kind: 'up'; readonly dependency: Dependency; readonly downMs: number }
  | { readonly kind: 'cycle'; readonly report: CycleReport }
  | {
      readonly kind: 'backlog';
      readonly ordersLeft: number;
      readonly ordersPerMinute: number;
      readonly timeLeftMs: number;
    };

/** Whoever wants to know what happens. Takes it in at once: what takes time is done later. */
export interface Follower {
  take(event: Event): void;
}

/**
 * A new order that Abacos has, as nearly all are, a cycle of a backlog of such
 * orders, and an open order's row that was never missed: nobody is told, and only a log of every
 * step says so. How the backlog goes is an event of its own.
 */
export function isRoutine(event: Event): boolean {
  if (event.kind === 'cycle') return isUneventful(event.report);
  if (event.kind === 'row-found') return !event.again;
  return event.kind === 'verdict' && event.record.verdict.status === 'SUCCESS' && event.previous === undefined;
}
