/** What is to be said of dependencies now. Pure. */
import type { Content } from './alert.ts';
import { audienceOf, issue, type Circumstances, type Decision } from './decision.ts';
import { withDowntime } from './downtimes.ts';
import type { AlertState, Downtime } from './state.ts';
import { isReminderDue, maySpeak, reminded, spoken } from './thread.ts';

/** A dependency that is back within this time was not worth a mail. */
export const OUTAGE_GRACE_MS = 60_000;
/** When what was missed takes longer than this to catch up, the return is told before. */
const CATCHING_UP_MS = 5 * 60_000;

export function decideDowntimes(state: AlertState, circumstances: Circumstances): Decision {
  return state.downtimes.reduce<Decision>(
    (decision, downtime) => {
      const { state: next, alerts } = decideDowntime(decision.state, downtime, circumstances);
      return { state: next, alerts: [...decision.alerts, ...alerts] };
    },
    { state, alerts: [] },
  );
}

function decideDowntime(state: AlertState, downtime: Downtime, { now, settings }: Circumstances): Decision {
  const { dependency, outage, thread } = downtime;
  if (outage === null) return { state, alerts: [] };
  const say = (content: Content, changed: (message: string) => Downtime, to = thread): Decision => {
    const issued = issue(state, { thread: to, now, content, audience: audienceOf(to) });
    return { state: withDowntime(issued.state, dependency, () => changed(issued.alert.id)), alerts: [issued.alert] };
  };
  if (outage.until !== null && outage.caughtUp !== null) {
    const { since, until, reason, relapses, caughtUp } = outage;
    if (!caughtUp.complete && now - until < CATCHING_UP_MS) return { state, alerts: [] };
    return say({ kind: 'back', dependency, since, until, reason, relapses, caughtUp }, (message) => ({
      ...downtime,
      outage: null,
      blips: 0,
      thread: spoken(thread, { now, timing: settings, message, stillOpen: false }),
    }));
  }
  const { since, reason, hint } = outage;
  const content = { kind: 'down', dependency, since, reason, hint, blips: downtime.blips } as const;
  if (!outage.told) {
    if (now - since < OUTAGE_GRACE_MS || !maySpeak(thread, settings, now)) return { state, alerts: [] };
    return say({ ...content, stage: 'news' }, (message) => ({
      ...downtime,
      outage: { ...outage, told: true },
      blips: 0,
      thread: spoken(thread, { now, timing: settings, message, stillOpen: true }),
    }));
  }
  if (settings.escalates && !thread.escalated && now - since >= settings.escalateAfterMs) {
    const escalated = { ...thread, escalated: true };
    return say({ ...content, stage: 'escalation' }, () => ({ ...downtime, thread: escalated }), escalated);
  }
  if (isReminderDue(thread, now)) {
    return say({ ...content, stage: 'reminder' }, () => ({ ...downtime, thread: reminded(thread, settings, now) }));
  }
  return { state, alerts: [] };
}
