/** Looks whether what is down is up again, where no order needs it. */
import { Outage, type Dependency } from '../core/outage.ts';
import { knownGood } from './answers.ts';
import { countRepairs, using, type CycleContext } from './context.ts';
import type { RepairContext } from './repair-context.ts';
import type { Repairs } from './repairs.ts';

/**
 * Tries what counts as down and no order has needed since: those that did are
 * settled by now, or their rows are gone. Otherwise people would be told of an
 * outage that is over until the next order gets into trouble. What was never
 * tried is tried once, so that nobody takes it for well until then.
 */
export async function tryUnneeded(context: RepairContext, repairs: Pick<Repairs, 'areUnderWay'>): Promise<void> {
  const { policy, progress, server, stop } = context;
  if (isUntried(context, 'abacos')) await lookForAbacos(context);
  else await watchAbacos(context);
  const isLeft = !repairs.areUnderWay && isUntried(context, 'integration-server');
  if (server !== undefined && isLeft && mayTellByConnection(context)) {
    progress.step('connecting to the integration server', policy.connectDeadlineMs);
    await using(context, 'integration-server', async () => server.connect(stop));
  }
}

/** Whatever this cycle has tried has worked, or is left alone for a while now. */
function isUntried({ dependencies, stop }: CycleContext, dependency: Dependency): boolean {
  return !stop.aborted && dependencies.state(dependency).kind !== 'up' && dependencies.mayTry(dependency);
}

/** A server whose commands failed is well when one works, as long as there are orders to run one for. */
function mayTellByConnection(context: RepairContext): boolean {
  const { breaker } = context;
  if (!breaker.isInDoubt) return true;
  if (countRepairs(context) > 0) return false;
  breaker.clear();
  return true;
}

/**
 * Asks Abacos whether it is up where nobody has asked it anything for a running cycle, also while another monitor
 * works: only time in which it was seen up is the shop's own time to send an order. One that is down is tried by each cycle.
 */
export async function watchAbacos(context: RepairContext): Promise<void> {
  const { dependencies, gate, policy, stop } = context;
  const isWatched = dependencies.state('abacos').kind === 'down' || gate.sawAbacosLately(policy.runningCycleMs);
  if (!isWatched && !stop.aborted) await lookForAbacos(context);
}

/** Whether Abacos answers. The monitor that stands by tells nobody of it, and knows when it was up if it has to take over. */
async function lookForAbacos(context: RepairContext): Promise<void> {
  const { dependencies, election, gate, policy, progress, stop } = context;
  progress.step('asking Abacos whether it is up', policy.callDeadlineMs);
  const outage = await outageOfAbacos(context);
  if (stop.aborted) return;
  if (!election.leads()) gate.observed(outage === undefined ? 'worked' : 'failed');
  else if (outage === undefined) dependencies.worked('abacos');
  else dependencies.failed(outage, policy);
}

/** By a question about no order; and, should just that one be what it stumbles over, by known ones. */
async function outageOfAbacos(context: CycleContext): Promise<Outage | undefined> {
  const { stop } = context;
  try {
    await context.erp.check(stop);
    return undefined;
  } catch (error) {
    if (!(error instanceof Outage)) throw error;
    const known = stop.aborted ? [] : ((await knownGood(context)) ?? []);
    for (const number of known) {
      const isAnswered = await context.erp.call([number], stop).then(
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
