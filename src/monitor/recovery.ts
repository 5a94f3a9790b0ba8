import type { Dependency } from '../core/outage.ts';
import { hasRepairs, using, type CycleContext } from './context.ts';

/**
 * Tries what counts as down and no order has needed since: those that did are
 * settled by now, or their rows are gone. Otherwise people would be told of an
 * outage that is over until the next order gets into trouble.
 */
export async function tryUnneeded(context: CycleContext): Promise<void> {
  const { erp, policy, progress, server, stop } = context;
  if (isUntried(context, 'abacos')) {
    progress.step('asking Abacos whether it is back', policy.callDeadlineMs);
    await using(context, 'abacos', async () => erp.examine(stop));
  }
  if (server !== undefined && isUntried(context, 'integration-server') && mayTellByConnection(context)) {
    progress.step('connecting to the integration server', policy.connectDeadlineMs);
    await using(context, 'integration-server', async () => server.connect(stop));
  }
}

/** Whatever this cycle has tried has worked, or is left alone for a while now. */
function isUntried({ dependencies, stop }: CycleContext, dependency: Dependency): boolean {
  return !stop.aborted && dependencies.state(dependency).kind === 'down' && dependencies.mayTry(dependency);
}

/** A server whose commands failed is well when one works, as long as there are orders to run one for. */
function mayTellByConnection(context: CycleContext): boolean {
  const { repairHealth } = context;
  if (!repairHealth.isInDoubt) return true;
  if (hasRepairs(context)) return false;
  repairHealth.worked();
  return true;
}
