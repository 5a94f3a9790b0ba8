/** The daily report. Pure. */
import { isBlind } from '../../core/blind.ts';
import type { CycleReport } from '../../core/event.ts';
import { isGivenUp } from '../../core/next.ts';
import { DEPENDENCIES } from '../../core/outage.ts';
import { openReasonOf } from '../../core/record.ts';
import { epochOf } from '../../core/stamp.ts';
import type { ReportedOrder, ReportContent } from './alert.ts';
import { issue, type Circumstances, type Decision } from './decision.ts';
import { NEW_THREAD, newDay, type AlertState, type Day } from './state.ts';

const MOST_DURATIONS = 1000;
const MOST_ORDERS = 200;

/** The day's counts after a cycle. */
export function countCycle(day: Day, { judged }: CycleReport): Day {
  return { ...day, checked: day.checked + judged.fresh + judged.late };
}

/** The day's counts after an order was repaired, `openMs` after it had been found failing. */
export function countRepair(day: Day, openMs: number): Day {
  return { ...day, repaired: day.repaired + 1, repairMs: [...day.repairMs, openMs].slice(-MOST_DURATIONS) };
}

export function countGivenUp(day: Day): Day {
  return { ...day, givenUp: day.givenUp + 1 };
}

/** The last moment, up to now, at which a report was to be sent. */
export function latestReportTime(now: number, minuteOfDay: number): number {
  const at = new Date(now);
  at.setHours(Math.floor(minuteOfDay / 60), minuteOfDay % 60, 0, 0);
  if (at.getTime() > now) at.setDate(at.getDate() - 1);
  return at.getTime();
}

/** Sends the report once its time has come; one that could not be sent in time follows late, and once. */
export function dailyReport(state: AlertState, { now, open, settings }: Circumstances): Decision {
  const minute = settings.dailyReportAtMinute;
  if (minute === undefined || latestReportTime(now, minute) <= state.day.since) return { state, alerts: [] };
  if (isFirstLookStillToCome(state, now, settings.runningCycleMs)) return { state, alerts: [] };
  const { day } = state;
  const openOrders = [...open.values()]
    .flatMap((record): ReportedOrder[] => {
      const reason = openReasonOf(record);
      if (reason === undefined) return [];
      return [
        {
          orderId: record.orderId,
          orderNumber: state.cases.get(record.orderId)?.orderNumber ?? null,
          openedAt: epochOf(record.createdAt),
          reason,
          givenUp: isGivenUp(record, settings.maxAttempts),
        },
      ];
    })
    .sort((a, b) => a.openedAt - b.openedAt || a.orderId - b.orderId);
  // One that was dismissed is not in Abacos either.
  const openOfToday = [...open.values()].filter(({ createdAt }) => epochOf(createdAt) >= day.since).length;
  // Carts may be many, and those that people wait for are not among them.
  const listed = openOrders.filter(({ reason }) => reason !== 'NO_DATE');
  const content: ReportContent = {
    kind: 'report',
    from: day.since,
    uncheckedSince: uncheckedSince(state, now, settings.runningCycleMs),
    checked: day.checked,
    inAbacos: Math.max(0, day.checked - openOfToday),
    repaired: day.repaired,
    medianMs: median(day.repairMs),
    givenUp: day.givenUp,
    outages: outagesOf(day),
    open: listed.slice(0, MOST_ORDERS),
    openCount: listed.length,
    undated: openOrders.length - listed.length,
  };
  const issued = issue(state, { thread: NEW_THREAD, now, content, audience: 'subscribers' });
  return { state: { ...issued.state, day: newDay(now) }, alerts: [issued.alert] };
}

/** A process that has just begun says nothing of the orders before it has looked at them, if it can. */
function isFirstLookStillToCome({ begunAt, lastWholeCycle }: AlertState, now: number, runningCycleMs: number): boolean {
  const hasLooked = lastWholeCycle !== null && lastWholeCycle >= begunAt;
  return !hasLooked && !isBlind(now - begunAt, runningCycleMs);
}

function uncheckedSince({ day, lastWholeCycle }: AlertState, now: number, runningCycleMs: number): number | null {
  const since = lastWholeCycle ?? day.since;
  return isBlind(now - since, runningCycleMs) ? since : null;
}

function median(durations: readonly number[]): number | null {
  const sorted = [...durations].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function outagesOf({ outages }: Day): ReportContent['outages'] {
  return DEPENDENCIES.flatMap((dependency) => {
    const own = outages.filter((outage) => outage.dependency === dependency);
    const ms = own.reduce((sum, outage) => sum + outage.ms, 0);
    return own.length === 0 ? [] : [{ dependency, count: own.length, ms }];
  });
}
