/** A clock for the monitor: time passes only when everybody waits, so hours take milliseconds. */
import type { Clock } from '../../src/monitor/ports.ts';

/** When it begins: milliseconds since 1970. */
export const START = Date.UTC(2026, 10, 20, 12);

export class VirtualClock implements Clock {
  #elapsed = 0;
  readonly #timers: { at: number; fire: () => void }[] = [];
  #pumping = false;
  /** Awaited before time jumps: for real work, such as files, that takes no time of this clock. */
  settle: () => Promise<void> = async () => Promise.resolve();

  now(): number {
    return START + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** Moves both clocks, as if nothing had been waiting. */
  skip(ms: number): void {
    this.#elapsed += ms;
  }

  /** Does something once so much time has passed. */
  after(ms: number, fire: () => void): void {
    this.#timers.push({ at: this.#elapsed + ms, fire });
    this.#pump();
  }

  async wait(delayMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        // What nobody waits for any more must not make time pass.
        const position = this.#timers.findIndex(({ fire }) => fire === end);
        if (position !== -1) this.#timers.splice(position, 1);
        resolve();
      };
      signal.addEventListener('abort', end);
      this.after(delayMs, end);
    });
  }

  /** One timer a turn of the event loop: all that follows from it happens before the next. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      void this.settle().then(() => {
        this.#pumping = false;
        this.#timers.sort((a, b) => a.at - b.at);
        const next = this.#timers.shift();
        if (next === undefined) return;
        this.#elapsed = Math.max(this.#elapsed, next.at);
        next.fire();
        if (this.#timers.length > 0) this.#pump();
      });
    });
  }
}
