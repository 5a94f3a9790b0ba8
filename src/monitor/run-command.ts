/** One command for one order: counted before it starts, remembered until its effect shows, judged by its end. */
import { lastWords, type CommandOutcome } from '../core/command.ts';
import { isInDoubt } from '../core/effects.ts';
import { taskFor } from '../core/next.ts';
import { Outage } from '../core/outage.ts';
import { isDismissed } from '../core/record.ts';
import type { Ended, Job } from './job.ts';
import type { RepairContext } from './repair-context.ts';

/**
 * Counts an attempt durably before its command starts, so that no crash can
 * make an order's commands more than its attempts; or takes it back when
 * nothing was started. `false` when the order does not need the command any more.
 *
 * @throws whatever the checkpoint throws
 */
export async function countAttempt({ recorder }: RepairContext, job: Job, change: 1 | -1): Promise<boolean> {
  const { records } = await recorder.change((ledger) => {
    const current = ledger.open.get(job.orderId);
    // Whoever was dismissed meanwhile has used up all attempts.
    if (current === undefined || isDismissed(current)) return { changes: [] };
    if (change === 1 && taskFor(current.verdict) !== job.task) return { changes: [] };
    const attempts = Math.max(0, current.attempts + change);
    return { changes: [{ orderId: job.orderId, verdict: current.verdict, attempts }] };
  });
  return records.length > 0;
}

/**
 * Runs a command whose attempt is counted, and waits for its end.
 *
 * @param giveUp aborted, the end is no longer waited for; the command itself runs on
 * @returns the end of a command that ran; `refused` where the server would not start any
 */
export async function runCommand(
  context: RepairContext,
  job: Job,
  giveUp: AbortSignal,
): Promise<Ended | 'refused' | undefined> {
  const { checkpoint, clock, gate, policy, progress, report, server } = context;
  if (server === undefined) return undefined;
  const { orderId, number, task } = job;
  const name = { orderId, orderNumber: number };
  const attempt = checkpoint.ledger.open.get(orderId)?.attempts ?? 0;
  const waitMs = waitOnServer(context, job, attempt);
  // On the disk first: whoever is killed from here on must not take a command that it never saw the end of for none.
  gate.effects.begin(orderId, task, clock.monotonic());
  await gate.keep({ now: true });
  const strand = progress.beside();
  strand.step(`running ${task} for order ${number}`, policy.commandDeadlineMs);
  report({ kind: 'command-started', ...name, task, attempt });
  const outcome = await server.run({ task, number, waitMs }, giveUp);
  strand.end();
  report({ kind: 'command-ended', ...name, task, outcome });
  return conclude(context, job, outcome);
}

/**
 * How long before a command no other one for its order may have ended on the server. One that this monitor knows
 * nothing of, because another monitor ran it, may have left its effect in doubt.
 */
function waitOnServer({ gate, policy }: RepairContext, { orderId, task }: Job, attempt: number): number {
  const { effects } = gate;
  const inDoubt = effects.pending.get(orderId)?.commands ?? 0;
  // A command of our own that left nothing in doubt was counted before this one.
  return effects.waitMs(task, inDoubt === 0 && attempt > 1 ? 0 : Math.max(1, inDoubt), policy);
}

async function conclude(
  context: RepairContext,
  job: Job,
  outcome: CommandOutcome,
): Promise<Ended | 'refused' | undefined> {
  const { schedule, clock, dependencies, policy, breaker } = context;
  breaker.tried(job.orderId, clock.monotonic());
  noteEffect(context, job, outcome);
  switch (outcome.kind) {
    case 'exited':
    case 'killed':
      if (outcome.kind === 'exited' && outcome.status === 0 && job.task === 'confirm_payment')
        schedule.amend(job.orderId, { paymentCommandSucceeded: true });
      return { ...job, outcome };
    case 'busy':
    case 'too-soon':
      await countAttempt(context, job, -1);
      return undefined;
    case 'not-started':
      await countAttempt(context, job, -1);
      breaker.refused();
      dependencies.failed(refusal(outcome), policy);
      return 'refused';
    case 'lost':
      // It may be running still: the attempt stays counted, and the order's lock on the server decides.
      return undefined;
  }
}

function refusal({ why, hint }: Extract<CommandOutcome, { kind: 'not-started' }>): Outage {
  return new Outage({ dependency: 'integration-server', reason: why, ...(hint === undefined ? {} : { hint }) });
}

/** What Abacos is asked to show from now on, if a command was run. */
function noteEffect({ clock, gate, breaker }: RepairContext, { orderId, task }: Job, outcome: CommandOutcome): void {
  const now = clock.monotonic();
  const startedAt = now - outcome.durationMs;
  const inDoubt = isInDoubt(outcome);
  if (inDoubt) gate.effects.endInDoubt(orderId, task, { startedAt, now });
  else gate.effects.endWithout(orderId);
  const ran = inDoubt || outcome.kind === 'exited';
  if (ran) breaker.ended(orderId, { startedAt, endedAt: now, saidNo: !inDoubt, lastWords: lastWords(outcome) });
}
