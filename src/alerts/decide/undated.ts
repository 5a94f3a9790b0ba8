/** What is to be said of orders without a usable date. Pure. */
import { isUndated } from '../../core/record.ts';
import { issue, type Circumstances, type Decision } from './decision.ts';
import { NEW_THREAD, type AlertState, type Undated } from './state.ts';

/** There may be none for a night, in a shop whose carts get a date in the end: that is no end of the case. */
const OVER_AFTER_MS = 86_400_000;

/** So many are named. */
const NAMED = 20;

/**
 * Orders without a date are carts as a rule, which come all day: told one by
 * one, or reminded of, they would bury everything else. So all of them are one
 * case, told once. It is over when there has been none for a day.
 */
export function decideUndated(state: AlertState, { now, open, settings }: Circumstances): Decision {
  if (state.midCycle) return { state, alerts: [] };
  const undated = caseAfter(state.undated, hasUndated(open), now);
  const next = undated === state.undated ? state : { ...state, undated };
  // The first ones may be of a page of which more follow.
  const isDue = undated !== null && !undated.told && now - undated.since >= settings.minIntervalMs;
  if (!isDue) return { state: next, alerts: [] };
  const orders = [...open.values()].filter(isUndated);
  const ids = orders.slice(0, NAMED).map(({ orderId }) => orderId);
  const content = { kind: 'undated', since: undated.since, count: orders.length, ids } as const;
  const issued = issue(next, { thread: NEW_THREAD, now, content, audience: 'subscribers' });
  return { state: { ...issued.state, undated: { ...undated, told: true } }, alerts: [issued.alert] };
}

/** Asked all the time, and there may be thousands: the first one is enough. */
function hasUndated(open: Circumstances['open']): boolean {
  for (const record of open.values()) if (isUndated(record)) return true;
  return false;
}

function caseAfter(known: Undated | null, isThere: boolean, now: number): Undated | null {
  if (isThere) {
    if (known === null) return { since: now, told: false, noneSince: null };
    // A clock that was set back would hold it up.
    const since = Math.min(known.since, now);
    return known.noneSince === null && since === known.since ? known : { ...known, since, noneSince: null };
  }
  if (known?.told !== true) return null;
  if (known.noneSince === null || now < known.noneSince) return { ...known, noneSince: now };
  return now - known.noneSince >= OVER_AFTER_MS ? null : known;
}
