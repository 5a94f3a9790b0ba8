/** What a verdict calls for: one command for one order. */
import type { CommandOutcome, Task } from '../core/command.ts';
import type { OrderId, OrderNumber } from '../core/order.ts';

/** An order that Abacos lacks, or whose payment it lacks, by a verdict that is on record. */
export interface Job {
  readonly orderId: OrderId;
  readonly number: OrderNumber;
  readonly task: Task;
  /** Counted so far, without this one. */
  readonly attempts: number;
  /** The orders of the day come before it. */
  readonly inBackground: boolean;
  /** When Abacos' answer was there: monotonic milliseconds. */
  readonly answeredAt: number;
}

/** A command that ran and ended: Abacos is asked what came of it. */
export interface Ended extends Job {
  readonly outcome: CommandOutcome;
}
