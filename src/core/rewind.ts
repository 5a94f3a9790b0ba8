/** A rewind: re-checks orders that the head has passed, as Abacos may have lost them (restored from a backup, say). */
import type { OrderId } from './order.ts';

/**
 * A range of ids, which is worked through from its start. The head stays where
 * it is.
 */
export interface Rewind {
  /** The first id of the range. */
  readonly from: OrderId;
  /** Every id of the range below this one has been asked about. */
  readonly next: OrderId;
  /** The last id of the range: the head when the rewind was asked for. */
  readonly through: OrderId;
  /** Orders a cycle; left out where the configured rate is meant. */
  readonly rate?: number;
  /** Who asked for it, as the command reported it. */
  readonly by: string;
  /** When it was asked for. ISO 8601, UTC. */
  readonly startedAt: string;
  /** Orders that Abacos was asked about so far. */
  readonly asked: number;
  /** How many of those were found failing. */
  readonly failing: number;
}

/** Who asks for a rewind where no person does, in the log and in what people read of it. */
export const OURSELVES = 'order-monit';

/** What somebody asks for. */
export interface RewindRequest {
  readonly from: OrderId;
  readonly rate?: number;
  readonly by: string;
}

/**
 * The rewind that follows from a request: a new one from there to the head, or,
 * while one runs, the union of what that has left and what is wanted now. Ids
 * that the running one has passed already are asked about again where the
 * request wants them: what is behind it may be the very reason for the request.
 */
export function rewindFor(
  request: RewindRequest,
  running: Rewind | undefined,
  { head, at }: { readonly head: OrderId; readonly at: string },
): Rewind {
  const { by } = request;
  const from = lower(request.from, head);
  const rate = request.rate ?? running?.rate;
  return {
    from: running === undefined ? from : lower(running.from, from),
    next: running === undefined ? from : lower(running.next, from),
    through: head,
    ...(rate === undefined ? {} : { rate }),
    by,
    startedAt: running?.startedAt ?? at,
    asked: running?.asked ?? 0,
    failing: running?.failing ?? 0,
  };
}

/** How many milliseconds so many orders take at a rate, with a pause between two cycles. */
export function rewindDurationMs(orders: number, rate: number, runningCycleMs: number): number {
  return Math.ceil(orders / rate) * runningCycleMs;
}

function lower(a: OrderId, b: OrderId): OrderId {
  return a < b ? a : b;
}
