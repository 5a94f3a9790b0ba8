/** What is to be said of the configuration now. Pure. */
import { audienceOf, issue, type Circumstances, type Decision } from './decision.ts';
import type { AlertState } from './state.ts';
import { isReminderDue, reminded, spoken } from './thread.ts';

export function decideConfiguration(state: AlertState, { now, settings }: Circumstances): Decision {
  const { configuration: thread, fault } = state;
  if (fault === null) return { state, alerts: [] };
  if (fault.good && !fault.told) return { state: { ...state, fault: null }, alerts: [] };
  const stage = fault.good ? 'recovery' : !fault.told ? 'news' : isReminderDue(thread, now) ? 'reminder' : undefined;
  if (stage === undefined) return { state, alerts: [] };
  const content = { kind: 'configuration', stage, since: fault.since, text: fault.text } as const;
  const issued = issue(state, { thread, now, content, audience: audienceOf(thread) });
  const timing = settings;
  const after =
    stage === 'reminder'
      ? reminded(thread, timing, now)
      : spoken(thread, { now, timing, message: issued.alert.id, stillOpen: !fault.good });
  return {
    state: { ...issued.state, configuration: after, fault: fault.good ? null : { ...fault, told: true } },
    alerts: [issued.alert],
  };
}

/** The state after the configuration was found faulty. The same faults again are no news. */
export function takeFault(state: AlertState, text: string, now: number): AlertState {
  const { fault } = state;
  if (fault?.text === text) return { ...state, fault: { ...fault, good: false } };
  return { ...state, fault: { text, since: fault?.since ?? now, told: false, good: false } };
}

/** The state after the configuration was found good. */
export function takeGood(state: AlertState): AlertState {
  const { fault } = state;
  if (fault === null) return state;
  // Faults that replaced told ones are over with them.
  const told = fault.told || state.configuration.firstMessage !== null;
  return { ...state, fault: { ...fault, told, good: true } };
}
