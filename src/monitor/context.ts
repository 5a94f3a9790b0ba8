/** What the steps of a cycle work with, whichever they are. It names no component of the monitor that works with it. */
import type { Event } from '../core/event.ts';
import { awaitsRepair } from '../core/next.ts';
import type { OrderId } from '../core/order.ts';
import { Outage, type Dependency } from '../core/outage.ts';
import type { Policy } from '../core/policy.ts';
import type { RetrySchedule } from './retry-schedule.ts';
import type { Asker } from './asking.ts';
import type { Dependencies } from './dependencies.ts';
import type { Checkpoint, Clock, Erp, IntegrationServer, Orders, Progress } from './ports.ts';
import type { Recorder } from './recorder.ts';

/** What a reload may exchange between two cycles. */
export interface Adapters {
  readonly orders: Orders;
  readonly erp: Erp;
  /** Left out in a dry run: then nothing can be repaired, whatever else is wrong. */
  readonly server?: IntegrationServer;
  readonly policy: Policy;
}

export interface Signals {
  /** Nothing new is begun any more. */
  readonly stop: AbortSignal;
  /** Commands that still run are no longer waited for. */
  readonly abandon: AbortSignal;
}

/** What nearly every step of a cycle works with. What one needs besides is handed to it by name. */
export interface CycleContext extends Adapters, Signals {
  readonly checkpoint: Checkpoint;
  readonly recorder: Recorder;
  readonly schedule: RetrySchedule;
  readonly asker: Asker;
  readonly dependencies: Dependencies;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly report: (event: Event) => void;
}

const DAY_MS = 86_400_000;

/**
 * Open orders up to this id were passed more than a day ago: whether they were
 * retried or found by a rewind, those of the day come first. It is told from
 * the checkpoint, so that a restart changes nothing about it.
 */
export function oldThrough({ checkpoint, clock }: Pick<CycleContext, 'checkpoint' | 'clock'>): OrderId {
  return checkpoint.ledger.passedBefore(clock.now() - DAY_MS);
}

/** For how many open orders commands are to be run, now or later. */
export function countRepairs({ checkpoint, policy }: Pick<CycleContext, 'checkpoint' | 'policy'>): number {
  let count = 0;
  for (const record of checkpoint.ledger.open.values()) if (awaitsRepair(record, policy.maxAttempts)) count += 1;
  return count;
}

/**
 * Does one thing with a dependency. An outage is noted, said once, and gives
 * `undefined`; so does whatever a stop interrupts. Any other error is a bug or
 * the checkpoint's, and ends the process.
 */
export async function using<T>(
  context: Pick<CycleContext, 'dependencies' | 'policy' | 'stop'>,
  dependency: Dependency,
  action: () => Promise<T>,
): Promise<T | undefined> {
  try {
    const result = await action();
    context.dependencies.worked(dependency);
    return result;
  } catch (error) {
    if (error instanceof Outage) {
      if (!context.stop.aborted) context.dependencies.failed(error, context.policy);
      return undefined;
    }
    if (context.stop.aborted && context.stop.reason === error) return undefined;
    throw error;
  }
}
