/** What the model's shop, Abacos and server know of the process that asks them, so that faults can hit one host. */
import type { Dependency } from '../../../src/core/outage.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Witness } from './witness.ts';

/** A process on a host. */
export interface Caller {
  readonly life: Life;
  readonly faults: Faults;
  readonly witness: Witness;
  /** Virtual time passes, or the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  note(dependency: Dependency, what: 'worked' | 'failed'): void;
}
