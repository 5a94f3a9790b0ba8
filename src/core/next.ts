/** Decides what follows from a verdict: a repair, a later check, giving the order up, or nothing more. Pure. */
import type { Task } from './command.ts';
import type { EffectState } from './effects.ts';
import { isDismissed, type OrderRecord } from './record.ts';
import type { FailureReason, Verdict } from './verdict.ts';

/**
 * What follows from a verdict. `attempts` is what the order's record says
 * afterwards; a repair's attempt is counted only right before its command.
 */
export type Next =
  | { readonly kind: 'settle'; readonly attempts: number }
  | { readonly kind: 'repair'; readonly attempts: number; readonly task: Task }
  /** The last verdict: the order still fails, after every attempt or after as many as may be in doubt. */
  | { readonly kind: 'give-up'; readonly attempts: number; readonly after: 'attempts' | 'commands in doubt' }
  /** Nothing to run, or not yet: it is asked about again later. */
  | { readonly kind: 'look-again'; readonly attempts: number };

const TASK_FOR: Readonly<Record<FailureReason, Task | undefined>> = {
  NOT_FOUND: 'insert_order',
  PAYMENT_PENDING: 'confirm_payment',
  UNKNOWN: undefined,
  BAD_NUMBER: undefined,
  NO_DATE: undefined,
  DISMISSED: undefined,
};

/** The command that a verdict calls for, if any. */
export function taskFor(verdict: Verdict): Task | undefined {
  return verdict.status === 'FAILED' ? TASK_FOR[verdict.reason] : undefined;
}

/** Whether a command is run for an open order, unless Abacos has changed its mind. */
export function awaitsRepair({ attempts, verdict }: OrderRecord, maxAttempts: number): boolean {
  return taskFor(verdict) !== undefined && attempts < maxAttempts;
}

/** Whether an open order has used up its attempts: it is still asked about, never repaired, and needs action. */
export function isGivenUp(record: OrderRecord, maxAttempts: number): boolean {
  return record.verdict.status === 'FAILED' && record.attempts > maxAttempts && !isDismissed(record);
}

/** Whether people have to act on an open order: it was given up, only they can correct its number, or its row is gone. */
export function needsAction({
  givenUp,
  reason,
  rowGone = false,
}: {
  readonly givenUp: boolean;
  readonly reason: FailureReason;
  readonly rowGone?: boolean;
}): boolean {
  return givenUp || reason === 'BAD_NUMBER' || rowGone;
}

/**
 * How many commands were run for an order since it was found failing, or somebody last had it retried: what people
 * mean by attempts. The count on record is another one where an order is settled (that verdict counts as well), and
 * says no more than that it was given up where it was. `undefined` then.
 */
export function commandsRun({ attempts, verdict }: OrderRecord, maxAttempts: number): number | undefined {
  const commands = verdict.status === 'SUCCESS' ? attempts - 1 : attempts;
  return commands > maxAttempts ? undefined : Math.max(0, commands);
}

export interface Circumstances {
  readonly effect: EffectState;
  readonly maxAttempts: number;
  readonly mayGiveUp: boolean;
}

/**
 * Decides what a verdict leads to. With `maxAttempts` 4 an order is integrated
 * on its verdicts 1 to 4; the fifth is the last check, and gives it up.
 *
 * @param attempts what the order's record says so far, 0 for an order without one
 * @param effect what is known of the commands that were run for it
 * @param mayGiveUp false while what fails is not the order: nobody is given up for an outage
 */
export function decide(verdict: Verdict, attempts: number, { effect, maxAttempts, mayGiveUp }: Circumstances): Next {
  if (verdict.status === 'SUCCESS') return { kind: 'settle', attempts: attempts + 1 };
  const task = TASK_FOR[verdict.reason];
  if (task === undefined || attempts > maxAttempts || effect === 'awaited') return { kind: 'look-again', attempts };
  if (effect !== 'exhausted' && attempts < maxAttempts) return { kind: 'repair', attempts, task };
  if (!mayGiveUp) return { kind: 'look-again', attempts };
  return {
    kind: 'give-up',
    attempts: maxAttempts + 1,
    after: effect === 'exhausted' ? 'commands in doubt' : 'attempts',
  };
}
