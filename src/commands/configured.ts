import { firstSteps } from '../config/first-steps.ts';
import { assertOpen } from '../privileges/visitor.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

/**
 * `order-monit configured`: whether there is a configuration. If not, what to do.
 * The package calls it in the end of its installation.
 *
 * @throws NotAllowed
 */
export function configured({ directories, output }: CommandContext): number {
  assertOpen(directories, 'config');
  const steps = firstSteps(directories);
  for (const step of steps) output.line(step);
  return steps.length === 0 ? EXIT.fine : EXIT.failure;
}
