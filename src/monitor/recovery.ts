import { Outage, type Dependency } from '../core/outage.ts';
import { knownGood } from './answers.ts';
import { countRepairs, using, type CycleContext } from './context.ts';
import type { Clock } from './ports.ts';

/**
 * Tries what counts as down and no order has needed since: those that did are
 * settled by now, or their rows are gone. Otherwise people would be told of an
 * outage that is over until the next order gets into trouble. What was never
 * tried is tried once, so that nobody takes it for well until then. And Abacos is asked
 * whether it is up where no order gave a reason to: see {@link watchAbacos}.
 */
export async function tryUnneeded(context: CycleContext): Promise<void> {
  const { policy, progress, server, stop } = context;
  if (isUntried(context, 'abacos') || (!stop.aborted && !isWatched(context))) {
    progress.step('asking Abacos whether it is up', policy.callDeadlineMs);
    await lookForAbacos(context, stop);
  }
  if (server !== undefined && isUntried(context, 'integration-server') && mayTellByConnection(context)) {
    progress.step('connecting to the integration server', policy.connectDeadlineMs);
    await using(context, 'integration-server', async () => server.connect(stop));
  }
}

/** Whatever this cycle has tried has worked, or is left alone for a while now. */
function isUntried({ dependencies, stop }: CycleContext, dependency: Dependency): boolean {
  return !stop.aborted && dependencies.state(dependency).kind !== 'up' && dependencies.mayTry(dependency);
}

/** A server whose commands failed is well when one works, as long as there are orders to run one for. */
function mayTellByConnection(context: CycleContext): boolean {
  const { repairHealth } = context;
  if (!repairHealth.isInDoubt) return true;
  if (countRepairs(context) > 0) return false;
  repairHealth.clear();
  return true;
}

/** How often it is looked whether there is something to watch yet. */
const EARLY_LOOK_MS = 1000;

export interface WatchOptions {
  /** What the cycles work with at the moment; `undefined` before the first one. */
  readonly context: () => CycleContext | undefined;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Asks Abacos whether it is up whenever nobody has asked it anything for a
 * running cycle, also while a cycle waits for commands and while another monitor
 * works: only time in which it was seen up is the shop's own time to send an order.
 */
export async function watchAbacos({ clock, context, signal }: WatchOptions): Promise<void> {
  for (;;) {
    await clock.wait(context()?.policy.runningCycleMs ?? EARLY_LOOK_MS, signal);
    if (signal.aborted) return;
    const current = context();
    if (current !== undefined && !isWatched(current)) await lookForAbacos(current, signal);
  }
}

/** It was asked within a running cycle, or is down: then each cycle tries it. */
function isWatched({ dependencies, gate, policy }: CycleContext): boolean {
  return dependencies.state('abacos').kind === 'down' || gate.sawAbacosLately(policy.runningCycleMs);
}

/** Whether Abacos answers. The monitor that stands by tells nobody of it, and knows when it was up if it has to take over. */
async function lookForAbacos(context: CycleContext, signal: AbortSignal): Promise<void> {
  const { dependencies, election, gate, policy } = context;
  const outage = await outageOfAbacos(context, signal);
  if (signal.aborted) return;
  if (!election.leads()) gate.observed(outage === undefined ? 'worked' : 'failed');
  else if (outage === undefined) dependencies.worked('abacos');
  else dependencies.failed(outage, policy);
}

/** By a question about no order; and, should just that one be what it stumbles over, by known ones. */
async function outageOfAbacos(context: CycleContext, signal: AbortSignal): Promise<Outage | undefined> {
  try {
    await context.erp.examine(signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof Outage)) throw error;
    const known = signal.aborted ? [] : ((await knownGood(context)) ?? []);
    for (const number of known) {
      const isAnswered = await context.erp.call([number], signal).then(
        () => true,
        (failure: unknown) => {
          if (failure instanceof Outage) return false;
          throw failure;
        },
      );
      if (isAnswered) return undefined;
    }
    return error;
  }
}
