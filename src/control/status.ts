import type { CycleReport } from '../core/event.ts';
import type { Dependency } from '../core/outage.ts';

/** How a running order-monit is, as `order-monit status --json` prints it. Times are ISO 8601 in UTC. */
export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly dryRun: boolean;
  /** The id of the last order taken. */
  readonly head: number;
  readonly failing: number;
  readonly givenUp: number;
  /** When the oldest order that is not settled was first found failing. */
  readonly oldestOpenSince?: string;
  readonly dependencies: Readonly<Record<Dependency, DependencyStatus>>;
  readonly lastCycle?: CycleReport & { readonly endedAt: string };
  readonly backlog?: { readonly ordersLeft: number; readonly ordersPerMinute: number; readonly timeLeftMs: number };
}

export type DependencyStatus =
  | { readonly state: 'up' }
  | { readonly state: 'down'; readonly since: string; readonly reason: string; readonly hint?: string };

/** What became of one order of a retry. */
export interface RetryResult {
  readonly orderId: number;
  readonly accepted: boolean;
}
