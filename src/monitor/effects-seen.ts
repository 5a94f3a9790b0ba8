/** What Abacos' answers say of the commands that were run, and of what the shop sends by itself. */
import type { OrderName } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import type { CycleContext } from './context.ts';

type Seeing = Pick<CycleContext, 'clock' | 'dependencies' | 'gate' | 'policy' | 'recorder' | 'repairHealth' | 'report'>;

/** The effect of an order's commands shows, if it had any. */
export function noteShown({ clock, gate, policy, report }: Seeing, name: OrderName): void {
  const task = gate.effects.pending.get(name.orderId)?.task;
  const lagMs = gate.effects.show(name.orderId, clock.monotonic(), policy);
  if (task !== undefined && lagMs !== undefined) report({ kind: 'lag-learned', ...name, task, lagMs });
}

/** A command has brought its order in, so the integration side works. */
export function noteBroughtIn({ dependencies, repairHealth }: Seeing): void {
  repairHealth.broughtIn();
  dependencies.worked('integration-server');
}

/** An order still lacks what its command was to bring. */
export function noteNotBroughtIn(
  { clock, gate, policy, repairHealth }: Seeing,
  orderId: OrderId,
  command: { readonly saidNo: boolean; readonly lastWords: string | undefined },
): void {
  gate.effects.deny(orderId);
  repairHealth.notBroughtIn(orderId, { ...command, now: clock.monotonic(), waitMs: policy.repairWaitMs });
}

/**
 * An open order was found in another state than the one on record: a command
 * did it, or, where none was run, the shop itself.
 */
export function noteTurnedUp(context: Seeing, name: OrderName, previous: OrderRecord): void {
  const { gate, repairHealth } = context;
  const wasCommanded = gate.effects.pending.has(name.orderId) || repairHealth.concerns(name.orderId);
  noteShown(context, name);
  if (wasCommanded) noteBroughtIn(context);
  else if (previous.verdict.reason === 'NOT_FOUND' && previous.attempts === 0) gate.turnedUp();
}

/**
 * Declares the integration side out when so many orders in a row were not
 * brought in. That is no order's fault: each gets its attempts back.
 */
export async function judgeHealth({ dependencies, policy, recorder, repairHealth }: Seeing): Promise<void> {
  const out = repairHealth.judge(policy);
  if (out === undefined) return;
  await recorder.change(({ open }) => ({
    findings: out.attempts.flatMap(([orderId, commands]) => {
      const current = open.get(orderId);
      if (current === undefined || current.attempts > policy.maxAttempts) return [];
      return [{ orderId, verdict: current.verdict, attempts: Math.max(0, current.attempts - commands) }];
    }),
  }));
  dependencies.failed(out.outage, policy);
}
