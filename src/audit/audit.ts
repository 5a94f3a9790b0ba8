/** Holds a range of the shop's orders against the ERP, order by order. Both are read, and nothing is written anywhere. */
import { Asker } from '../monitor/asking.ts';
import type { Clock, Erp, Orders } from '../monitor/ports.ts';
import type { Answer } from '../core/answer.ts';
import { isOrderNumber, type OrderId, type OrderNumber, type ShopOrder } from '../core/order.ts';
import type { Outage } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';
import { findingOf, type AuditedOrder, type States } from './finding.ts';

export interface AuditOptions {
  readonly adapters: {
    readonly orders: Pick<Orders, 'idsInRange' | 'ordersById'>;
    readonly erp: Pick<Erp, 'call'>;
    readonly policy: Policy;
  };
  readonly clock: Clock;
  /** Orders with an id in `(after, through]`. */
  readonly after: OrderId;
  readonly through: OrderId;
  readonly states: States;
  /** Told after each page. */
  readonly onProgress: (progress: Progress) => void;
  /** Told when the ERP is down, and for how long it is waited then. */
  readonly onOutage: (outage: Outage, waitMs: number) => void;
}

export interface Progress {
  /** Orders that were asked about. */
  readonly asked: number;
  /** How much of the ids has been read: 0 to 1. */
  readonly share: number;
}

export interface Audit {
  /** Orders that the ERP was asked about. */
  readonly asked: number;
  /** Rows without a number, or without a date: carts, as a rule, which are no orders yet. */
  readonly passedOver: number;
  /** In the order of their ids. */
  readonly found: readonly AuditedOrder[];
}

/** Ids that are read, and orders that are asked about, at a time. */
const PAGE = 1000;
/** An ERP that has been down for so long is given up. */
const PATIENCE_MS = 10 * 60_000;
/** So many numbers that the ERP had tell whether it is down. */
const KEPT = 4;

/** @throws Outage of the shop at once, of the ERP once that has been down for ten minutes; the signal's reason */
export async function audit(options: AuditOptions, signal: AbortSignal): Promise<Audit> {
  const { adapters, after, onProgress, states, through } = options;
  const inquiry = new Inquiry(options, signal);
  const found: AuditedOrder[] = [];
  let [asked, passedOver] = [0, 0];
  for (let from = after; ;) {
    const ids = await adapters.orders.idsInRange({ after: from, through, limit: PAGE }, signal);
    const rows = await adapters.orders.ordersById(ids, signal);
    const orders = rows.filter(({ age, number }) => age === 'due' && number !== null);
    const answers = await inquiry.answersTo(orders);
    found.push(...orders.flatMap((order) => findingOf(order, answers(order), states) ?? []));
    asked += orders.length;
    passedOver += rows.filter(({ age, number }) => age === 'undated' || number === null).length;
    const last = ids.at(-1);
    const isOver = last === undefined || ids.length < PAGE;
    onProgress({ asked, share: isOver ? 1 : (last - after) / (through - after) });
    if (isOver) return { asked, passedOver, found };
    from = last;
  }
}

const NOT_ANSWERED: Answer = { kind: 'unknown', why: 'it was asked about several times, and no answer came' };

class Inquiry {
  readonly #options: AuditOptions;
  readonly #asker: Asker;
  readonly #signal: AbortSignal;
  #knownGood: readonly OrderNumber[] = [];

  constructor(options: AuditOptions, signal: AbortSignal) {
    this.#options = options;
    this.#asker = new Asker(options.clock);
    this.#signal = signal;
  }

  /** Asks about each of them that has a number which can be one. @returns what was answered about an order */
  async answersTo(orders: readonly ShopOrder[]): Promise<(order: ShopOrder) => Answer> {
    const byNumber = new Map<string, Answer>();
    const numbers = orders.flatMap(({ number }) => (number !== null && isOrderNumber(number) ? [number] : []));
    let left: readonly OrderNumber[] = [...new Set(numbers)];
    let downMs = 0;
    for (let idle = 0; left.length > 0 && idle < 3;) {
      const { byNumber: answered, outage } = await this.#ask(left);
      this.#signal.throwIfAborted();
      for (const [number, answer] of answered) byNumber.set(number, answer);
      idle = answered.size === 0 ? idle + 1 : 0;
      if (answered.size > 0) downMs = 0;
      left = left.filter((number) => !byNumber.has(number));
      if (outage === undefined) continue;
      idle = 0;
      downMs += await this.#wait(outage, downMs);
    }
    this.#remember(byNumber);
    return ({ number }) => answerAbout(number ?? '', byNumber);
  }

  async #ask(numbers: readonly OrderNumber[]): ReturnType<Asker['ask']> {
    const { erp, policy } = this.#options.adapters;
    return this.#asker.ask(numbers, {
      erp,
      policy,
      signal: this.#signal,
      knownGood: async () => Promise.resolve(this.#knownGood),
      unclear: new Set(),
      onCall: () => undefined,
    });
  }

  /** @returns how long it waited, in milliseconds */
  async #wait(outage: Outage, downMs: number): Promise<number> {
    if (downMs >= PATIENCE_MS) throw outage;
    const { adapters, clock, onOutage } = this.#options;
    const waitMs = Math.max(adapters.policy.downtimeWaitMs, outage.retryAfterMs);
    onOutage(outage, waitMs);
    await clock.wait(waitMs, this.#signal);
    this.#signal.throwIfAborted();
    return waitMs;
  }

  #remember(answers: ReadonlyMap<string, Answer>): void {
    const good = [...answers].flatMap(([number, { kind }]) =>
      kind === 'exists' && isOrderNumber(number) ? [number] : [],
    );
    if (good.length > 0) this.#knownGood = good.slice(-KEPT);
  }
}

function answerAbout(number: string, answers: ReadonlyMap<string, Answer>): Answer {
  if (isOrderNumber(number)) return answers.get(number) ?? NOT_ANSWERED;
  return { kind: 'unknown', why: 'what the shop stores can be no order number' };
}
