/** The orders in Abacos that wait for their payment, as the ledger keeps them. */
import { Float64List } from './float64-list.ts';
import { orderId, type OrderId } from './order.ts';

/** The list for those who only read it. */
export interface WatchedOrders {
  readonly size: number;
  has(id: OrderId): boolean;
  /** When the order was first recorded, in milliseconds since 1970; `undefined` for one that is not watched. */
  createdAtMs(id: OrderId): number | undefined;
  /** Watched orders with an id above `after`, in id order; at most `limit`. */
  after(after: number, limit: number): readonly OrderId[];
}

/** Orders by id, and when each was first recorded: 16 bytes for each. Those that arrive in ascending order cost least. */
export class WatchedOrderList implements WatchedOrders {
  /** They rise strictly. */
  readonly #ids = new Float64List();
  /** In the places of their orders. */
  readonly #createdAt = new Float64List();

  get size(): number {
    return this.#ids.length;
  }

  has(id: OrderId): boolean {
    return this.#ids.at(this.#ids.firstFrom(id)) === id;
  }

  createdAtMs(id: OrderId): number | undefined {
    const place = this.#ids.firstFrom(id);
    return this.#ids.at(place) === id ? this.#createdAt.at(place) : undefined;
  }

  after(after: number, limit: number): readonly OrderId[] {
    const first = this.#ids.firstFrom(after + 1);
    const count = Math.max(0, Math.min(limit, this.size - first));
    return Array.from({ length: count }, (_, place) => orderId(this.#ids.at(first + place) ?? 0));
  }

  /** Takes an order in, or notes anew when it was first recorded. */
  add(id: OrderId, createdAtMs: number): void {
    const place = this.#ids.firstFrom(id);
    const count = this.#ids.at(place) === id ? 1 : 0;
    this.#ids.replace(place, count, id);
    this.#createdAt.replace(place, count, createdAtMs);
  }

  /** @returns whether it was there */
  delete(id: OrderId): boolean {
    const place = this.#ids.firstFrom(id);
    if (this.#ids.at(place) !== id) return false;
    this.#ids.remove(place);
    this.#createdAt.remove(place);
    return true;
  }
}
