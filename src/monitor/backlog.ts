/** How fast a backlog goes, and how long it will take. */
import type { Event } from '../core/event.ts';
import type { Clock } from './ports.ts';

/** While there is a backlog: how many orders are left, how fast they go, and how long it will take. */
export class BacklogMeter {
  readonly #clock: Clock;
  readonly #report: (event: Event) => void;
  #since: number | undefined;
  #verified = 0;

  constructor(clock: Clock, report: (event: Event) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Takes note of a cycle with a backlog, and reports whenever the orders left were counted. */
  note(cycle: {
    readonly fresh: number;
    readonly durationMs: number;
    /** `undefined` when they were not counted in this cycle. */
    readonly ordersLeft: number | undefined;
  }): void {
    const now = this.#clock.monotonic();
    this.#since ??= now - cycle.durationMs;
    this.#verified += cycle.fresh;
    const { ordersLeft } = cycle;
    if (ordersLeft === undefined || ordersLeft === 0 || this.#verified === 0) return;
    const msPerOrder = Math.max(1, now - this.#since) / this.#verified;
    this.#report({
      kind: 'backlog',
      ordersLeft,
      ordersPerMinute: Math.round(60_000 / msPerOrder),
      timeLeftMs: ordersLeft * msPerOrder,
    });
  }

  cleared(): void {
    this.#since = undefined;
    this.#verified = 0;
  }
}
