/** `order-monit configured`: whether there is a configuration; if not, what to do. Called at installation. */
import { firstSteps } from '../config/first-steps.ts';
import { assertOpen } from '../privileges/visitor.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

/**
 * Prints the steps that are left to do; `EXIT.failure` where there are any.
 *
 * @throws NotAllowed
 */
export function configured({ directories, output }: CommandContext): number {
  assertOpen(directories, 'config');
  const steps = firstSteps(directories);
  for (const step of steps) output.line(step);
  return steps.length === 0 ? EXIT.fine : EXIT.failure;
}
