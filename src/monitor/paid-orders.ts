/** Since when orders have been seen paid. */
import type { Ledger } from '../core/ledger.ts';
import type { OrderId } from '../core/order.ts';
import type { RepairMemory } from '../core/repair-memory.ts';
import type { Uptime } from '../core/uptime.ts';
import type { Clock } from './ports.ts';

/**
 * Since when orders have been seen paid, and in Abacos without their payment.
 * The shop's table does not say when an order was paid, so this monitor's own
 * clock counts, in time in which Abacos was seen up.
 */
export class PaidOrders {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #uptime: Uptime;
  /** Monotonic milliseconds, the earliest first. */
  readonly #since: Map<OrderId, number>;

  /** @param known what an earlier process has seen, the earliest first */
  constructor(clock: Pick<Clock, 'monotonic'>, uptime: Uptime, known: Iterable<readonly [OrderId, number]>) {
    this.#clock = clock;
    this.#uptime = uptime;
    this.#since = new Map(known);
  }

  get size(): number {
    return this.#since.size;
  }

  /** The earliest first. */
  ids(): Iterable<OrderId> {
    return this.#since.keys();
  }

  has(id: OrderId): boolean {
    return this.#since.has(id);
  }

  /** An order is seen: so, or not so (any more). */
  see(id: OrderId, isSo: boolean): void {
    if (!isSo) this.#since.delete(id);
    else if (!this.#since.has(id)) this.#since.set(id, this.#clock.monotonic());
  }

  /** For how long an order has been seen so, with Abacos up; -Infinity for never. Milliseconds. */
  forMs(id: OrderId): number {
    const since = this.#since.get(id);
    return since === undefined ? -Infinity : this.#uptime.between(since, this.#clock.monotonic());
  }

  /** What has to outlast this process. @param toEpoch from its clock to milliseconds since 1970 */
  memory({ open, watched }: Pick<Ledger, 'open' | 'watched'>, toEpoch: number): RepairMemory['paid'] {
    return [...this.#since]
      .filter(([id]) => open.has(id) || watched.has(id))
      .map(([id, at]): readonly [OrderId, number] => [id, at + toEpoch]);
  }
}
