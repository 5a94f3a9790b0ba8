/** Decides whether this monitor is active: takes, renews and gives up the leader lock or lease beside the loop. */
import { Outage } from '../../core/outage.ts';
import type { Role } from '../../core/role.ts';
import { TERM_MS, type LeaderLock } from './leader-lock.ts';

/** Time as it is told by the monitor's own clock. */
export interface ElectionClock {
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Resolves after `delayMs`, or at once when the signal is aborted. Never rejects. */
  wait(delayMs: number, signal: AbortSignal): Promise<void>;
}

export interface ElectionOptions {
  readonly clock: ElectionClock;
  /** Makes the leader lock; asked again after {@link Election.renew}. `undefined`: nobody else can be there. */
  readonly lock: () => LeaderLock | undefined;
  /** Told of each change, the first role included. Must not throw. */
  readonly changed: (role: Role) => void;
}

/**
 * How often the active monitor shows that it is there, and how often one that
 * stands by looks whether the part is free. A sign of life may arrive though
 * its answer does not, so both of them and the term are what a change takes at
 * the most: less than 20 seconds.
 */
const SIGN_OF_LIFE_MS = 3000;
const LOOK_MS = 1000;
/** What this host believes without having heard from the database: less than the term, so that it stops first. */
const TRUST_MS = TERM_MS - 3000;

/**
 * Takes part in the election, for as long as the process lives, aside from the
 * monitor's loop. Who *works* is elected here; that no command runs twice does
 * not hang on it, but on the lock of each order on the integration server.
 */
export class Election {
  readonly #options: ElectionOptions;
  readonly #stop = new AbortController();
  readonly #known: Promise<void>;
  readonly #running: Promise<void>;
  #renewal = new AbortController();
  #role: Role | undefined;
  #trustedUntil = -Infinity;

  constructor(options: ElectionOptions) {
    this.#options = options;
    let known: () => void = () => undefined;
    this.#known = new Promise((resolve) => (known = resolve));
    this.#running = this.#run(known);
  }

  /** Whether this monitor may act, now. Without I/O, and never after the database may have given the part away. */
  leads(): boolean {
    return this.#role?.kind === 'active' && this.#options.clock.monotonic() < this.#trustedUntil;
  }

  /** `undefined` until the first try has ended. */
  get role(): Role | undefined {
    return this.#role;
  }

  /** Resolves once it is known for the first time how this monitor stands. */
  async known(): Promise<void> {
    await this.#known;
  }

  /** Begins anew, with the lock that the configuration asks for now. */
  renew(): void {
    this.#renewal.abort();
  }

  /** Leaves the part to others. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#renewal.abort();
    await this.#running;
  }

  async #run(known: () => void): Promise<void> {
    // Whoever makes this is told of changes only once it is made.
    await Promise.resolve();
    while (!this.#stop.signal.aborted) {
      this.#renewal = new AbortController();
      const lock = this.#options.lock();
      try {
        if (lock === undefined) await this.#alone(known, this.#renewal.signal);
        else await this.#takePart(lock, known, this.#renewal.signal);
      } finally {
        this.#trustedUntil = -Infinity;
        await lock?.close();
      }
    }
    known();
  }

  async #alone(known: () => void, over: AbortSignal): Promise<void> {
    this.#trustedUntil = Infinity;
    this.#become({ kind: 'active' });
    known();
    while (!over.aborted) await this.#options.clock.wait(SIGN_OF_LIFE_MS * 1000, over);
  }

  async #takePart(lock: LeaderLock, known: () => void, over: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    let holding = false;
    while (!over.aborted) {
      const beganAt = clock.monotonic();
      try {
        const { won, leader } = await lock.claim(holding, over);
        if (isOver(over)) return;
        holding = won;
        if (won) this.#trustedUntil = beganAt + TRUST_MS;
        this.#become(won ? { kind: 'active' } : { kind: 'standby', leader });
      } catch (error) {
        if (isOver(over)) return;
        if (!(error instanceof Outage)) throw error;
        holding = false;
        this.#become({ kind: 'unknown', outage: error });
      }
      known();
      await clock.wait(holding ? SIGN_OF_LIFE_MS : LOOK_MS, over);
    }
  }

  #become(role: Role): void {
    const before = this.#role;
    this.#role = role;
    if (before === undefined || !isSame(before, role)) this.#options.changed(role);
  }
}

/** A function, because the compiler does not see that it may have changed during a wait. */
function isOver({ aborted }: AbortSignal): boolean {
  return aborted;
}

function isSame(one: Role, other: Role): boolean {
  if (one.kind === 'standby' && other.kind === 'standby') return one.leader === other.leader;
  if (one.kind === 'unknown' && other.kind === 'unknown') return one.outage.reason === other.outage.reason;
  return one.kind === other.kind;
}
