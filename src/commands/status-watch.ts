/** `order-monit status --watch`: shows the status every two seconds until Ctrl-C, whatever becomes of the service. */
import { setTimeout as timer } from 'node:timers/promises';

import { explain } from '../adapters/problems.ts';
import { ControlError } from '../control/control-error.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';
import { localTime } from '../words/moment.ts';
import { status } from './status.ts';

const PAUSE_MS = 2000;

/** Ends with the process alone. @throws ControlError where the caller may not ask */
export async function statusWatch(context: CommandContext): Promise<never> {
  const { output } = context;
  // At once: a question to a service that hangs takes seconds.
  process.once('SIGINT', () => process.exit(EXIT.fine));
  for (;;) {
    const lines = await look(context);
    const block = [localTime(Date.now()), ...lines];
    if (output.redraw === undefined) output.line([...block, ''].join('\n'));
    else output.redraw(block);
    await timer(PAUSE_MS);
  }
}

/** What `status` prints. Nothing of earlier blocks: somebody would take it for what is. */
async function look(context: CommandContext): Promise<readonly string[]> {
  const lines: string[] = [];
  const { output } = context;
  try {
    await status({ ...context, output: { ...output, line: (text) => void lines.push(...text.split('\n')) } });
    return lines;
  } catch (error) {
    if (error instanceof ControlError && error.failure.kind === 'not-allowed') throw error;
    return `${output.paint('red', 'PROBLEM')}: ${explain(error).text}`.split('\n');
  }
}
