/** The life of one process in the model, which can die or stand still before and after anything that it does. */
import type { VirtualClock } from '../../monitor/harness.ts';

export interface LifeOptions {
  readonly clock: VirtualClock;
  /** Told once, when it has died of {@link Life.dieAfter}. */
  readonly died: () => void;
}

/**
 * Everything that the process asks of the world goes {@link through} here. What
 * a dead process waits for never comes, so that nothing that it might have done
 * next has any effect.
 */
export class Life {
  readonly stop = new AbortController();
  readonly abandon = new AbortController();
  readonly #clock: VirtualClock;
  readonly #died: () => void;
  #dead = false;
  #points = 0;
  #diesAt = Infinity;
  #freezesAt = Infinity;
  #freezeMs = 0;
  #frozenUntil = -Infinity;

  constructor({ clock, died }: LifeOptions) {
    this.#clock = clock;
    this.#died = died;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Until when it stands still, if it does or did: monotonic milliseconds. */
  get frozenUntil(): number {
    return this.#frozenUntil;
  }

  /** It dies at the so-manieth await point from now. */
  dieAfter(points: number): void {
    this.#diesAt = Math.min(this.#diesAt, this.#points + points);
  }

  freezeAfter(points: number, ms: number): void {
    this.#freezesAt = this.#points + points;
    this.#freezeMs = ms;
  }

  /** Nothing that was to come comes any more. */
  spare(): void {
    this.#diesAt = Infinity;
    this.#freezesAt = Infinity;
  }

  /** It is over, without anybody being told. */
  end(): void {
    this.#dead = true;
  }

  /** Does one thing with the world, with an await point before and one after it, whichever way it ends. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    await this.#point();
    try {
      return await work();
    } finally {
      await this.#point();
    }
  }

  async #point(): Promise<void> {
    if (!this.#dead) {
      this.#points += 1;
      if (this.#points > this.#diesAt) {
        this.#dead = true;
        this.#died();
      } else if (this.#points > this.#freezesAt) {
        this.#freezesAt = Infinity;
        this.#frozenUntil = this.#clock.monotonic() + this.#freezeMs;
      }
      const left = this.#frozenUntil - this.#clock.monotonic();
      if (left > 0) await this.#clock.wait(left, new AbortController().signal);
    }
    // It may have died while it stood still.
    if (this.#dead) await new Promise<never>(() => undefined);
  }
}
