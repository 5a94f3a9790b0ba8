/** What the steps work with that judge orders, repair them, or look what came of it. */
import type { CycleContext } from './context.ts';
import type { Election } from './ports.ts';
import type { RepairGate } from './repair-gate.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';

export interface RepairContext extends CycleContext {
  /** Asked before each command: another monitor may work by now. */
  readonly election: Election;
  readonly gate: RepairGate;
  readonly breaker: CircuitBreaker;
}
