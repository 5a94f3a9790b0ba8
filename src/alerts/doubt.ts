/** Whether people have to look into Abacos before they have an order tried again. */
import type { CommandOutcome } from '../core/command.ts';
import { isInDoubt } from '../core/effects.ts';

/** These ended without a command: what was known of the one before still holds. */
const DID_NOT_RUN: readonly CommandOutcome['kind'][] = ['busy', 'too-soon', 'not-started'];

/** Whether the last command that ran for an order may have done its work, now that another one has ended. */
export function doubtAfter(outcome: CommandOutcome, before: boolean): boolean {
  return DID_NOT_RUN.includes(outcome.kind) ? before : isInDoubt(outcome);
}
