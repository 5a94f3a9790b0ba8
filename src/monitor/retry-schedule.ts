/** When each open order is looked at next. */
import type { OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';

/** The orders of the day, and those that come after them. */
export type Lane = 'foreground' | 'background';

/** What is remembered of an open order between two looks, and is not worth a record. */
interface Note {
  /** Monotonic milliseconds: not looked at before. */
  readonly nextLookAt: number;
  /** A `confirm_payment` ended with exit status 0. */
  readonly paymentCommandSucceeded: boolean;
  /** Where its id does not decide: retried with many others or found by a rewind, or retried on its own. */
  readonly lane: Lane | undefined;
  /** Whether the shop's table had its row at the last look. */
  readonly row: 'not looked yet' | 'found' | 'gone';
}

const FRESH: Note = { nextLookAt: 0, paymentCommandSucceeded: false, lane: undefined, row: 'not looked yet' };

/** The part of a page that orders of the background have in any case, where there are any. */
const BACKGROUND_SHARE = 0.2;

interface Due {
  readonly id: OrderId;
  readonly at: number;
}

export interface DueOptions {
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly pageSize: number;
  /** Orders up to this id are of the background. */
  readonly oldThrough: OrderId;
}

/**
 * When each open order is looked at next. It lives in memory only: after a
 * restart every open order is due at once, which costs a question to Abacos
 * and nothing else.
 */
export class RetrySchedule {
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

  /** Whether the orders of the day come before this one. */
  isInBackground(id: OrderId, oldThrough: OrderId): boolean {
    const { lane } = this.note(id);
    return lane === undefined ? id <= oldThrough : lane === 'background';
  }

  /**
   * The open orders that are due, at most a page of them: those of the
   * foreground, then those of the background; of each, those first that have
   * waited longest, and the newest of several. One look at a time each, so that
   * a thousand hopeless orders can't keep a hopeful one from its turn; and the
   * background has a share of every page, so that it always comes forward.
   * Orders about which Abacos gave no usable answer are of the background here,
   * as each may cost a deadline, and those without a date or dismissed, as they
   * may be many: nothing is run for any of them.
   */
  due(open: ReadonlyMap<OrderId, OrderRecord>, { now, pageSize, oldThrough }: DueOptions): OrderId[] {
    const foreground: Due[] = [];
    const background: Due[] = [];
    for (const [id, { verdict }] of open) {
      const at = this.note(id).nextLookAt;
      if (at > now) continue;
      const waits = isForPeople(verdict) || this.isInBackground(id, oldThrough);
      (waits ? background : foreground).push({ id, at });
    }
    const share = Math.min(background.length, Math.ceil(pageSize * BACKGROUND_SHARE));
    const first = inTurn(foreground, Math.max(1, pageSize - share));
    return [...first, ...inTurn(background, Math.max(share, pageSize - first.length))];
  }
}

function isForPeople({ reason }: OrderRecord['verdict']): boolean {
  return reason === 'UNKNOWN' || reason === 'NO_DATE' || reason === 'DISMISSED';
}

function inTurn(due: readonly Due[], limit: number): OrderId[] {
  const ordered = [...due].sort((a, b) => a.at - b.at || b.id - a.id);
  return ordered.slice(0, limit).map(({ id }) => id);
}
