/** The adapters in use, those that a reload has made, and those that commands still run with. */
import type { Assembly } from '../adapters/adapters.ts';

export class Assemblies {
  #current: Assembly;
  /** Takes the place of the one in use when the next cycle begins. */
  #next: Assembly | undefined;
  readonly #replaced = new Set<Assembly>();
  readonly #onFailure: (error: unknown) => void;

  /** @param onFailure told where connections of one that is not in use any more could not be closed */
  constructor(first: Assembly, onFailure: (error: unknown) => void) {
    this.#current = first;
    this.#onFailure = onFailure;
  }

  get current(): Assembly {
    return this.#current;
  }

  /** A reload has made another one. */
  offer(next: Assembly): void {
    if (this.#next !== undefined) this.#putAway(this.#next);
    this.#next = next;
  }

  /** A reload takes effect between two cycles. @returns the one that was in use until now, if another one is from now on */
  advance(): Assembly | undefined {
    if (this.#next === undefined) return undefined;
    const old = this.#current;
    this.#replaced.add(old);
    this.#current = this.#next;
    this.#next = undefined;
    return old;
  }

  /** Nothing uses this equipment any more. */
  release(equipment: Assembly['equipment']): void {
    for (const assembly of this.#replaced) {
      if (assembly.equipment !== equipment) continue;
      this.#replaced.delete(assembly);
      this.#putAway(assembly);
    }
  }

  #putAway(assembly: Assembly): void {
    assembly.close().catch(this.#onFailure);
  }
}
