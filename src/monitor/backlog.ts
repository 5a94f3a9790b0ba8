import type { Event } from '../core/event.ts';
import { using, type CycleContext } from './context.ts';
import type { Clock } from './ports.ts';

/** Counting the orders left costs the database a scan of its index: now and then is enough. */
const COUNT_EVERY_MS = 15_000;

/** While there is a backlog: how many orders are left, how fast they go, and how long it will take. */
export class BacklogMeter {
  readonly #clock: Clock;
  readonly #report: (event: Event) => void;
  #since: number | undefined;
  #verified = 0;
  #countedAt = -Infinity;

  constructor(clock: Clock, report: (event: Event) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Takes note of a cycle with a backlog, and reports from time to time. */
  async measure(context: CycleContext, cycle: { readonly fresh: number; readonly durationMs: number }): Promise<void> {
    const now = this.#clock.monotonic();
    this.#since ??= now - cycle.durationMs;
    this.#verified += cycle.fresh;
    if (now - this.#countedAt < COUNT_EVERY_MS || context.stop.aborted) return;
    this.#countedAt = now;
    const left = await using(context, 'shop', () =>
      context.orders.countNewOrders(context.checkpoint.ledger.head, context.stop),
    );
    if (left === undefined || this.#verified === 0) return;
    const msPerOrder = Math.max(1, now - this.#since) / this.#verified;
    this.#report({
      kind: 'backlog',
      ordersLeft: left,
      ordersPerMinute: Math.round(60_000 / msPerOrder),
      timeLeftMs: left * msPerOrder,
    });
  }

  cleared(): void {
    this.#since = undefined;
    this.#verified = 0;
    this.#countedAt = -Infinity;
  }
}
