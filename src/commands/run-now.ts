/** `order-monit run-now`: has the running service start its next cycle now. */
import { askRunNow } from '../control/client.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

/** @throws ControlError */
export async function runNow({ directories, operator, output }: CommandContext): Promise<number> {
  await askRunNow(directories.runtime, operator);
  output.line('The next cycle begins at once, or as soon as the one that runs has ended');
  return EXIT.fine;
}
