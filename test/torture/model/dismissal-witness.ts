/** Objects to a dismissal that nobody asked for, and to one that ends by itself. */
import type { OrderId } from '../../../src/core/order.ts';
import { isDismissed, type OrderRecord } from '../../../src/core/record.ts';
import type { Truth } from './repair-witness.ts';
import { brief } from './witness.ts';

export interface DismissalWitnessOptions {
  readonly truth: Truth;
  readonly object: (what: string) => void;
}

export class DismissalWitness {
  readonly #options: DismissalWitnessOptions;
  /** Orders that a person wants dismissed, or has, and since when. */
  readonly #since = new Map<OrderId, number>();

  constructor(options: DismissalWitnessOptions) {
    this.#options = options;
  }

  /** An operator is about to dismiss an order. */
  begin(id: OrderId): void {
    this.#since.set(id, this.#options.truth.now());
  }

  /** When an operator last had an order dismissed. Whatever has its id since then is that order no longer. */
  at(id: OrderId): number {
    return this.#since.get(id) ?? -Infinity;
  }

  /** A dismissal is a person's, and ends by another one's word, by Abacos' word, or when the shop gives the id out again. */
  recorded(
    before: OrderRecord | undefined,
    record: OrderRecord,
    { wasRetried, head }: { readonly wasRetried: boolean; readonly head: OrderId },
  ): void {
    const { object, truth } = this.#options;
    const { orderId: id, verdict } = record;
    const wasDismissed = before !== undefined && isDismissed(before);
    if (isDismissed(record) && !wasDismissed && !this.#since.has(id)) {
      object(`order ${id} is on record as dismissed, and nobody has dismissed it`);
    }
    if (!wasDismissed || isDismissed(record) || verdict.status === 'SUCCESS') return;
    if (!wasRetried && id <= (truth.newestLeft(head) ?? Infinity)) {
      object(`order ${id} was dismissed, and is ${brief(record)} without anybody having retried it`);
    }
  }
}
