/** Whether the integration side does what it is to do. */
import type { OrderId } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';

/** So many different orders in a row that a command did not bring in speak of the integration side, not of the orders. */
const OUT_AFTER = 5;
const LONGEST_PROBE_PAUSE_MS = 3_600_000;
/** An order that nobody can be asked about any more keeps the others waiting no longer than this. */
const LONGEST_UNCONFIRMED_MS = 3_600_000;

/** How a command ended whose effect Abacos has not shown yet. All moments are monotonic milliseconds. */
export interface CommandEnd {
  readonly startedAt: number;
  readonly endedAt: number;
  /** It ended with an error and left nothing in doubt. */
  readonly saidNo: boolean;
  readonly lastWords: string | undefined;
}

interface Unconfirmed extends CommandEnd {
  readonly commands: number;
}

/**
 * Tells an integration side that is out from orders that fail on their own
 * account. What counts is whether a command brought its order in, and never its
 * exit status: the shop's task ends with 0 and does nothing when its switch is off.
 *
 * While it is out, one order at a time is tried, at growing pauses.
 */
export class CircuitBreaker {
  /** Orders that were not brought in since one last was, and how many commands were run for each. */
  readonly #missed = new Map<OrderId, number>();
  /** Orders whose command has ended, and which Abacos does not show yet. */
  readonly #unconfirmed = new Map<OrderId, Unconfirmed>();
  /** When a command was last tried for each order, since one was brought in. Monotonic milliseconds. */
  readonly #tried = new Map<OrderId, number>();
  /** Orders whose command could not have brought them in, and how many attempts each gets back. */
  readonly #excused = new Map<OrderId, number>();
  #lastWords: string | undefined;
  #isOpen = false;
  #isRefused = false;
  #probes = 0;
  /** Those that have ended since one brought its order in. */
  #commands = 0;
  /** A command has brought an order in since the start. */
  #isProven = false;

  /** Nothing but a command that works tells that the integration side is well again. */
  get isInDoubt(): boolean {
    return this.#isOpen || this.#isRefused;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isProven(): boolean {
    return this.#isProven;
  }

