/** What goes wrong with the calls of one host: single calls, counted, and outages, which last. */
import type { Dependency } from '../../../src/core/outage.ts';
import type { Call, Strike } from './script.ts';

type StrikeOn<C extends Call> = Extract<Strike, { call: C }>;

interface Armed {
  readonly strike: Strike;
  /** How many calls of its kind come before it. */
  after: number;
  times: number;
}

/** Each call asks once. */
export class Faults {
  readonly #armed: Armed[] = [];
  readonly #outages = new Map<Dependency, 'refused' | 'hung'>();

  arm(strike: Strike, { after, times }: { after: number; times: number }): void {
    this.#armed.push({ strike, after, times });
  }

  beginOutage(of: Dependency, how: 'refused' | 'hung'): void {
    this.#outages.set(of, how);
  }

  endOutage(of: Dependency): void {
    this.#outages.delete(of);
  }

  clear(): void {
    this.#armed.length = 0;
    this.#outages.clear();
  }

  ofShop(): StrikeOn<'shop'>['how'] | undefined {
    return this.#outages.get('shop') ?? this.#next((strike) => strike.call === 'shop');
  }

  ofConnect(): StrikeOn<'connect'>['how'] | undefined {
    return this.#outages.get('integration-server') ?? this.#next((strike) => strike.call === 'connect');
  }

  ofAbacos(): StrikeOn<'abacos'>['how'] | undefined {
    return this.#outages.get('abacos') ?? this.#next((strike) => strike.call === 'abacos');
  }

  ofRun(): StrikeOn<'run'>['how'] | undefined {
    return this.#outages.has('integration-server') ? 'lost' : this.#next((strike) => strike.call === 'run');
  }

  ofDisk(): StrikeOn<'disk'>['how'] | undefined {
    return this.#next((strike) => strike.call === 'disk');
  }

  #next<S extends Strike>(isOf: (strike: Strike) => strike is S): S['how'] | undefined {
    let struck: S['how'] | undefined;
    for (const armed of this.#armed) {
      const { strike } = armed;
      if (!isOf(strike) || armed.times === 0) continue;
      if (armed.after > 0) armed.after -= 1;
      else if (struck === undefined) {
        armed.times -= 1;
        struck = strike.how;
      }
    }
    return struck;
  }
}
