/** Says that so many orders are open that new ones wait. */
import type { Event } from '../core/event.ts';
import { duration } from '../words/duration.ts';
import { counted } from '../words/sentence.ts';

export interface FullWatchOptions {
  readonly monotonic: () => number;
  readonly say: (level: 'info' | 'warn', text: string) => void;
}

/** How often it is said; and it is over when there was room for a tenth of it. */
const REPEAT_MS = 3_600_000;
const ROOM_MS = REPEAT_MS / 10;

/** Says it when it begins, now and then while it lasts, and when it is over: there may be several cycles a second. */
export class FullWatch {
  readonly #options: FullWatchOptions;
  #full: { readonly since: number; lastSeenAt: number; saidAt: number } | undefined;

  constructor(options: FullWatchOptions) {
    this.#options = options;
  }

  take(event: Event): void {
    if (event.kind !== 'cycle') return;
    const { openOrders } = event.report;
    const now = this.#options.monotonic();
    if (openOrders === undefined) this.#hasRoom(now);
    else this.#isFull(openOrders, now);
  }

  #isFull(openOrders: number, now: number): void {
    this.#full ??= { since: now, lastSeenAt: now, saidAt: -Infinity };
    this.#full.lastSeenAt = now;
    if (now - this.#full.saidAt < REPEAT_MS) return;
    this.#full.saidAt = now;
    this.#options.say(
      'warn',
      `${counted(openOrders, 'order')} are open, the most that are kept: new ones wait, and none is lost. What to do: ` +
        'order-monit open says why they are open; as soon as some of them are settled, the new ones are asked about',
    );
  }

  /** One that is settled may make room for one only. */
  #hasRoom(now: number): void {
    if (this.#full === undefined || now - this.#full.lastSeenAt < ROOM_MS) return;
    this.#options.say(
      'info',
      `New orders are asked about again, after ${duration(this.#full.lastSeenAt - this.#full.since)}`,
    );
    this.#full = undefined;
  }
}