  /**
   * How many commands may run before it is known what came of those that have ended. Once one has worked, so many that
   * no slot stays empty while the ends of those before are looked into.
   */
  capacity({ maxParallelRepairs }: Pick<Policy, 'maxParallelRepairs'>, now: number): number {
    for (const [id, { endedAt }] of this.#unconfirmed) {
      if (now - endedAt > LONGEST_UNCONFIRMED_MS) this.#unconfirmed.delete(id);
    }
    if (this.isInDoubt) return this.#unconfirmed.size > 0 ? 0 : 1;
    const most = Math.max(OUT_AFTER, this.#isProven ? 2 * maxParallelRepairs : maxParallelRepairs);
    return most - this.#missed.size - this.#unconfirmed.size;
  }

  /** What became of every command is known. */
  get isIdle(): boolean {
    return this.#unconfirmed.size === 0;
  }

  /**
   * How many more commands may come to nothing before it is asked whether Abacos is what it was, which may be denying
   * all that they do.
   */
  get trust(): number {
    return this.isInDoubt ? 0 : Math.max(0, OUT_AFTER - this.#commands);
  }

  /** A command was sent, whether or not it was started. */
  tried(id: OrderId, now: number): void {
    this.#tried.set(id, now);
  }

  /** Which of two orders is to be tried first: the one that was not for longer. */
  turn(one: OrderId, other: OrderId): number {
    return (this.#tried.get(one) ?? 0) - (this.#tried.get(other) ?? 0);
  }

  /** A command has ended; Abacos has not been asked since. */
  ended(id: OrderId, end: CommandEnd): void {
    this.#isRefused = false;
    this.#commands += 1;
    const before = this.#unconfirmed.get(id);
    const startedAt = before?.startedAt ?? end.startedAt;
    this.#unconfirmed.set(id, { ...end, startedAt, commands: (before?.commands ?? 0) + 1 });
  }

  /** An earlier process found it out. */
  recallOut(): void {
    this.#isOpen = true;
  }

  /** The server would not even start the task. */
  refused(): void {
    this.#isRefused = true;
  }

  /** Nothing speaks against the integration side any more. */
  clear(): void {
    this.#missed.clear();
    this.#unconfirmed.clear();
    this.#tried.clear();
    this.#lastWords = undefined;
    this.#commands = 0;
    this.#isOpen = false;
    this.#isRefused = false;
    this.#probes = 0;
  }

  /** A command brought its order in. */
  broughtIn(): void {
    this.clear();
    this.#isProven = true;
  }

  /**
   * Abacos does not have the order although its command has ended. Where the
   * command said that it had failed, this counts at once, and otherwise only when
   * the effect had its time to show. Where Abacos could not be reached meanwhile,
   * it says nothing of the integration side, and costs the order no attempt.
   */
  notBroughtIn(id: OrderId, { now, waitMs, wasDownSince }: Missed): void {
    const unconfirmed = this.#unconfirmed.get(id);
    if (unconfirmed === undefined) return;
    const { commands, endedAt, lastWords, saidNo, startedAt } = unconfirmed;
    if (!saidNo && now - endedAt < waitMs) return;
    this.#unconfirmed.delete(id);
    if (wasDownSince(startedAt)) {
      this.#excused.set(id, commands);
      return;
    }
    this.#missed.set(id, (this.#missed.get(id) ?? 0) + commands);
    this.#lastWords = lastWords ?? this.#lastWords;
  }

  /** How many attempts orders get back because Abacos could not be reached; each is told once. */
  excuse(): Out['attempts'] {
    return takeAll(this.#excused);
  }

  /** Whether it is waited for what a command of the order has done. */
  concerns(id: OrderId): boolean {
    return this.#missed.has(id) || this.#unconfirmed.has(id);
  }

  /** The order fails on its own account, or nobody waits for it any more. */
  forget(id: OrderId): void {
    this.#missed.delete(id);
    this.#unconfirmed.delete(id);
  }

  /** Enough orders were not brought in to speak against the integration side, which was well until now. */
  get isInQuestion(): boolean {
    return !this.#isOpen && this.#missed.size >= OUT_AFTER;
  }

  /** It was not the integration side. @returns how many attempts each order gets back */
  acquit(): Out['attempts'] {
    return takeAll(this.#missed);
  }

  /**
   * Whether it is out by now, and if so, the attempts that say nothing of their
   * orders and are to be given back; each is told once.
   */
  judge({ runningCycleMs }: Pick<Policy, 'runningCycleMs'>): Out | undefined {
    const isNews = this.isInQuestion || (this.#isOpen && this.#missed.size > 0);
    if (!isNews) return undefined;
    const attempts = takeAll(this.#missed);
    if (this.#isOpen) this.#probes += 1;
    this.#isOpen = true;
    const pause = Math.min(LONGEST_PROBE_PAUSE_MS, runningCycleMs * 2 ** Math.min(this.#probes, 30));
    return { attempts, outage: this.#outage(pause) };
  }

  #outage(retryAfterMs: number): Outage {
    const lastWords =
      this.#lastWords === undefined ? 'they ended without an error' : `the last one said: ${this.#lastWords}`;
    return new Outage({
      dependency: 'integration-server',
      reason: `the commands of ${OUT_AFTER} or more different orders in a row did not bring their orders into Abacos; ${lastWords}`,
      hint:
        "mend what the commands say, or see whether the shop's integration is switched on; repairs are held, one order " +
        'at a time is tried, and all go on by themselves once that works',
      retryAfterMs,
    });
  }
}

function takeAll(attempts: Map<OrderId, number>): Out['attempts'] {
  const all = [...attempts];
  attempts.clear();
  return all;
}

export interface Missed {
  /** Monotonic milliseconds. */
  readonly now: number;
  /** How long an effect may take to show. */
  readonly waitMs: number;
  /** Whether Abacos could not be reached at some time since a moment. */
  readonly wasDownSince: (moment: number) => boolean;
}

export interface Out {
  /** How many attempts each order gets back. */
  readonly attempts: readonly (readonly [OrderId, number])[];
  readonly outage: Outage;
}
