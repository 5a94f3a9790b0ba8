/** Which of the other sides work, and when one that is down is tried again. */
import type { Event } from '../core/event.ts';
import type { Dependency, KnownDowntime, Outage } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';
import type { Clock } from './ports.ts';

/** A dependency is up, or down since a moment (milliseconds since 1970) for a reason, or nobody knows yet. */
export type DependencyState =
  | { readonly kind: 'up' }
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'down'; readonly since: number; readonly reason: string; readonly hint: string | undefined };

interface Downtime {
  readonly state: Extract<DependencyState, { kind: 'down' }>;
  readonly sinceMonotonic: number;
  readonly failures: number;
  readonly retryAt: number;
}

/**
 * How long to wait before a dependency that failed `failures` times in a row is
 * tried again: `downtime_wait`, doubling up to `running_cycle`. There is no
 * jitter, because one process talks to one server.
 */
export function retryDelayMs(failures: number, policy: Pick<Policy, 'downtimeWaitMs' | 'runningCycleMs'>): number {
  const limit = Math.max(policy.downtimeWaitMs, policy.runningCycleMs);
  return Math.min(limit, policy.downtimeWaitMs * 2 ** Math.min(failures - 1, 30));
}

export interface DependenciesOptions {
  readonly clock: Clock;
  readonly report: (event: Event) => void;
  /** Goes on as down, so that its end is noticed and said; it may be tried at once. */
  readonly known?: readonly KnownDowntime[];
  /** Told of each time that one worked or failed. */
  readonly observed?: (dependency: Dependency, how: 'worked' | 'failed') => void;
}

/** Keeps the one state of each dependency, and says each change once. */
export class Dependencies {
  readonly #downtimes = new Map<Dependency, Downtime>();
  /** Those that have worked. Repairs are held only for a reason. */
  readonly #worked = new Set<Dependency>(['repairs']);
  readonly #clock: Clock;
  readonly #report: (event: Event) => void;
  readonly #observed: (dependency: Dependency, how: 'worked' | 'failed') => void;

  constructor({ clock, report, known = [], observed = () => undefined }: DependenciesOptions) {
    this.#clock = clock;
    this.#report = report;
    this.#observed = observed;
    const now = clock.monotonic();
    for (const { dependency, since, reason, hint } of known) {
      this.#downtimes.set(dependency, {
        state: { kind: 'down', since, reason, hint },
        sinceMonotonic: now - Math.max(0, clock.now() - since),
        failures: 0,
        retryAt: now,
      });
    }
  }

  state(dependency: Dependency): DependencyState {
    return this.#downtimes.get(dependency)?.state ?? { kind: this.#worked.has(dependency) ? 'up' : 'not-asked' };
  }

  /** Whatever is down may be tried at once: a person asks for it. */
  retryNow(): void {
    const now = this.#clock.monotonic();
    for (const [dependency, downtime] of this.#downtimes)
      this.#downtimes.set(dependency, { ...downtime, retryAt: now });
  }

  /** Whether it is up, or has been left alone long enough to be tried again. */
  mayTry(dependency: Dependency): boolean {
    const downtime = this.#downtimes.get(dependency);
    return downtime === undefined || this.#clock.monotonic() >= downtime.retryAt;
  }

  /**
   * Milliseconds until the first of these that is down may be tried again;
   * `undefined` when none waits for its time. One whose time has come and that
   * nobody had a reason to try keeps no cycle from its pause.
   */
  retryMs(...dependencies: readonly Dependency[]): number | undefined {
    const now = this.#clock.monotonic();
    const waits = dependencies
      .flatMap((dependency) => this.#downtimes.get(dependency) ?? [])
      .map(({ retryAt }) => retryAt - now)
      .filter((ms) => ms > 0);
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  failed(outage: Outage, policy: Policy): void {
    const { dependency, reason, hint, retryAfterMs } = outage;
    this.#observed(dependency, 'failed');
    const earlier = this.#downtimes.get(dependency);
    const failures = (earlier?.failures ?? 0) + 1;
    const now = this.#clock.monotonic();
    this.#downtimes.set(dependency, {
      state: { kind: 'down', since: earlier?.state.since ?? this.#clock.now(), reason, hint },
      sinceMonotonic: earlier?.sinceMonotonic ?? now,
      failures,
      retryAt: now + Math.max(retryDelayMs(failures, policy), retryAfterMs),
    });
    // A reason that changes while it is down is worth a line; the same one again is not.
    if (earlier?.state.reason !== reason) this.#report({ kind: 'down', dependency, reason, hint });
  }

  worked(dependency: Dependency): void {
    this.#observed(dependency, 'worked');
    this.#worked.add(dependency);
    const downtime = this.#downtimes.get(dependency);
    if (downtime === undefined) return;
    this.#downtimes.delete(dependency);
    this.#report({ kind: 'up', dependency, downMs: this.#clock.monotonic() - downtime.sinceMonotonic });
  }
}
