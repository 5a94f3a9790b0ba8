/** Counts the open orders by reason, those given up, without a date or dismissed apart: for status and metrics. */
import type { Ledger } from './ledger.ts';
import { isGivenUp, needsAction } from './next.ts';
import type { OrderId } from './order.ts';
import { isUndated, openReasonOf } from './record.ts';
import { epochOf } from './stamp.ts';
import { zeroByReason, type OpenReason } from './verdict.ts';

/** Some of the open orders, counted. */
export interface OpenCount {
  readonly total: number;
  readonly byReason: Readonly<Record<OpenReason, number>>;
  /** When the first of them was first found failing (milliseconds since 1970); `undefined` when there is none. */
  readonly oldestAt: number | undefined;
}

/** All open orders: those without a usable date, which may be carts, and the others by whether they still have attempts. */
export interface OpenSummary {
  readonly failing: OpenCount;
  readonly givenUp: OpenCount;
  readonly undated: OpenCount;
  /** Orders that people have to act on, but for those whose row is gone. */
  readonly needAction: number;
  /** Not open any more, on a person's word, and not in Abacos. */
  readonly dismissed: number;
}

/**
 * Counts the open orders. Thousands may be open, and every status line and
 * every scrape asks, so they are gone through only after something about them
 * has changed.
 */
export class OpenOrdersCounter {
  readonly #ledger: Pick<Ledger, 'open' | 'openChanges'>;
  #counted: { readonly changes: number; readonly maxAttempts: number; readonly summary: OpenSummary } | undefined;

  constructor(ledger: Pick<Ledger, 'open' | 'openChanges'>) {
    this.#ledger = ledger;
  }

  /** @param maxAttempts those of the policy in force */
  summary(maxAttempts: number): OpenSummary {
    const { open, openChanges: changes } = this.#ledger;
    if (this.#counted?.changes !== changes || this.#counted.maxAttempts !== maxAttempts) {
      this.#counted = { changes, maxAttempts, summary: count(open, maxAttempts) };
    }
    return this.#counted.summary;
  }

  /** How many orders people have to act on. @param goneRows orders whose row the shop's table has lost */
  needAction(maxAttempts: number, goneRows: Iterable<OrderId>): number {
    const { open } = this.#ledger;
    let count = this.summary(maxAttempts).needAction;
    for (const id of goneRows) {
      const record = open.get(id);
      const reason = record === undefined ? undefined : openReasonOf(record);
      if (record === undefined || reason === undefined) continue;
      if (!needsAction({ givenUp: isGivenUp(record, maxAttempts), reason })) count += 1;
    }
    return count;
  }
}

function count(open: Ledger['open'], maxAttempts: number): OpenSummary {
  const failing = new Tally();
  const givenUp = new Tally();
  const undated = new Tally();
  let dismissed = 0;
  let needAction = 0;
  for (const record of open.values()) {
    const reason = openReasonOf(record);
    if (reason === undefined) {
      dismissed += 1;
      continue;
    }
    const isOver = isGivenUp(record, maxAttempts);
    if (needsAction({ givenUp: isOver, reason })) needAction += 1;
    const tally = isUndated(record) ? undated : isOver ? givenUp : failing;
    tally.add(reason, epochOf(record.createdAt));
  }
  return { failing, givenUp, undated, needAction, dismissed };
}

class Tally implements OpenCount {
  total = 0;
  oldestAt: number | undefined;
  readonly byReason = zeroByReason();

  add(reason: OpenReason, at: number): void {
    this.total += 1;
    this.byReason[reason] += 1;
    if (this.oldestAt === undefined || at < this.oldestAt) this.oldestAt = at;
  }
}
