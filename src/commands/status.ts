/** `order-monit status`: shows the status of the running service, or what the checkpoint says when none runs. */
import { askStatus } from '../control/client.ts';
import { ControlError } from '../control/control-error.ts';
import { parseStatus, type Status } from '../control/status.ts';
import { TASKS } from '../core/command.ts';
import { DEPENDENCY_NAMES, withHint } from '../core/outage.ts';
import { checkpointTotals } from '../lookup/totals.ts';
import { isClosed } from '../privileges/visitor.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';
import type { Output } from '../terminal/output.ts';
import { duration } from '../words/duration.ts';
import { progressOf } from '../words/rewind.ts';
import { counted } from '../words/sentence.ts';
import { serviceVerdict, type ServiceVerdict } from '../words/service-verdict.ts';
import { dependenciesOf, repairWaitText, runningText, roleText, stoppingText, uncheckedText } from '../words/status.ts';
import { nameErp, withErpName } from '../text/erp-name.ts';

/** `EXIT.failure` where no service runs, orders are not checked, or a reload was refused. @throws ControlError */
export async function status(context: CommandContext): Promise<number> {
  const { directories, json, output } = context;
  try {
    const answer = parseStatus(await askStatus(directories.runtime));
    nameErp(answer.erp);
    if (json) output.json(answer);
    else {
      printVerdict(output, serviceVerdict(answer, Date.now()));
      printStatus(output, answer, Date.now());
    }
    const isBlind = answer.checking?.state === 'blind';
    return isBlind || answer.configurationRefused !== undefined ? EXIT.failure : EXIT.fine;
  } catch (error) {
    if (!(error instanceof ControlError) || error.failure.kind !== 'not-running') throw error;
    if (isClosed(directories, 'state')) throw error;
    const totals = await checkpointTotals(directories);
    const { dismissed, head, open } = totals;
    const besides = dismissed === 0 ? '' : `, ${dismissed} dismissed`;
    if (json) output.json({ running: false, ...totals });
    else
      output.line(
        `${output.paint('red', 'PROBLEM')}: the service is not running. Its checkpoint: head ${head}, ${counted(open, 'open order')}${besides}`,
      );
    return EXIT.failure;
  }
}

function printVerdict(output: Output, { severity, text }: ServiceVerdict): void {
  const isWell = severity === 'OK';
  output.line(`${output.paint(isWell ? 'green' : 'red', isWell ? 'OK' : 'PROBLEM')}: ${text}`);
}

function printStatus(output: Output, answer: Status, now: number): void {
  const ago = (time: string): string => duration(Math.max(0, now - Date.parse(time)));
  const line = (name: string, text: string): void => {
    output.line(`${withErpName(name).padEnd(20)}${text}`);
  };
  line(
    'order-monit',
    `${answer.version}, pid ${answer.pid}, up for ${ago(answer.startedAt)}${answer.dryRun ? ', dry run' : ''}`,
  );
  const role = roleText(answer);
  if (role !== undefined) line('role', role);
  const stopping = stoppingText(answer);
  if (stopping !== undefined) line('stop', stopping);
  const { checking } = answer;
  const unchecked = uncheckedText(answer);
  if (unchecked !== undefined)
    line('checking', output.paint(checking?.state === 'blind' ? 'red' : 'yellow', unchecked));
  else if (checking?.state === 'current') {
    line('checking', `the last whole cycle ended ${duration(checking.ageMs)} ago`);
  }
  if (answer.configurationRefused !== undefined) {
    line('configuration', output.paint('red', `on disk is refused: ${answer.configurationRefused}`));
  }
  line('head', `order id ${answer.head}`);
  const since = answer.oldestOpenSince === undefined ? '' : `, the oldest since ${ago(answer.oldestOpenSince)}`;
  const undated = answer.undated === undefined ? '' : `; ${answer.undated} without a date`;
  const dismissed = answer.dismissed === undefined ? '' : `; ${answer.dismissed} dismissed`;
  line('open orders', `${answer.failing} failing, ${answer.givenUp} given up${since}${undated}${dismissed}`);
  const { awaitingPayment = 0, backlog, lastCycle, rewind } = answer;
  if (awaitingPayment > 0)
    line(
      'payments',
      `${counted(awaitingPayment, 'order')} in Abacos ${awaitingPayment === 1 ? 'waits' : 'wait'} for payment`,
    );
  if (backlog !== undefined) {
    line(
      'backlog',
      `${counted(backlog.ordersLeft, 'order')} left, ${backlog.ordersPerMinute} a minute, about ${duration(backlog.timeLeftMs)} to go`,
    );
  }
  if (rewind !== undefined) line('rewind', progressOf(rewind));
  for (const [dependency, state] of dependenciesOf(answer)) {
    const how = dependency === 'repairs' ? 'held' : 'down';
    const up = dependency === 'repairs' ? repairsText(output, answer) : output.paint('green', 'up');
    if (state.state === 'up') line(DEPENDENCY_NAMES[dependency], up);
    else if (state.state === 'not-asked') line(DEPENDENCY_NAMES[dependency], output.paint('yellow', 'not asked yet'));
    else {
      const text = output.paint('red', `${how} for ${ago(state.since)}: ${state.reason}`);
      line(DEPENDENCY_NAMES[dependency], withHint(text, state.hint));
    }
  }
  for (const task of TASKS) {
    const lagMs = answer.lags?.[task];
    if (lagMs === undefined) continue;
    line('late effects', `${task} may take ${duration(lagMs)} to show; a second one for an order waits that long`);
  }
  const running = runningText(answer);
  if (running !== undefined) line('running', running);
  if (lastCycle === undefined) return;
  if (lastCycle.openOrders !== undefined) {
    const text = `wait: ${lastCycle.openOrders} are open, the most that are kept. What to do: order-monit open`;
    line('new orders', output.paint('red', text));
  }
  const { fresh, due, late } = lastCycle.judged;
  line(
    'last cycle',
    `${ago(lastCycle.endedAt)} ago, ${fresh + late} new, ${due} open ones, ${lastCycle.repaired} repaired, took ${duration(lastCycle.durationMs)}`,
  );
}

/** Repairs that are not held. */
function repairsText(output: Output, answer: Status): string {
  const wait = repairWaitText(answer);
  return wait === undefined ? output.paint('green', 'up') : `${output.paint('yellow', wait.what)}: ${wait.why}`;
}
