/** What is to be said of orders now. Pure. */
import type { Stage } from './alert.ts';
import { audienceOf, issue, type Circumstances, type Decision } from './decision.ts';
import type { AlertState, OrderCase, Thread } from './state.ts';
import { ended, isReminderDue, maySpeak, pauseMs, reminded, spoken } from './thread.ts';

type Matter = 'orders' | 'action';

/** An order that Abacos answers unusably about is a person's business once that has lasted so long. */
export const UNCLEAR_TOO_LONG_MS = 3_600_000;

/** So long what is to be said of orders waits for what becomes of repairs that are under way. */
const LONGEST_WAIT_MS = 600_000;

/** Whether it is not known yet what was done about the orders: in mid-cycle, and beside commands for a while. */
export function isUndecided({ midCycle, repairingSince }: AlertState, now: number): boolean {
  return midCycle || (repairingSince !== undefined && now - repairingSince < LONGEST_WAIT_MS);
}

/** One mail a cycle and matter at most, with all orders in it. */
export function decideOrders(state: AlertState, circumstances: Circumstances): Decision {
  if (isUndecided(state, circumstances.now)) return { state, alerts: [] };
  const aged = withUnclear(state, circumstances.now);
  const first = decideMatter(aged, 'action', circumstances);
  const second = decideMatter(first.state, 'orders', circumstances);
  return { state: second.state, alerts: [...first.alerts, ...second.alerts] };
}

function withUnclear(state: AlertState, now: number): AlertState {
  const unclear = [...state.cases.values()].filter(
    (one) =>
      one.reason === 'UNKNOWN' &&
      one.settledAt === null &&
      one.told !== 'action' &&
      one.news !== 'action' &&
      now - one.reasonSince >= UNCLEAR_TOO_LONG_MS,
  );
  if (unclear.length === 0) return state;
  const cases = new Map(state.cases);
  for (const one of unclear) cases.set(one.orderId, { ...one, news: 'action', newsAt: now });
  return { ...state, cases };
}

function decideMatter(state: AlertState, matter: Matter, circumstances: Circumstances): Decision {
  const { now, settings } = circumstances;
  const all = [...state.cases.values()];
  const isNews = (one: OrderCase): boolean => one.news !== null && matterOf(one) === matter;
  const news = all.filter(isNews);
  const stillOpen = all.filter((one) => isOpenIn(one, matter) && !isNews(one));
  const thread = state[matter];
  const silent = { state, alerts: [] };
  if (news.length === 0 && stillOpen.length === 0) {
    return thread.remindAt === null ? silent : { state: { ...state, [matter]: ended(thread) }, alerts: [] };
  }
  const lasting = stillOpen.filter((one) => !one.escalated && now - one.openedAt >= settings.escalateAfterMs);
  const isDue = maySpeak(thread, settings, now);
  if (isDue && (news.length > 0 || (matter === 'orders' && state.unnamed > 0))) {
    return say(state, { matter, stage: 'news', orders: news, stillOpen: stillOpen.length, thread, circumstances });
  }
  if (isDue && settings.escalates && lasting.length > 0) {
    return say(state, {
      matter,
      stage: 'escalation',
      orders: lasting,
      stillOpen: stillOpen.length - lasting.length,
      thread: { ...thread, escalated: true },
      circumstances,
    });
  }
  if (isReminderDue(thread, now)) {
    return say(state, { matter, stage: 'reminder', orders: stillOpen, stillOpen: 0, thread, circumstances });
  }
  return silent;
}

/** In which mail an order's news are told: a recovery where people have read of the order last. */
export function matterOf(one: OrderCase): Matter {
  if (one.news === 'settled') return one.told === 'action' ? 'action' : 'orders';
  return one.news === 'action' ? 'action' : 'orders';
}

function isOpenIn(one: OrderCase, matter: Matter): boolean {
  return one.settledAt === null && one.told === (matter === 'action' ? 'action' : 'open');
}

function isOpen({ settledAt }: OrderCase): boolean {
  return settledAt === null;
}

interface Saying {
  readonly matter: Matter;
  readonly stage: Stage;
  readonly orders: readonly OrderCase[];
  readonly stillOpen: number;
  readonly thread: Thread;
  readonly circumstances: Circumstances;
}

function say(state: AlertState, saying: Saying): Decision {
  const { matter, stage, orders, stillOpen, thread } = saying;
  const { now, settings } = saying.circumstances;
  const { lastAt } = thread;
  const wasHeld =
    stage === 'news' && lastAt !== null && orders.some(({ newsAt }) => newsAt < lastAt + pauseMs(thread, settings));
  const unnamed = stage === 'news' && matter === 'orders' ? state.unnamed : 0;
  const issued = issue(state, {
    thread,
    now,
    audience: audienceOf(thread),
    content: {
      kind: matter,
      stage,
      orders: [...orders].sort((a, b) => a.openedAt - b.openedAt || a.orderId - b.orderId),
      stillOpen,
      nothingOpen:
        !orders.some(isOpen) && ![...state.cases.values()].some((one) => one.told !== 'nothing' && isOpen(one)),
      unnamed,
      heldSince: wasHeld ? lastAt : null,
      down: state.downtimes.flatMap(({ dependency, outage }) => (outage?.until === null ? [dependency] : [])),
      repairsWait: state.repairsWait,
    },
  });
  const cases = new Map(state.cases);
  for (const one of orders) {
    if (one.settledAt !== null) cases.delete(one.orderId);
    else if (stage === 'news')
      cases.set(one.orderId, { ...one, news: null, told: matter === 'action' ? 'action' : 'open' });
    else if (stage === 'escalation') cases.set(one.orderId, { ...one, escalated: true });
  }
  const open = stillOpen > 0 || orders.some(({ settledAt }) => settledAt === null);
  const after =
    stage === 'reminder'
      ? reminded(thread, settings, now)
      : spoken(thread, { now, timing: settings, message: issued.alert.id, stillOpen: open });
  return {
    state: { ...issued.state, cases, unnamed: state.unnamed - unnamed, [matter]: after },
    alerts: [issued.alert],
  };
}
