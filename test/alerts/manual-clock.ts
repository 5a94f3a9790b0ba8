/** A clock for alerts that moves only when the test says so. */
import type { Clock } from '../../src/alerts/clock.ts';

/** A Friday, nine o'clock in the morning. */
export const NINE = Date.UTC(2026, 10, 20, 9);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

export class ManualClock implements Clock {
  readonly #start: number;
  #elapsed = 0;
  #timers: Timer[] = [];

  constructor(start = NINE) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  async wait(delayMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        this.#timers = this.#timers.filter((one) => one !== timer);
        resolve();
      };
      const timer = { at: this.#elapsed + delayMs, fire: end };
      this.#timers.push(timer);
      signal.addEventListener('abort', end);
    });
  }

  /** Lets so much time pass; what waited for less goes on. */
  advance(ms: number): void {
    this.#elapsed += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#elapsed);
    this.#timers = this.#timers.filter(({ at }) => at > this.#elapsed);
    for (const { fire } of due.sort((a, b) => a.at - b.at)) fire();
  }
}
