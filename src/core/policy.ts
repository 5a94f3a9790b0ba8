/** The part of the configuration that core and monitor decide by. */
import type { PaymentPolicy } from './payments.ts';

/** What is looked for in a text. */
export interface Pattern {
  test(text: string): boolean;
}

/** The numbers that decisions depend on. All durations are in milliseconds. */
export interface Policy {
  /** An order is integrated at most this many times. */
  readonly maxAttempts: number;
  /** How many new, due, late and watched orders one cycle takes, each. */
  readonly pageSize: number;
  /** With so many orders open, or watched and seen paid, the head waits: none is forgotten, and the memory is bounded. */
  readonly maxOpenOrders: number;
  /** How many orders of a rewind one cycle takes, unless the rewind says otherwise. */
  readonly rewindRate: number;
  readonly runningCycleMs: number;
  readonly downtimeWaitMs: number;
  /**
   * How long the shop itself has to send an order. One that is younger is not asked about; and only time in which
   * Abacos was seen up counts before a command is run for it (`core/uptime.ts`).
   */
  readonly settleMs: number;
  /** How far back, by this monitor's own passing, rows are looked for that showed up late. */
  readonly lateWindowMs: number;
  readonly recheckGivenUpMs: number;
  readonly payments: PaymentPolicy;
  /**
   * How long after a command has ended its order is left alone: Abacos may not show the effect at once. Another command
   * waits several times as long while the effect of the one before is in doubt (`core/effects.ts`).
   */
  readonly repairWaitMs: number;
  readonly maxNumbersPerCall: number;
  readonly maxParallelCalls: number;
  readonly maxParallelRepairs: number;
  /** Patterns over a command's output that say that trying again is no use. */
  readonly permanentErrors: readonly Pattern[];
  /** Past these a step of the loop counts as hung. They lie above the deadlines of the calls themselves. */
  readonly shopDeadlineMs: number;
  readonly connectDeadlineMs: number;
  readonly commandDeadlineMs: number;
  /** For one call to Abacos; a step may hold many. */
  readonly callDeadlineMs: number;
}
