/** How the service is, in one sentence: on top of `status`, and for monitoring plug-ins. */
import type { Status } from '../control/status.ts';
import { DEPENDENCY_NAMES } from '../core/outage.ts';
import { duration } from './duration.ts';
import { counted } from './sentence.ts';
import { dependenciesOf, isMissed, roleText, uncheckedText } from './status.ts';

/**
 * How grave it is. `CRITICAL`: orders are not checked, or not repaired. `WARNING`: orders are, and a person is needed, or
 * it is not known yet how things are.
 */
export type Severity = 'OK' | 'WARNING' | 'CRITICAL';

/** One sentence without an end, and how grave it is. */
export interface ServiceVerdict {
  readonly severity: Severity;
  readonly text: string;
}

/** The gravest first. @param now milliseconds since 1970 */
export function serviceVerdict(status: Status, now: number): ServiceVerdict {
  const critical = [...unchecked(status, 'blind'), ...downtimes(status, now), ...full(status)];
  const warnings = [...needed(status), ...unsure(status)];
  const problems = [...critical, ...warnings];
  if (problems.length === 0) return { severity: 'OK', text: well(status) };
  return { severity: critical.length > 0 ? 'CRITICAL' : 'WARNING', text: problems.join('; ') };
}

function unchecked(status: Status, state: 'blind' | 'not-yet'): string[] {
  const text = uncheckedText(status);
  return text === undefined || status.checking?.state !== state ? [] : [text];
}

function downtimes(status: Status, now: number): string[] {
  return dependenciesOf(status).flatMap(([dependency, state]) => {
    if (state.state !== 'down') return [];
    const how = dependency === 'repairs' ? 'held' : 'down';
    return [`${DEPENDENCY_NAMES[dependency]} ${how} ${duration(Math.max(0, now - Date.parse(state.since)))}`];
  });
}

function full({ lastCycle }: Status): string[] {
  return lastCycle?.openOrders === undefined ? [] : [`new orders wait, as ${lastCycle.openOrders} are open`];
}

function needed({ configurationRefused, givenUp, needAction = givenUp }: Status): string[] {
  const action = `${counted(needAction, 'order')} ${needAction === 1 ? 'needs' : 'need'} action`;
  return [
    ...(needAction > 0 ? [action] : []),
    ...(configurationRefused === undefined ? [] : ['the configuration on disk is refused']),
  ];
}

/** Nothing is said to be well that nobody has looked at. */
function unsure(status: Status): string[] {
  const role = status.standing?.kind === 'unknown' ? roleText(status) : undefined;
  const missed = dependenciesOf(status).filter(([dependency]) => isMissed(status, dependency));
  return [
    ...(role === undefined ? [] : [role]),
    ...unchecked(status, 'not-yet'),
    ...missed.map(([dependency]) => `${DEPENDENCY_NAMES[dependency]} not asked yet`),
  ];
}

function well(status: Status): string {
  const { dismissed = 0, failing, standing, undated = 0 } = status;
  if (standing?.kind === 'standby') return roleText(status) ?? 'stands by';
  const open = failing + undated;
  const besides = dismissed === 0 ? '' : `, ${dismissed} dismissed`;
  if (open > 0) return `${counted(open, 'open order')}, none needs action${besides}`;
  return dismissed === 0
    ? 'every order that was checked is in Abacos'
    : `every order that was checked is in Abacos, but for ${dismissed} dismissed`;
}
