/** What an event means for the orders that people are, or will be, told about. Pure. */
import { lastWords, wasNotStarted, type CommandOutcome } from '../../core/command.ts';
import { doubtAfter } from '../../core/effects.ts';
import type { Event, OrderName } from '../../core/event.ts';
import { isGivenUp } from '../../core/next.ts';
import type { OrderId } from '../../core/order.ts';
import { isDismissed, isUndated, openReasonOf, type OrderRecord } from '../../core/record.ts';
import { epochOf } from '../../core/stamp.ts';
import type { OpenReason } from '../../core/verdict.ts';
import { MAX_CASES, type AlertState, type LastCommand, type OrderCase } from './state.ts';

/** What lags teach is nothing that people have to know of an order. */
type OrderEvent = Exclude<Extract<Event, OrderName>, { readonly kind: 'lag-learned' }>;

/** The state after something happened to an order. */
export function takeOrderEvent(state: AlertState, event: OrderEvent, now: number): AlertState {
  if ('record' in event && isNobodysMatter(event.record, state)) {
    return state.cases.has(event.orderId) ? withCase(state, event.orderId, undefined) : state;
  }
  switch (event.kind) {
    case 'verdict':
      return takeVerdict(state, event, now);
    case 'given-up':
      return change({ state, event, now }, (one) => ({
        ...one,
        attempts: event.record.attempts,
        givenUp: event.permanentError !== undefined ? 'permanent' : event.inDoubt === true ? 'doubt' : afterWhat(one),
        ...heard(one, 'action', now),
      }));
    case 'command-started':
      return change({ state, event, now }, (one) => ({
        ...one,
        attempts: event.attempt,
        command: {
          task: event.task,
          attempt: event.attempt,
          end: 'running',
          exitStatus: null,
          said: null,
          inDoubt: isInDoubt(one),
        },
      }));
    case 'command-ended':
      return change({ state, event, now }, (one) => ({
        ...one,
        attempts: wasNotStarted(event.outcome) ? Math.max(0, one.attempts - 1) : one.attempts,
        command: ended(one.command, event),
      }));
    case 'repaired':
      return settle(state, event, now);
    case 'not-repaired':
      return change({ state, event, now }, (one) => foundNow(one, event, now));
    case 'row-gone':
      return change({ state, event, now }, (one) =>
        one.rowGone ? one : { ...one, rowGone: true, ...heard(one, 'action', now) },
      );
    case 'row-found':
      return takeRowFound(state, event, now);
    case 'retry':
      return change({ state, event, now }, (one) => atWorkAgain(foundNow(one, event, now), event.record));
    case 'dismissed':
      // Nobody's matter, as above.
      return state;
  }
}

/**
 * Orders without a date are one case together (`undated.ts`), but for those that people have read of. Of one that was
 * dismissed nothing is told, whatever they have read: who dismissed it knows.
 */
function isNobodysMatter(record: OrderRecord, { cases }: AlertState): boolean {
  const isUntold = (cases.get(record.orderId)?.told ?? 'nothing') === 'nothing';
  return isDismissed(record) || (isUndated(record) && isUntold);
}

/** After a command that may have done its work people look into Abacos before they have another one run. */
function afterWhat(one: OrderCase): 'attempts' | 'doubt' {
  return isInDoubt(one) ? 'doubt' : 'attempts';
}

/** The last command may have done its work: nobody saw its end, or it tells no better. */
function isInDoubt({ command }: OrderCase): boolean {
  return command?.inDoubt === true || command?.end === 'running';
}

function takeVerdict(state: AlertState, event: Extract<Event, { kind: 'verdict' }>, now: number): AlertState {
  const { record, previous } = event;
  const { verdict } = record;
  if (verdict.status === 'SUCCESS') {
    const isNobodysNews = previous === undefined || isUndated(previous) || isDismissed(previous);
    return isNobodysNews && !state.cases.has(event.orderId) ? state : settle(state, event, now);
  }
  return change({ state, event, now }, (one) => ({
    ...foundNow({ ...one, rowGone: false }, event, now),
    why: event.why ?? null,
  }));
}

