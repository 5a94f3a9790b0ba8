/**
 * Carries the messages of one channel from the spool to where they are to go,
 * the oldest first. A server that is down makes all of them wait, with a
 * growing pause; a message that the server will not take keeps no other waiting.
 */
import { messageOf } from '../../text/error.ts';
import type { Clock } from '../clock.ts';
import type { Delivery } from './delivery.ts';
import type { Channel, Message } from './message.ts';
import type { Spool, Waiting } from './spool.ts';

export interface SenderOptions {
  readonly channel: Channel;
  readonly spool: Spool;
  readonly clock: Clock;
  /** What the operator calls the other side. */
  readonly otherSide: string;
  /** Delivers a message. What stays to be done for it is in what it resolves to. */
  readonly deliver: (message: Message, signal: AbortSignal) => Promise<Carried>;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

/** `rest`: the message as it is to be tried again; without it, nothing is left to do. */
export interface Carried {
  readonly delivery: Delivery;
  readonly rest?: Message;
}

/** For one message, from the connection to the server's receipt. */
const DELIVERY_DEADLINE_MS = 60_000;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_SERVER_PAUSE_MS = 5 * 60_000;
const LONGEST_MESSAGE_PAUSE_MS = 3_600_000;
/** So much of what the other side asks for is waited: an alert that comes a day late is none. */
const LONGEST_WISH_MS = 3_600_000;
/** What could not be delivered for so long is of no use any more. */
const LONGEST_WAIT_MS = 7 * 86_400_000;

interface Setback {
  readonly failures: number;
  readonly retryAt: number;
}

export class Sender {
  readonly #options: SenderOptions;
  readonly #setbacks = new Map<string, Setback>();
  #server: Setback | undefined;
  #poke = new AbortController();
  #round: Promise<void> = Promise.resolve();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Delivers until it is stopped; then what is under way is cut off and stays in the spool. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#poke = new AbortController();
      await this.deliverDue(stop);
      await this.#options.clock.wait(this.#pauseMs(), AbortSignal.any([stop, this.#poke.signal]));
    }
  }

  /** There is something new in the spool, or the settings have changed. */
  poke({ startAfresh = false }: { readonly startAfresh?: boolean } = {}): void {
    if (startAfresh) {
      this.#server = undefined;
      this.#setbacks.clear();
    }
    this.#poke.abort();
  }

  /** Tries every message whose time has come, once; a call waits for the one before it. Never throws. */
  async deliverDue(stop: AbortSignal): Promise<void> {
    this.#round = this.#round.then(async () => this.#deliverRound(stop));
    return this.#round;
  }

  async #deliverRound(stop: AbortSignal): Promise<void> {
    const { channel, clock, log, spool } = this.#options;
    for (const one of spool.waiting(channel)) {
      if (stop.aborted || isWaiting(this.#server, clock)) return;
      if (isWaiting(this.#setbacks.get(one.name), clock)) continue;
      try {
        await this.#carry(one, stop);
      } catch (error) {
        // The disk: what was sent may be sent once more after this, with the same Message-ID.
        this.#setbacks.set(one.name, this.#next(this.#setbacks.get(one.name), LONGEST_MESSAGE_PAUSE_MS));
        log('error', `The spool of alerts can not be worked on: ${messageOf(error)}`);
      }
    }
  }

  async #carry(one: Waiting, stop: AbortSignal): Promise<void> {
    const { clock, deliver, log, otherSide, spool } = this.#options;
    const message = await spool.read(one);
    if (message === undefined) return;
    const deadline = new AbortController();
    const expiry = clock.wait(DELIVERY_DEADLINE_MS, deadline.signal).then(() => {
      deadline.abort();
    });
    const { delivery, rest } = await deliver(message, AbortSignal.any([stop, deadline.signal]));
    deadline.abort();
    await expiry;
    if (delivery.kind === 'failed') {
      // A stop cut it off: that says nothing about the other side.
      if (stop.aborted) return;
      await this.#failed(one, delivery);
      return;
    }
    if (this.#server !== undefined) log('info', `${otherSide} takes alerts again`);
    this.#server = undefined;
    for (const { address, why, permanent } of delivery.refused) {
      const then = permanent ? 'It gets no copy; mend the address in email.yml' : 'It is tried again';
      log(permanent ? 'error' : 'warn', `${otherSide} refuses ${address}: ${why}. ${then}`);
    }
    if (rest === undefined) {
      this.#setbacks.delete(one.name);
      await spool.remove(one.name);
    } else {
      this.#setbacks.set(one.name, this.#next(this.#setbacks.get(one.name), LONGEST_MESSAGE_PAUSE_MS));
      await spool.put(rest);
    }
  }

  async #failed(one: Waiting, { retryAfterMs = 0, scope, why }: Extract<Delivery, { kind: 'failed' }>): Promise<void> {
    const { channel, clock, log, otherSide, spool } = this.#options;
    if (clock.now() - one.at > LONGEST_WAIT_MS) {
      this.#setbacks.delete(one.name);
      await spool.remove(one.name);
      log('error', `An alert could not be delivered for a week and is dropped: ${why}`);
      return;
    }
    if (scope === 'server') {
      // Once for each time it goes down: the pause grows, the log need not.
      if (this.#server === undefined) {
        const count = spool.waiting(channel).length;
        log('warn', `${otherSide} takes no alerts: ${why}. ${count} wait and are sent when it does`);
      }
      this.#server = this.#next(this.#server, LONGEST_SERVER_PAUSE_MS, retryAfterMs);
      return;
    }
    if (!this.#setbacks.has(one.name)) log('error', `${otherSide} does not take an alert: ${why}. It is tried again`);
    this.#setbacks.set(one.name, this.#next(this.#setbacks.get(one.name), LONGEST_MESSAGE_PAUSE_MS, retryAfterMs));
  }

  #next(earlier: Setback | undefined, longestMs: number, wishMs = 0): Setback {
    const failures = (earlier?.failures ?? 0) + 1;
    const pause = Math.min(longestMs, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20));
    const waitMs = Math.max(pause, Math.min(wishMs, LONGEST_WISH_MS));
    return { failures, retryAt: this.#options.clock.monotonic() + waitMs };
  }

  /** Until the first message may be tried again; for long when there is none. */
  #pauseMs(): number {
    const { channel, clock, spool } = this.#options;
    const waiting = spool.waiting(channel);
    if (waiting.length === 0) return IDLE_MS;
    const now = clock.monotonic();
    const first = Math.min(...waiting.map(({ name }) => this.#setbacks.get(name)?.retryAt ?? now));
    return Math.min(IDLE_MS, Math.max(0, first - now, (this.#server?.retryAt ?? now) - now));
  }
}

/** A poke ends it sooner. */
const IDLE_MS = 3_600_000;

function isWaiting(setback: Setback | undefined, clock: Clock): boolean {
  return setback !== undefined && clock.monotonic() < setback.retryAt;
}
