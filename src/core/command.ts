/** The commands that the integration server runs for an order, and how they may end. */

import type { OrderNumber } from './order.ts';
import type { Said } from './said.ts';

/** The shop's two rake tasks, in `order_integration_service:`. */
export const TASKS = ['insert_order', 'confirm_payment'] as const;
export type Task = (typeof TASKS)[number];

/** What is asked of the integration server. */
export interface TaskCommand {
  readonly task: Task;
  readonly number: OrderNumber;
  /** The server refuses it (`too-soon`) when a command for this order has ended within this time, whoever ran that one. */
  readonly waitMs: number;
}

export type CommandOutcome = CommandEnd & {
  readonly durationMs: number;
  /** The last lines that the command wrote (standard output and error as they came), bounded. */
  readonly output: readonly string[];
};

type CommandEnd =
  /** It ran to its end. A status other than 0 need not be a failure: Abacos decides. */
  | { readonly kind: 'exited'; readonly status: number }
  /** The server's own time limit ended it, or a signal did. */
  | { readonly kind: 'killed'; readonly why: string }
  /** Somebody holds the order's lock: a command for it is still running. Nothing was started. */
  | { readonly kind: 'busy' }
  /** A command for this order ended so recently that Abacos may not show its effect. Nothing was started. */
  | { readonly kind: 'too-soon' }
  /** The server refused before the task could start (no such folder, program or user). Nothing was started. */
  | { readonly kind: 'not-started'; readonly why: string; readonly hint?: string | undefined }
  /** The connection was lost or the deadline passed: the command may be running still. */
  | { readonly kind: 'lost'; readonly why: string };

/** Whether nothing was started: such a command counts for no attempt. */
export function wasNotStarted({ kind }: Pick<CommandOutcome, 'kind'>): boolean {
  return kind === 'busy' || kind === 'too-soon' || kind === 'not-started';
}

/** Whether order-monit says why it ended so; of the others only what the command said is known. */
export function hasOwnWords(end: CommandOutcome['kind'] | 'running'): boolean {
  return end === 'killed' || end === 'not-started' || end === 'lost';
}

/** What rake adds below the error itself. */
const RAKE_EPILOGUE = /^\(See full trace|^Tasks: TOP/;

/** What chooses a Ruby says this of a program that it does not find, and lists after it where it would. */
const NOT_FOUND = /command not found|No version is set for command/;

/**
 * The line of a command's output that says most to people: where rake aborted,
 * the error that it names next; where it was not found, that; else the last line.
 */
export function lastWords({ output }: Pick<CommandOutcome, 'output'>): string | undefined {
  const aborted = output.findLastIndex((line) => line.startsWith('rake aborted!'));
  if (aborted !== -1) return output[aborted + 1] ?? output[aborted];
  return output.find((line) => NOT_FOUND.test(line)) ?? output.findLast((line) => !RAKE_EPILOGUE.test(line));
}

/** What a command that did not end well had to say. */
export function complaintOf(outcome: CommandOutcome): Said | undefined {
  if (outcome.kind === 'exited' && outcome.status === 0) return undefined;
  const quote = lastWords(outcome);
  if (quote !== undefined) return { quote };
  return 'why' in outcome ? outcome.why : undefined;
}
