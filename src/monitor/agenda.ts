import type { OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';

/** What is remembered of an open order between two looks, and is not worth a record. */
interface Note {
  /** Monotonic milliseconds: not looked at before. */
  readonly nextLookAt: number;
  /** A `confirm_payment` ended with exit status 0. */
  readonly paymentCommandSucceeded: boolean;
}

const FRESH: Note = { nextLookAt: 0, paymentCommandSucceeded: false };

/**
 * When each open order is looked at next. It lives in memory only: after a
 * restart every open order is due at once, which costs a question to Abacos
 * and nothing else.
 */
export class Agenda {
  readonly #notes = new Map<OrderId, Note>();

  note(id: OrderId): Note {
    return this.#notes.get(id) ?? FRESH;
  }

  amend(id: OrderId, changes: Partial<Note>): void {
    this.#notes.set(id, { ...this.note(id), ...changes });
  }

  forget(id: OrderId): void {
    this.#notes.delete(id);
  }

  /**
   * The open orders that are due, those first that have waited longest; at most
   * a page of them. One look at a time each: so a thousand hopeless orders
   * can't keep a hopeful one from its turn.
   */
  due(open: ReadonlyMap<OrderId, OrderRecord>, now: number, pageSize: number): OrderId[] {
    const due: { id: OrderId; at: number }[] = [];
    for (const id of open.keys()) {
      const at = this.note(id).nextLookAt;
      if (at <= now) due.push({ id, at });
    }
    due.sort((a, b) => a.at - b.at || a.id - b.id);
    return due.slice(0, pageSize).map(({ id }) => id);
  }
}
