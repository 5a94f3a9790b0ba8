/** What Abacos' answers say of the commands that were run, and of what the shop sends by itself. */
import type { OrderName } from '../core/event.ts';
import { isGivenUp } from '../core/next.ts';
import type { OrderId } from '../core/order.ts';
import { isDismissed, type OrderRecord } from '../core/record.ts';
import { OURSELVES } from '../core/rewind.ts';
import type { RepairContext } from './repair-context.ts';
import type { Out } from './circuit-breaker.ts';

type Seeing = Pick<RepairContext, 'clock' | 'dependencies' | 'gate' | 'policy' | 'breaker' | 'report'>;

/** The effect of an order's commands shows, if it had any. */
export function noteShown({ clock, gate, policy, report }: Seeing, name: OrderName): void {
  const task = gate.effects.pending.get(name.orderId)?.task;
  const lagMs = gate.effects.show(name.orderId, clock.monotonic(), policy);
  if (task === undefined || lagMs === undefined) return;
  gate.lagLearned();
  report({ kind: 'lag-learned', ...name, task, lagMs });
}

/** A command has brought its order in, so the integration side works. */
export function noteBroughtIn({ dependencies, breaker }: Seeing): void {
  breaker.broughtIn();
  dependencies.worked('integration-server');
}

/** An order lacks what its command was to bring. While Abacos denies what it had, that says nothing of the server. */
export function noteNotBroughtIn({ clock, dependencies, gate, policy, breaker }: Seeing, orderId: OrderId): void {
  gate.effects.deny(orderId);
  if (dependencies.state('repairs').kind === 'down') return;
  breaker.notBroughtIn(orderId, {
    now: clock.monotonic(),
    waitMs: policy.repairWaitMs,
    wasDownSince: (moment) => gate.uptime.hasFailedSince(moment),
  });
}

/**
 * An open order was found in another state than the one on record: a command
 * did it, or, where none was run, the shop itself.
 */
export function noteTurnedUp(context: Seeing, name: OrderName, previous: OrderRecord): void {
  const { gate, breaker } = context;
  const wasCommanded = gate.effects.pending.has(name.orderId) || breaker.concerns(name.orderId);
  noteShown(context, name);
  if (wasCommanded) noteBroughtIn(context);
  else if (previous.verdict.reason === 'NOT_FOUND' && previous.attempts === 0) gate.turnedUp();
}

/**
 * Declares the integration side out when so many orders in a row were not
 * brought in, unless Abacos itself is not what it was. That is no order's fault:
 * each gets its attempts back, also those that were given up on the way.
 */
export async function judgeHealth(context: RepairContext): Promise<void> {
  const { dependencies, gate, policy, breaker } = context;
  await giveBack(context, breaker.excuse());
  if (breaker.isInQuestion) {
    const proof = await gate.proof(context);
    // Whose fault it is can be told once the witnesses can be asked.
    if (proof === 'unanswered') return;
    if (proof === 'denied') {
      await giveBack(context, breaker.acquit());
      return;
    }
  }
  const out = breaker.judge(policy);
  if (out === undefined) return;
  await giveBack(context, out.attempts);
  dependencies.failed(out.outage, policy);
}

async function giveBack({ policy, recorder, report }: RepairContext, attempts: Out['attempts']): Promise<void> {
  if (attempts.length === 0) return;
  const { maxAttempts } = policy;
  const { givenUp, records } = await recorder.change(({ open }) => {
    const held = attempts.flatMap(([id, commands]) => {
      const current = open.get(id);
      return current === undefined || isDismissed(current) ? [] : [{ current, commands }];
    });
    return {
      givenUp: new Set(held.flatMap(({ current }) => (isGivenUp(current, maxAttempts) ? [current.orderId] : []))),
      changes: held.map(({ current: { attempts: counted, orderId, verdict }, commands }) => ({
        orderId,
        verdict,
        // One that was given up has all of them again, and its commands in doubt are remembered (`core/effects.ts`).
        attempts: counted > maxAttempts ? 0 : Math.max(0, counted - commands),
      })),
    };
  });
  for (const record of records) {
    const { orderId } = record;
    if (givenUp.has(orderId)) report({ kind: 'retry', orderId, orderNumber: null, record, by: OURSELVES });
  }
}
