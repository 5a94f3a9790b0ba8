/** `order-monit status --check`: one line and an exit status, as monitoring plug-ins (Nagios, Icinga and others) give them. */
import { askStatus } from '../control/client.ts';
import { parseStatus, type Status } from '../control/status.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { pluginLine } from '../terminal/plugin.ts';
import { serviceVerdict } from '../words/service-verdict.ts';
import { ifRunning } from './service-call.ts';
import { nameErp } from '../text/erp-name.ts';

/** A service that does not run checks nothing. One that can not be asked may be well: `perform` says what failed. */
export async function statusCheck({ directories, output }: CommandContext): Promise<number> {
  const answer = await ifRunning(() => askStatus(directories.runtime));
  if (answer === undefined) return pluginLine(output, { severity: 'CRITICAL', text: 'the service is not running' });
  const status = parseStatus(answer.value);
  nameErp(status.erp);
  return pluginLine(output, { ...serviceVerdict(status, Date.now()), figures: figuresOf(status) });
}

/** Label, value and unit; then the thresholds, of which it has none, and the least value. */
function figuresOf({
  backlog,
  checking,
  dismissed = 0,
  failing,
  givenUp,
  needAction = givenUp,
  undated = 0,
}: Status): string {
  const figures: readonly (readonly [label: string, value: string])[] = [
    ['open', String(failing + givenUp + undated)],
    ['need_action', String(needAction)],
    ['undated', String(undated)],
    ['dismissed', String(dismissed)],
    ['backlog', String(backlog?.ordersLeft ?? 0)],
    ...(checking === undefined ? [] : [['whole_cycle_age', `${Math.round(checking.ageMs / 1000)}s`] as const]),
  ];
  return figures.map(([label, value]) => `'${label}'=${value};;;0`).join(' ');
}
