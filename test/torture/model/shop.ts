/** The shop of the model: its table of orders, and its clock, which is right. */
import type { HeadLag } from '../../../src/core/event.ts';
import { orderId, type OrderAge, type OrderId, type PaymentEvidence, type ShopOrder } from '../../../src/core/order.ts';
import { Outage } from '../../../src/core/outage.ts';
import type { OrderAges, Orders } from '../../../src/monitor/ports.ts';
import type { Caller } from './caller.ts';
import type { OrderPlan } from './script.ts';

export interface Row {
  readonly id: OrderId;
  readonly plan: OrderPlan;
  /** The number that it gets, at once or later. */
  readonly firstNumber: string;
  /** Since when its id, which another order had, was free again: monotonic milliseconds. */
  readonly freeSince: number | undefined;
  /** A later order was settled before this one could be asked about: a rewind may have passed it. */
  isOutrun: boolean;
  /** All numbers that it has had. */
  readonly numbers: Set<string>;
  number: string | null;
  state: string;
  payment: PaymentEvidence;
  /** Since when the shop has its money: monotonic milliseconds. */
  paidAt: number | undefined;
  /** When the shop noted that Abacos took it, whether or not the table has a column for it. */
  sentAt: number | undefined;
  /** `undefined` while it has no usable date. */
  createdAt: number | undefined;
  /** `undefined` while nobody sees it: monotonic milliseconds. */
  committedAt: number | undefined;
  deleted: boolean;
}

const CALL_MS = 20;
const SLOW_MS = 12_000;
/** The deadline of one query. */
const QUERY_TIMEOUT_MS = 15_000;

export interface ShopOptions {
  readonly settleMs: number;
  /** Whether the table has `erp_integrate_at`. */
  readonly tracksSending: boolean;
  /** The id before the first order's, and how far it is from one to the next. */
  readonly lastId: number;
  readonly idStep: number;
  readonly now: () => number;
}

export class Shop {
  /** By id, also those that are gone. */
  readonly rows: Row[] = [];
  readonly #settleMs: number;
  readonly #tracksSending: boolean;
  readonly #firstId: number;
  readonly #idStep: number;
  readonly #now: () => number;
  #lastId: number;
  #wentBackAt: number | undefined;

  constructor(options: ShopOptions) {
    this.#settleMs = options.settleMs;
    this.#tracksSending = options.tracksSending;
    this.#idStep = options.idStep;
    this.#firstId = options.lastId;
    this.#lastId = options.lastId;
    this.#now = options.now;
  }

  /** The row with this number. */
  byNumber(number: string): Row | undefined {
    return this.rows.find((row) => row.numbers.has(number));
  }

  isVisible(row: Row): boolean {
    return row.committedAt !== undefined && !row.deleted;
  }

  isSettled(row: Row): boolean {
    return this.#ageOf(row) === 'due';
  }

