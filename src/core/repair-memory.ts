/** What repairs wait for, as it outlasts a process (`repairs.json`). */
import type { Lags, PendingEffect } from './effects.ts';
import type { OrderId } from './order.ts';
import type { UpSpan } from './uptime.ts';

/** All moments are milliseconds since 1970. */
export interface RepairMemory {
  /** When Abacos was seen up. */
  readonly up: readonly UpSpan[];
  readonly pending: readonly (readonly [OrderId, PendingEffect])[];
  readonly lags: Lags;
  /** Since when open and watched orders have been seen paid without Abacos knowing, the earliest first. */
  readonly paid: readonly (readonly [OrderId, number])[];
  /** Commands of many orders in a row had come to nothing, and none has brought its order in since. */
  readonly out: boolean;
  /** When an order that had been found missing was last there without a command of ours; `null` for never. */
  readonly turnedUpAt: number | null;
}
