/** The state of the running service in words: for `status`, `order`, the page and systemd's line. */
import type { DependencyStatus, Status } from '../control/status.ts';
import type { Event } from '../core/event.ts';
import { DEPENDENCY_NAMES, type Dependency } from '../core/outage.ts';
import { duration } from './duration.ts';
import { clockTime, localTime } from './moment.ts';
import { WAITING } from './repairs.ts';
import { counted } from './sentence.ts';

const IN_STATUS_LINE: ReadonlySet<Event['kind']> = new Set([
  'cycle',
  'backlog',
  'down',
  'up',
  'repairs-wait',
  'standing',
]);

/** Whether {@link statusLine} is another one after an event. */
export function isInStatusLine({ kind }: Event): boolean {
  return IN_STATUS_LINE.has(kind);
}

/** The commands that run, in a few words; `undefined` where none does. */
export function runningText({ running = [] }: Status): string | undefined {
  const [first] = running;
  if (first === undefined) return undefined;
  const others = running.length === 1 ? '' : `, and ${running.length - 1} more`;
  return `${first.task} of order ${first.orderNumber} since ${clockTime(first.since)}${others}`;
}

/** Why a stop takes its time, in a few words; `undefined` where none has begun. */
export function stoppingText(status: Status): string | undefined {
  const { stoppingUntil } = status;
  if (stoppingUntil === undefined) return undefined;
  const running = runningText(status);
  return running === undefined ? 'stopping' : `stopping: waits until ${clockTime(stoppingUntil)} for ${running}`;
}

/** How a monitor stands, in a few words; `undefined` for the active one, which is what one expects. */
export function roleText({ standing }: Status): string | undefined {
  switch (standing?.kind) {
    case undefined:
    case 'active':
      return undefined;
    case 'standby':
      return `stands by: the active monitor is ${standing.leader ?? 'not known'}`;
    case 'unknown':
      return `waits: which monitor is the active one is not known${standing.reason === undefined ? '' : ` (${standing.reason})`}`;
  }
}

/** All in one line, which may stand for long: `head 72066, 3 failing, 1 given up, Abacos down since 14:03:10`. */
export function statusLine(status: Status): string {
  const role = roleText(status);
  const stopping = stoppingText(status);
  const refused = status.configurationRefused;
  const unchecked = uncheckedText(status);
  const parts = [
    ...(stopping === undefined ? [] : [stopping]),
    ...(refused === undefined ? [] : [`the configuration on disk is refused: ${refused}`]),
    ...(role === undefined ? [] : [role]),
    ...(unchecked === undefined ? [] : [unchecked]),
    ...(status.dryRun ? ['dry run'] : []),
    `head ${status.head}`,
    `${status.failing} failing`,
    `${status.givenUp} given up`,
    ...(status.undated === undefined ? [] : [`${status.undated} without a date`]),
  ];
  if (status.backlog !== undefined) {
    parts.push(
      `${counted(status.backlog.ordersLeft, 'order')} left, about ${duration(status.backlog.timeLeftMs)} to go`,
    );
  }
  if (status.rewind !== undefined) parts.push(`rewind at ${status.rewind.next} of ${status.rewind.through}`);
  for (const [dependency, state] of dependenciesOf(status)) {
    if (isMissed(status, dependency)) parts.push(`${DEPENDENCY_NAMES[dependency]} not asked yet`);
    if (state.state !== 'down') continue;
    const how = dependency === 'repairs' ? 'held' : 'down';
    parts.push(`${DEPENDENCY_NAMES[dependency]} ${how} since ${clockTime(state.since)}`);
  }
  const wait = repairWaitText(status);
  if (wait !== undefined && status.dependencies.repairs.state === 'up') parts.push(`repairs: ${wait.what}`);
  return parts.join(', ');
}

/** Whether a dependency should have been asked by now, and was not. A dry run has no use for the integration server. */
export function isMissed({ checking, dependencies, dryRun }: Status, dependency: Dependency): boolean {
  const isUsed = !(dryRun && dependency === 'integration-server');
  return dependencies[dependency].state === 'not-asked' && isUsed && checking?.state === 'current';
}

/** What repairs wait for although everything works: how many and until when, and why. */
export function repairWaitText({ repairsWait }: Status): { readonly what: string; readonly why: string } | undefined {
  if (repairsWait === undefined) return undefined;
  const { orders, until, why } = repairsWait;
  const count = counted(orders, 'order');
  const verb = orders === 1 ? 'waits' : 'wait';
  return { what: `${count} ${verb} until ${localTime(Date.parse(until)).slice(11, 16)} or longer`, why: WAITING[why] };
}

export function dependenciesOf({
  dependencies,
}: Pick<Status, 'dependencies'>): readonly (readonly [Dependency, DependencyStatus])[] {
  return [
    ['shop', dependencies.shop],
    ['abacos', dependencies.abacos],
    ['integration-server', dependencies['integration-server']],
    ['repairs', dependencies.repairs],
  ];
}

/** That nothing was checked lately, in a few words; `undefined` where something was, or another monitor does it. */
export function uncheckedText({ checking }: Status): string | undefined {
  if (checking === undefined) return undefined;
  const { ageMs, since, state, step } = checking;
  switch (state) {
    case 'current':
    case 'standby':
      return undefined;
    case 'not-yet':
      return `not asked yet: no whole cycle since ${clockTime(since)}`;
    case 'blind': {
      const doing = step === undefined ? '' : `; for ${duration(step.ms)} it has been ${step.name}`;
      return `nothing was checked since ${clockTime(since)}, for ${duration(ageMs)}${doing}`;
    }
  }
}
