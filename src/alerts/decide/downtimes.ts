/** What an event means for the dependencies that people are, or will be, told about. Pure. */
import type { CycleReport, Event } from '../../core/event.ts';
import type { Dependency } from '../../core/outage.ts';
import { NEW_THREAD, type AlertState, type Downtime, type Outage } from './state.ts';

/** The state after a dependency went down, or was down for another reason than before. */
export function takeDown(state: AlertState, event: Extract<Event, { kind: 'down' }>, now: number): AlertState {
  const { reason, hint = null } = event;
  return withDowntime(state, event.dependency, (downtime) => {
    const { outage } = downtime;
    if (outage === null) {
      const fresh: Outage = {
        since: now,
        reason,
        hint,
        until: null,
        relapses: 0,
        caughtUp: null,
        told: false,
      };
      return { ...downtime, outage: fresh };
    }
    const relapses = outage.relapses + (outage.until === null ? 0 : 1);
    return { ...downtime, outage: { ...outage, reason, hint, until: null, caughtUp: null, relapses } };
  });
}

/** The state after a dependency worked again. An outage that nobody was told of is a number in the daily report. */
export function takeUp(state: AlertState, event: Extract<Event, { kind: 'up' }>, now: number): AlertState {
  const known = state.downtimes.find(({ dependency }) => dependency === event.dependency)?.outage;
  if (known?.until !== null) return state;
  const outages = [...state.day.outages, { dependency: event.dependency, ms: now - known.since }].slice(-1000);
  const counted = { ...state, day: { ...state.day, outages } };
  return withDowntime(counted, event.dependency, (downtime) =>
    known.told
      ? { ...downtime, outage: { ...known, until: now, caughtUp: NOTHING_YET } }
      : { ...downtime, outage: null, blips: downtime.blips + 1 },
  );
}

const NOTHING_YET = { checked: 0, failing: 0, repaired: 0, complete: false };

/** Adds a cycle's work to what was caught up since a dependency came back. */
export function countCatchingUp(state: AlertState, report: CycleReport): AlertState {
  // Open orders are asked about in every cycle: they were not waiting for this.
  const { fresh, late } = report.judged;
  return {
    ...state,
    downtimes: state.downtimes.map((downtime) => {
      const { outage } = downtime;
      if (outage?.caughtUp?.complete !== false) return downtime;
      const { caughtUp } = outage;
      return {
        ...downtime,
        outage: {
          ...outage,
          caughtUp: {
            checked: caughtUp.checked + fresh + late,
            failing: caughtUp.failing + report.failing,
            repaired: caughtUp.repaired + report.repaired,
            complete: !report.workLeft && report.repairing !== true && !report.interrupted,
          },
        },
      };
    }),
  };
}

/** The state with one dependency's downtime changed. */
export function withDowntime(
  state: AlertState,
  dependency: Dependency,
  how: (downtime: Downtime) => Downtime,
): AlertState {
  const known = state.downtimes.find((downtime) => downtime.dependency === dependency);
  const changed = how(known ?? { dependency, thread: NEW_THREAD, outage: null, blips: 0 });
  return { ...state, downtimes: [...state.downtimes.filter((downtime) => downtime !== known), changed] };
}
