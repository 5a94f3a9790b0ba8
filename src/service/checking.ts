/** Whether everything was checked lately: nobody may say that all is well where nobody has looked. */
import type { Status } from '../control/status.ts';
import { isBlind } from '../core/blind.ts';
import type { Event } from '../core/event.ts';
import type { Role } from '../core/role.ts';
import type { Step } from '../systemd/heartbeat.ts';

export interface CheckingOptions {
  /** `undefined` until it is known. */
  readonly role: () => Role | undefined;
  readonly runningCycleMs: () => number;
  /** What the loop is at. */
  readonly step: () => Pick<Step, 'name' | 'startedMs'> | undefined;
  /** Milliseconds since 1970, which are shown. */
  readonly now: () => number;
  /** Milliseconds that never go back, by which ages are told. */
  readonly monotonic: () => number;
}

export type Checking = NonNullable<Status['checking']>;

/** The status that a service gives of itself, with all that this version knows. */
export type OwnStatus = Status & { readonly checking: Checking };

interface Moment {
  readonly at: number;
  readonly monotonic: number;
}

/** Knows when the last whole cycle ended, of those since the start or since another monitor was the active one. */
export class CheckingWatch {
  readonly #options: CheckingOptions;
  #begun: Moment;
  #lastWhole: Moment | undefined;
  #stoodBy = false;

  constructor(options: CheckingOptions) {
    this.#options = options;
    this.#begun = this.#moment();
  }

  take(event: Event): void {
    if (event.kind === 'cycle' && event.report.whole) this.#lastWhole = this.#moment();
    if (event.kind !== 'standing') return;
    if (this.#stoodBy) this.#begun = this.#moment();
    this.#stoodBy = event.standing.kind === 'standby';
    // What this one has seen is old news as soon as another one works.
    if (this.#stoodBy) this.#lastWhole = undefined;
  }

  /** How it is at this moment. */
  checking(): Checking {
    const { monotonic, runningCycleMs, role, step } = this.#options;
    const from = this.#lastWhole ?? this.#begun;
    const now = monotonic();
    const ageMs = Math.round(now - from.monotonic);
    const told = {
      since: new Date(from.at).toISOString(),
      ageMs,
      ...(this.#lastWhole === undefined ? {} : { lastWholeCycleAt: new Date(from.at).toISOString() }),
    };
    if (role()?.kind === 'standby') return { state: 'standby', ...told };
    if (!isBlind(ageMs, runningCycleMs())) {
      return { state: this.#lastWhole === undefined ? 'not-yet' : 'current', ...told };
    }
    const at = step();
    const doing = at === undefined ? {} : { step: { name: at.name, ms: Math.round(now - at.startedMs) } };
    return { state: 'blind', ...told, ...doing };
  }

  #moment(): Moment {
    return { at: this.#options.now(), monotonic: this.#options.monotonic() };
  }
}
