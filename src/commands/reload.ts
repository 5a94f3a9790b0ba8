/** `order-monit reload`, the unit's ExecReload=: has the running service read its configuration again. */
import { askReload } from '../control/client.ts';
import { ControlError } from '../control/control-error.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

/**
 * Fails where the configuration has a fault; the one in force stays then.
 *
 * @throws ControlError
 */
export async function reload({ directories, environment, operator, output }: CommandContext): Promise<number> {
  // The service logs how its reload went. What ExecReload= prints comes into the same journal, and would say it again.
  const isSaid = environment['MAINPID'] !== undefined;
  try {
    await askReload(directories.runtime, operator);
  } catch (error) {
    if (isSaid && error instanceof ControlError && error.failure.kind === 'refused') return EXIT.failure;
    throw error;
  }
  if (!isSaid) output.line('The configuration was read again');
  return EXIT.fine;
}
