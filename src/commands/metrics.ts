/** `order-monit metrics`: prints the metrics of the running service, in Prometheus' text form. */
import { askMetrics } from '../control/client.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

/** @throws ControlError */
export async function metrics({ directories, output }: CommandContext): Promise<number> {
  output.line((await askMetrics(directories.runtime)).trimEnd());
  return EXIT.fine;
}