/** What people have read of a row that is gone holds no more. It may be another order's, whose number tells. */
function takeRowFound(state: AlertState, event: Extract<Event, { kind: 'row-found' }>, now: number): AlertState {
  const known = state.cases.get(event.orderId);
  if (known?.rowGone !== true) return state;
  const isAnother = known.orderNumber !== null && known.orderNumber !== event.orderNumber;
  return change({ state, event, now }, (one) =>
    withoutOldCall({ ...one, rowGone: false, command: isAnother ? null : one.command }),
  );
}

/** An order that fails still, perhaps for another reason than before. */
function foundNow(one: OrderCase, { record, why }: { record: OrderRecord; why?: string }, now: number): OrderCase {
  const { attempts } = record;
  const reason = openReasonOf(record);
  if (reason === undefined) return { ...one, attempts };
  const open = one.settledAt === null ? one : openAgain(one, reason, now);
  const isOther = reason !== open.reason;
  const changes = isOther ? { reason, why: why ?? null, reasonSince: now, ...newsOf(open, reason, now) } : {};
  return withoutOldCall({ ...open, ...changes, attempts });
}

/** An order that fails again before anybody was told that it had stopped: nobody need hear of either. */
function openAgain(one: OrderCase, reason: OpenReason, now: number): OrderCase {
  if (one.told === 'nothing') return { ...one, ...newsOf(one, reason, now) };
  return { ...one, news: null, settledAt: null };
}

/** An order that was given up has its attempts again. */
function atWorkAgain(one: OrderCase, { attempts }: OrderRecord): OrderCase {
  return withoutOldCall({ ...one, attempts, givenUp: null });
}

/** What was still to be said to a person who is needed is no longer so once nothing about the order needs one. */
function withoutOldCall(one: OrderCase): OrderCase {
  const { givenUp, news, reason, rowGone, told } = one;
  const needsAPerson = givenUp !== null || rowGone || reason === 'UNKNOWN' || reason === 'BAD_NUMBER';
  if (news !== 'action' || needsAPerson) return one;
  return { ...one, news: told === 'nothing' ? 'open' : null };
}

type News = Pick<OrderCase, 'news' | 'newsAt' | 'settledAt'>;

/** An unclear answer is news only when it has been so for long; an order that nobody can ask about is, at once. */
function newsOf(one: OrderCase, reason: OpenReason, now: number): News {
  if (reason !== 'UNKNOWN') return heard(one, reason === 'BAD_NUMBER' ? 'action' : 'open', now);
  const { news, newsAt, settledAt } = one;
  return settledAt === null ? { news, newsAt, settledAt } : { news: null, newsAt, settledAt: null };
}

/** What is said of an order next. What has been said already is no news, unless more is to be done now. */
function heard({ news, newsAt, settledAt, told }: OrderCase, next: 'open' | 'action', now: number): News {
  const isOld = next === 'open' && told !== 'nothing' && settledAt === null;
  const isLess = next === 'open' && news === 'action';
  if (isOld || isLess) return { news, newsAt, settledAt };
  return { news: next, newsAt: news === null ? now : newsAt, settledAt: null };
}

function settle(state: AlertState, event: OrderName & { readonly record: OrderRecord }, now: number): AlertState {
  const known = state.cases.get(event.orderId);
  // An unclear answer that was never told about, and is clear now: there is nothing to say.
  if (known?.told === 'nothing' && known.news === null) return withCase(state, event.orderId, undefined);
  return change({ state, event, now }, (one) => ({
    ...one,
    givenUp: null,
    rowGone: false,
    settledAt: now,
    news: 'settled',
    newsAt: one.news === null ? now : one.newsAt,
  }));
}

function ended(
  command: LastCommand | null,
  { task, outcome }: { readonly task: LastCommand['task']; readonly outcome: CommandOutcome },
): LastCommand {
  return {
    task,
    attempt: command?.attempt ?? 0,
    end: outcome.kind,
    exitStatus: outcome.kind === 'exited' ? outcome.status : null,
    inDoubt: doubtAfter(outcome, command?.inDoubt ?? false),
    said: ('why' in outcome ? outcome.why : undefined) ?? lastWords(outcome)?.slice(0, 500) ?? null,
  };
}

