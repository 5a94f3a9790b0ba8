import { askMetrics } from '../control/client.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

/** `order-monit metrics`: the metrics of the running service, in Prometheus' text form. @throws ControlError */
export async function metrics({ directories, output }: CommandContext): Promise<number> {
  output.line((await askMetrics(directories.runtime)).trimEnd());
  return EXIT.fine;
}
