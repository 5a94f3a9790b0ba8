import type { Dependency } from '../../../src/core/outage.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Witness } from './witness.ts';

/** A process on a host, as the stand-ins know it that it asks. */
export interface Colleague {
  readonly life: Life;
  readonly faults: Faults;
  readonly witness: Witness;
  /** Virtual time passes, or the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  note(dependency: Dependency, what: 'worked' | 'failed'): void;
}