  #ageOf({ createdAt }: Row): OrderAge {
    if (createdAt === undefined) return 'undated';
    return this.#now() - createdAt >= this.#settleMs ? 'due' : 'young';
  }

  /** Whether the monitor is to take it up by now, if it has not passed it. */
  isReady(row: Row): boolean {
    return this.isVisible(row) && row.number !== null && this.isSettled(row);
  }

  /** The newest order that is left, where none is as new as this one: the database went back, or orders were deleted. */
  newestLeft(head: OrderId): OrderId | undefined {
    const left = this.rows.filter((row) => this.isVisible(row));
    const isHeadUndated = left.some(({ createdAt, id }) => id === head && createdAt === undefined);
    const newest = left.findLast((row) => this.isSettled(row))?.id ?? orderId(this.#firstId);
    return newest >= head || isHeadUndated ? undefined : newest;
  }

  /** Is as it was at a moment: monotonic milliseconds. @returns the orders that it has lost */
  goBack(to: number, now: number): readonly Row[] {
    const lost = this.rows.filter((row) => this.isVisible(row) && (row.committedAt ?? 0) > to);
    for (const row of lost) row.deleted = true;
    this.#lastId = Math.max(this.#firstId, ...this.rows.filter(({ deleted }) => !deleted).map(({ id }) => id));
    this.#wentBackAt = now;
    return lost;
  }

  /** The table as one host reads it. */
  seenBy(caller: Caller): Orders {
    const read = <T>(signal: AbortSignal, query: () => T): Promise<T> =>
      caller.life.through(async () => {
        const fault = caller.faults.ofShop();
        await caller.pause(fault === 'slow' ? SLOW_MS : fault === 'hung' ? QUERY_TIMEOUT_MS : CALL_MS, signal);
        if (signal.aborted) throw signal.reason;
        const failed = fault === 'refused' || fault === 'hung';
        caller.note('shop', failed ? 'failed' : 'worked');
        if (failed) throw new Outage({ dependency: 'shop', reason: `the query was ${fault}` });
        return query();
      });
    const found = (keep: (row: Row) => boolean): ShopOrder[] =>
      this.rows
        .filter((row) => this.isVisible(row) && keep(row))
        .map((row) => {
          const { id, number, state, payment } = row;
          return { id, number, state, payment, age: this.#ageOf(row) };
        });
    const fresh = (after: OrderId): ShopOrder[] =>
      found((row) => row.id > after && row.number !== null && this.isSettled(row));
    const shown = (rows: readonly ShopOrder[]): readonly ShopOrder[] => {
      caller.witness.toldOfRows(rows);
      return rows;
    };
    return {
      newOrders: (after, limit, signal) =>
        read(signal, () => {
          const all = fresh(after);
          caller.witness.toldOfNew(all);
          return shown(all.slice(0, limit));
        }),
      newOrdersLeft: (after, signal) => read(signal, () => this.#left(fresh(after))),
      undatedIds: (after, limit, signal) =>
        read(signal, () =>
          found(({ createdAt, id, number }) => id > after && number !== null && createdAt === undefined)
            .slice(0, limit)
            .map(({ id }) => id),
        ),
      strangeIds: (signal) => read(signal, () => []),
      newestDueId: (signal) =>
        read(signal, () => {
          const newest = found((row) => this.isSettled(row)).at(-1)?.id ?? orderId(0);
          for (const row of this.rows) row.isOutrun ||= row.id <= newest && !this.isReady(row);
          return newest;
        }),
      placedAt: (id, signal) =>
        read(signal, () => {
          const row = this.rows.find((one) => one.id === id && this.isVisible(one));
          return row?.createdAt === undefined ? undefined : String(row.createdAt);
        }),
      idsInRange: ({ after, through, limit }, signal) =>
        read(signal, () =>
          found(({ id }) => id > after && id <= through)
            .slice(0, limit)
            .map(({ id }) => id),
        ),
      ordersById: (ids, signal) => read(signal, () => shown(found(({ id }) => ids.includes(id)))),
      agesOf: (ids, signal) =>
        read(signal, () => {
          const rows = this.rows.filter((row) => this.isVisible(row) && ids.includes(row.id));
          if (this.#tracksSending) caller.witness.repairs.toldOfSending(rows);
          return new Map(rows.map((row) => [row.id, this.#agesOf(row)]));
        }),
    };
  }

  /** Makes a row, which nobody sees until it is committed. */
  insert(plan: OrderPlan, { createdAt, payment }: { createdAt: number | undefined; payment: PaymentEvidence }): Row {
    this.#lastId += this.#idStep;
    const id = orderId(this.#lastId);
    const before = this.rows.filter((row) => row.id === id).length;
    const row: Row = {
      id,
      plan,
      firstNumber: String(1_000_000 * (before + 1) + id),
      isOutrun: false,
      freeSince: before === 0 ? undefined : this.#wentBackAt,
      numbers: new Set(),
      number: null,
      state: plan.state,
      payment,
      paidAt: undefined,
      sentAt: undefined,
      createdAt,
      committedAt: undefined,
      deleted: false,
    };
    this.rows.push(row);
    this.rows.sort((a, b) => a.id - b.id);
    return row;
  }

  #agesOf({ createdAt, sentAt }: Row): OrderAges {
    const now = this.#now();
    return {
      placedMs: createdAt === undefined ? undefined : now - createdAt,
      sentMs: sentAt === undefined || !this.#tracksSending ? undefined : now - sentAt,
    };
  }

  #left(orders: readonly ShopOrder[]): HeadLag {
    const ids = new Set(orders.map(({ id }) => id));
    const waits = this.rows
      .filter(({ id }) => ids.has(id))
      .map((row) => this.#now() - (row.createdAt ?? 0) - this.#settleMs);
    return { orders: orders.length, longestWaitMs: Math.max(0, ...waits) };
  }
}
