/** `order-monit status --check`: one line and an exit status, as monitoring plug-ins (Nagios, Icinga and others) give them. */
import { explain } from '../adapters/problems.ts';
import { askStatus } from '../control/client.ts';
import { ControlError } from '../control/control-error.ts';
import { parseStatus, type Status } from '../control/status.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { PLUGIN_EXIT } from '../terminal/exit.ts';
import { oneLine } from '../text/printable.ts';
import { serviceVerdict } from '../words/service-verdict.ts';

const LONGEST_LINE = 1000;

/** A service that does not run checks nothing; one that can not be asked may be well. */
export async function statusCheck({ directories, output }: CommandContext): Promise<number> {
  const print = (severity: keyof typeof PLUGIN_EXIT, text: string, figures = ''): number => {
    // What follows the bar are figures.
    const plain = oneLine(text, LONGEST_LINE).replaceAll('|', '/');
    output.line(`${severity}: ${plain}${figures === '' ? '' : `|${figures}`}`);
    return PLUGIN_EXIT[severity];
  };
  try {
    const status = parseStatus(await askStatus(directories.runtime));
    const { severity, text } = serviceVerdict(status, Date.now());
    return print(severity, text, figuresOf(status));
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    if (error.failure.kind === 'not-running') return print('CRITICAL', 'the service is not running');
    return print('UNKNOWN', explain(error).text);
  }
}

/** Label, value and unit; then the thresholds, of which it has none, and the least value. */
function figuresOf({ backlog, checking, dismissed = 0, failing, givenUp, undated = 0 }: Status): string {
  const figures: readonly (readonly [label: string, value: string])[] = [
    ['open', String(failing + givenUp + undated)],
    ['need_action', String(givenUp)],
    ['undated', String(undated)],
    ['dismissed', String(dismissed)],
    ['backlog', String(backlog?.ordersLeft ?? 0)],
    ...(checking === undefined ? [] : [['whole_cycle_age', `${Math.round(checking.ageMs / 1000)}s`] as const]),
  ];
  return figures.map(([label, value]) => `'${label}'=${value};;;0`).join(' ');
}
