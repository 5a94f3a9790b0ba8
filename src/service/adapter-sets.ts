/** The adapters in use, those that a reload has made, and those that commands still run with. */
import type { AdapterSet } from '../adapters/adapters.ts';

export class AdapterSets {
  #current: AdapterSet;
  /** Takes the place of the one in use when the next cycle begins. */
  #next: AdapterSet | undefined;
  readonly #replaced = new Set<AdapterSet>();
  readonly #onFailure: (error: unknown) => void;

  /** @param onFailure told where connections of one that is not in use any more could not be closed */
  constructor(first: AdapterSet, onFailure: (error: unknown) => void) {
    this.#current = first;
    this.#onFailure = onFailure;
  }

  get current(): AdapterSet {
    return this.#current;
  }

  /** A reload has made another one. */
  offer(next: AdapterSet): void {
    if (this.#next !== undefined) this.#putAway(this.#next);
    this.#next = next;
  }

  /** A reload takes effect between two cycles. @returns the one that was in use until now, if another one is from now on */
  advance(): AdapterSet | undefined {
    if (this.#next === undefined) return undefined;
    const old = this.#current;
    this.#replaced.add(old);
    this.#current = this.#next;
    this.#next = undefined;
    return old;
  }

  /** Nothing uses these adapters any more. */
  release(adapters: AdapterSet['adapters']): void {
    for (const adapterSet of this.#replaced) {
      if (adapterSet.adapters !== adapters) continue;
      this.#replaced.delete(adapterSet);
      this.#putAway(adapterSet);
    }
  }

  #putAway(adapterSet: AdapterSet): void {
    adapterSet.close().catch(this.#onFailure);
  }
}
