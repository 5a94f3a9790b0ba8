/** Whether people have to look into Abacos before they have an order tried again. */
import { wasNotStarted, type CommandOutcome } from '../core/command.ts';
import { isInDoubt } from '../core/effects.ts';

/** Whether the last command that ran for an order may have done its work, now that another one has ended. */
export function doubtAfter(outcome: CommandOutcome, before: boolean): boolean {
  // Of one that was not started: what was known of the one before still holds.
  return wasNotStarted(outcome) ? before : isInDoubt(outcome);
}
