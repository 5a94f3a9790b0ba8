/** What the page shows of past events: orders by the hour, and what is known of open orders. */
import { complaintOf } from '../core/command.ts';
import { commandsAfter, mayHaveWorked, NO_COMMANDS, type CommandsSeen } from '../core/effects.ts';
import type { Event } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import type { Dependency } from '../core/outage.ts';
import { textOf, type Said } from '../core/said.ts';
import type { HistoryEntry } from '../history/index.ts';
import { medianOf } from '../page/chart.ts';
import type { Chart, Downtime, Hour } from '../page/ports.ts';
import { BoundedMap } from './bounded-map.ts';

const HOUR_MS = 3_600_000;
const HOURS = 48;
/** Enough for a median. */
const MAX_TIMES = 1000;
/** More bands than a plot can show. */
const MAX_DOWNTIMES = 200;

interface Bucket {
  orders: number;
  missing: number;
  needsAction: number;
  repairs: number;
  readonly timesToIntegrate: number[];
}

/** In memory and bounded, filled by the running service and from the history. */
export class PageStatistics {
  readonly #now: () => number;
  #since: number;
  readonly #hours = new Map<number, Bucket>();
  #downtimes: readonly Downtime[] = [];
  readonly #numbers = new BoundedMap<OrderId, string | null>();
  readonly #whys = new BoundedMap<OrderId, Said>();
  #whyChanges = 0;
  /** What is known of the commands of open orders. A retry does not change what they may have done. */
  readonly #commands = new Map<OrderId, CommandsSeen>();
  /** Open orders that somebody had retried, until it is known what came of it. */
  readonly #retried = new Map<OrderId, number>();

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  get since(): number {
    return this.#since;
  }

  take(event: Event): void {
    this.#note(event, this.#now());
  }

  /** What an earlier process saw. */
  recall(entry: HistoryEntry): void {
    this.#since = Math.min(this.#since, entry.at);
    if (entry.kind === 'alert' || entry.kind === 'lost') return;
    this.#note(entry, entry.at);
  }

