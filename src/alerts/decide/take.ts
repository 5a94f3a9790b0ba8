/** What an event means for what people are to be told. Pure: what is said, and when, `decide.ts` says. */
import type { Event } from '../../core/event.ts';
import type { Role } from '../../core/role.ts';
import { takeOrderEvent } from './cases.ts';
import { countCatchingUp, takeDown, takeUp } from './downtimes.ts';
import { countCycle, countGivenUp, countRepair } from './report.ts';
import { newDay, type AlertState } from './state.ts';

/** The state after something happened. */
export function takeEvent(state: AlertState, event: Event, now: number): AlertState {
  switch (event.kind) {
    case 'down':
      return takeDown(state, event, now);
    case 'up':
      return takeUp(state, event, now);
    case 'standing':
      return takeRole(state, event.standing, now);
    case 'repairs-wait':
      return { ...state, repairsWait: event.wait };
    case 'backlog':
    case 'lag-learned':
    case 'retry-many':
    case 'rewind':
    case 'run-now':
    case 'strange-ids':
    case 'undated':
    case 'went-back':
      return state;
    case 'cycle':
      return {
        ...countCatchingUp(state, event.report),
        midCycle: false,
        repairingSince: event.report.repairing === true ? (state.repairingSince ?? now) : undefined,
        day: countCycle(state.day, event.report),
        lastWholeCycle: event.report.whole ? now : state.lastWholeCycle,
      };
    case 'repaired':
      return withMidCycle({ ...takeOrderEvent(state, event, now), day: countRepair(state.day, event.openMs) });
    case 'given-up':
      return withMidCycle({ ...takeOrderEvent(state, event, now), day: countGivenUp(state.day) });
    case 'verdict':
      return withMidCycle(takeOrderEvent(countLateRepair(state, event, now), event, now));
    case 'command-started':
    case 'command-ended':
    case 'not-repaired':
    case 'row-gone':
    case 'row-found':
      return withMidCycle(takeOrderEvent(state, event, now));
    case 'retry':
    case 'dismissed':
      // An operator's word, which may come between two cycles.
      return takeOrderEvent(state, event, now);
  }
}

/** Only a monitor that works has a day to report of. One that can't tell who works goes on as it was. */
function takeRole(state: AlertState, { kind }: Role, now: number): AlertState {
  if (kind === 'standby') return { ...state, standsBy: true, midCycle: false };
  const begun = { standsBy: false, day: newDay(now), lastWholeCycle: null };
  return kind === 'active' && state.standsBy ? { ...state, ...begun } : state;
}

function withMidCycle(state: AlertState): AlertState {
  return state.midCycle ? state : { ...state, midCycle: true };
}

/** A repair whose effect showed only after its own cycle. */
function countLateRepair(state: AlertState, event: Extract<Event, { kind: 'verdict' }>, now: number): AlertState {
  const known = state.cases.get(event.orderId);
  const isRepair = event.record.verdict.status === 'SUCCESS' && known !== undefined && known.command !== null;
  return isRepair ? { ...state, day: countRepair(state.day, now - known.openedAt) } : state;
}