interface CaseEvent {
  readonly state: AlertState;
  readonly event: OrderName & { readonly record?: OrderRecord };
  readonly now: number;
}

function change({ state, event, now }: CaseEvent, how: (one: OrderCase) => OrderCase): AlertState {
  const known = state.cases.get(event.orderId) ?? newCase(event, now);
  if (known === undefined) return state;
  const named = event.orderNumber === null ? known : { ...known, orderNumber: event.orderNumber };
  if (!state.cases.has(event.orderId) && state.cases.size >= MAX_CASES) {
    return event.record?.verdict.status === 'FAILED' ? { ...state, unnamed: state.unnamed + 1 } : state;
  }
  return withCase(state, event.orderId, how(named));
}

/** A case for an order that has none: as its record says. */
function newCase({ orderId, orderNumber, record }: OrderName & { readonly record?: OrderRecord }, now: number) {
  if (record === undefined) return undefined;
  const openedAt = Math.min(now, epochOf(record.createdAt));
  const reason = openReasonOf(record) ?? 'NOT_FOUND';
  const one: OrderCase = {
    orderId,
    orderNumber,
    reason,
    why: null,
    openedAt,
    reasonSince: now,
    attempts: record.attempts,
    command: null,
    givenUp: null,
    rowGone: false,
    settledAt: null,
    news: null,
    newsAt: now,
    told: 'nothing',
    escalated: false,
  };
  return { ...one, ...newsOf(one, reason, now) };
}

function withCase(state: AlertState, id: OrderId, one: OrderCase | undefined): AlertState {
  const cases = new Map(state.cases);
  if (one === undefined) cases.delete(id);
  else cases.set(id, one);
  return { ...state, cases };
}

/**
 * Brings the cases in line with the checkpoint, which knows what was recorded
 * right before an earlier process ended: recoveries that were not told yet, and
 * failures nobody has heard of.
 */
export function reconcile(
  state: AlertState,
  open: ReadonlyMap<OrderId, OrderRecord>,
  { now, maxAttempts }: { readonly now: number; readonly maxAttempts: number },
): AlertState {
  const cases = new Map<OrderId, OrderCase>();
  for (const one of state.cases.values()) {
    const record = open.get(one.orderId);
    if (record !== undefined && isNobodysMatter(record, state)) continue;
    const brought = record === undefined ? broughtToAnEnd(one, now) : broughtInLine(one, { record, now, maxAttempts });
    if (brought !== undefined) cases.set(one.orderId, brought);
  }
  // Where there was no room, an earlier process has counted what it could not name: a restart is no news.
  const hadRoom = state.cases.size < MAX_CASES;
  let { unnamed } = state;
  for (const record of open.values()) {
    if (cases.has(record.orderId) || isUndated(record) || isDismissed(record)) continue;
    if (cases.size >= MAX_CASES) {
      if (hadRoom) unnamed += 1;
      continue;
    }
    const one = newCase({ orderId: record.orderId, orderNumber: null, record }, now);
    if (one !== undefined) cases.set(record.orderId, broughtInLine(one, { record, now, maxAttempts }));
  }
  return { ...state, begunAt: now, cases, unnamed };
}

/** A case whose order is no longer open; `undefined` when nobody had heard of it. */
function broughtToAnEnd(one: OrderCase, now: number): OrderCase | undefined {
  if (one.settledAt !== null) return one;
  if (one.told === 'nothing' && one.news === null) return undefined;
  return { ...one, givenUp: null, settledAt: now, news: 'settled', newsAt: now };
}

/** A case whose order is open, as its record has it. */
function broughtInLine(
  one: OrderCase,
  { record, now, maxAttempts }: { readonly record: OrderRecord; readonly now: number; readonly maxAttempts: number },
): OrderCase {
  const found = foundNow(one, { record }, now);
  const wasGivenUp = one.givenUp !== null;
  if (isGivenUp(record, maxAttempts)) {
    return wasGivenUp ? found : { ...found, givenUp: afterWhat(found), ...heard(found, 'action', now) };
  }
  return wasGivenUp ? atWorkAgain(found, record) : found;
}