  #note(event: Event, at: number): void {
    this.#count(event, at);
    if (!('orderId' in event)) return;
    const { orderId, orderNumber } = event;
    const isSettled = 'record' in event && event.record.verdict.status === 'SUCCESS';
    if (isSettled) this.forget(orderId);
    else {
      if (orderNumber !== null) this.#numbers.set(orderId, orderNumber);
      this.#noteWhy(event);
      if (event.kind === 'retry') this.#retried.set(orderId, at);
      if (event.kind === 'given-up') this.#retried.delete(orderId);
      if (event.kind === 'command-started' || event.kind === 'command-ended') {
        this.#commands.set(orderId, commandsAfter(this.#commands.get(orderId) ?? NO_COMMANDS, event));
      }
    }
  }

  /** The number of an open order, `null` when it has none, `undefined` when that is not known. */
  numberOf(orderId: OrderId): string | null | undefined {
    return this.#numbers.get(orderId);
  }

  noteNumber(orderId: OrderId, number: string | null): void {
    this.#numbers.set(orderId, number);
  }

  /** The open orders that go by a number, as far as is known. */
  idsOf(number: string): readonly OrderId[] {
    return [...this.#numbers].flatMap(([id, known]) => (known === number ? [id] : []));
  }

  /** What was last said of an open order. */
  saidOf(orderId: OrderId): Said | undefined {
    return this.#whys.get(orderId);
  }

  /** The same, whoever said it. */
  whyOf(orderId: OrderId): string | undefined {
    const said = this.saidOf(orderId);
    return said === undefined ? undefined : textOf(said);
  }

  /** Grows whenever what {@link saidOf} says may have changed. */
  get whyChanges(): number {
    return this.#whyChanges;
  }

  /** Whether an open order's last command may have done its work, whatever Abacos shows. */
  isInDoubt(orderId: OrderId): boolean {
    return mayHaveWorked(this.#commands.get(orderId) ?? NO_COMMANDS);
  }

  /** When somebody last had an open order retried, unless it was given up since. */
  retriedAt(orderId: OrderId): number | undefined {
    return this.#retried.get(orderId);
  }

  /** Lets go of what is kept for open orders only. */
  forget(orderId: OrderId): void {
    this.#numbers.delete(orderId);
    if (this.#whys.delete(orderId)) this.#whyChanges += 1;
    this.#commands.delete(orderId);
    this.#retried.delete(orderId);
  }

  /** @param down what is down, and since when */
  chart(down: readonly (readonly [Dependency, number])[]): Chart {
    const current = Math.floor(this.#now() / HOUR_MS);
    const first = current - HOURS + 1;
    for (const hour of this.#hours.keys()) if (hour < first) this.#hours.delete(hour);
    const from = first * HOUR_MS;
    this.#downtimes = this.#downtimes.filter(({ until }) => until > from);
    const lasting = down.map(([dependency, since]) => ({ dependency, from: since, until: this.#now() }));
    const hours = Array.from({ length: HOURS }, (_, index) => hourOf(first + index, this.#hours.get(first + index)));
    return { since: this.#since, hours, downtimes: [...this.#downtimes, ...lasting] };
  }

  #count(event: Event, at: number): void {
    if (event.kind === 'cycle') {
      const { fresh, late } = event.report.judged;
      if (fresh + late > 0) this.#bucket(at).orders += fresh + late;
    }
    if (event.kind === 'up') {
      const downtime = { dependency: event.dependency, from: at - event.downMs, until: at };
      this.#downtimes = [...this.#downtimes, downtime].slice(-MAX_DOWNTIMES);
    }
    if (event.kind === 'verdict' && isFirstMiss(event)) this.#bucket(at).missing += 1;
    if (event.kind === 'given-up') this.#bucket(at).needsAction += 1;
    if (event.kind !== 'repaired') return;
    const bucket = this.#bucket(at);
    bucket.repairs += 1;
    if (bucket.timesToIntegrate.length < MAX_TIMES) bucket.timesToIntegrate.push(event.openMs);
  }

  #bucket(at: number): Bucket {
    const hour = Math.floor(at / HOUR_MS);
    const known = this.#hours.get(hour) ?? { orders: 0, missing: 0, needsAction: 0, repairs: 0, timesToIntegrate: [] };
    this.#hours.set(hour, known);
    return known;
  }

  #noteWhy(event: Extract<Event, { orderId: OrderId }>): void {
    const { orderId } = event;
    if (event.kind === 'command-ended') this.#keepWhy(orderId, complaintOf(event.outcome));
    if (event.kind === 'verdict' || event.kind === 'not-repaired') this.#keepWhy(orderId, event.why);
    // Any other reason the page says in its own words.
    if (event.kind === 'given-up' && event.permanentError !== undefined)
      this.#keepWhy(orderId, { quote: event.permanentError });
  }

  #keepWhy(orderId: OrderId, why: Said | undefined): void {
    if (why === undefined) return;
    const known = this.#whys.get(orderId);
    if (known === undefined || textOf(known) !== textOf(why)) this.#whyChanges += 1;
    this.#whys.set(orderId, why);
  }
}

/** Not in Abacos, or there without its payment, and not known to be so before. */
function isFirstMiss({ previous, record }: Extract<Event, { kind: 'verdict' }>): boolean {
  const { reason, status } = record.verdict;
  return (
    previous?.verdict.status !== 'FAILED' &&
    status === 'FAILED' &&
    (reason === 'NOT_FOUND' || reason === 'PAYMENT_PENDING')
  );
}

function hourOf(hour: number, bucket: Bucket | undefined): Hour {
  return {
    startsAt: hour * HOUR_MS,
    orders: bucket?.orders ?? 0,
    missing: bucket?.missing ?? 0,
    needsAction: bucket?.needsAction ?? 0,
    repairs: bucket?.repairs ?? 0,
    medianTimeToIntegrateMs: medianOf(bucket?.timesToIntegrate ?? []),
  };
}
