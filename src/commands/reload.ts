/** `order-monit reload`, the unit's ExecReload=: has the running service read its configuration again. */
import { askReload } from '../control/client.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

/**
 * Fails where the configuration has a fault; the one in force stays then.
 *
 * @throws ControlError
 */
export async function reload({ directories, operator, output }: CommandContext): Promise<number> {
  await askReload(directories.runtime, operator);
  output.line('The configuration was read again');
  return EXIT.fine;
}
