/** The steps of a cycle after the first: Abacos is asked, and the verdicts go on record. */
import type { Answer } from '../core/answer.ts';
import { DISMISSED_LOOK_MS, underDismissal } from '../core/dismissal.ts';
import type { EffectState } from '../core/effects.ts';
import type { Event } from '../core/event.ts';
import type { Judgement } from '../core/judge.ts';
import type { Ledger } from '../core/ledger.ts';
import { decide, type Next } from '../core/next.ts';
import type { OrderId, OrderNumber } from '../core/order.ts';
import { isDismissed, type OrderRecord } from '../core/record.ts';
import { sameVerdict } from '../core/verdict.ts';
import type { PrefetchedPage } from './prefetch.ts';
import { answersTo, beginAsking } from './answers.ts';
import type { Candidate, Judged, Recorded } from './candidate.ts';
import { using, type CycleContext } from './context.ts';
import { judgeHealth, noteNotBroughtIn, noteTurnedUp } from './effects-seen.ts';
import { postpone, type Gathered } from './gather.ts';
import { judgeOrder } from './judging.ts';
import { RECORDING_DEADLINE_MS, type RecordChange } from './recorder.ts';
import type { RepairContext } from './repair-context.ts';

const NONE: ReadonlySet<OrderId> = new Set();

type Asking = Pick<Gathered, 'candidates' | 'prefetched'>;

export interface Asked {
  readonly judged: readonly Judged[];
  /** Abacos could not be asked about all of them. */
  readonly interrupted: boolean;
}

/** Asks Abacos about all candidates at once, and judges those that it answered. */
export async function ask(context: RepairContext, { prefetched, candidates }: Asking): Promise<Asked> {
  const settled = prefetched === undefined ? [] : await settledByPrefetch(context, candidates, prefetched);
  const numbers = candidates.flatMap(({ number }, at) => (settled[at] === undefined ? (number ?? []) : []));
  const answers = await answersTo(context, numbers, unclearAmong(context, candidates));
  const judged: Judged[] = [];
  let freshUnanswered = false;
  let interrupted = false;
  for (const [at, candidate] of candidates.entries()) {
    const { number, order, origin } = candidate;
    const judgement = settled[at] ?? judgementOf(context, candidate, answers.byNumber);
    if (judgement === undefined) {
      // The head must not pass an order that has no verdict, so new orders count up to the first gap.
      freshUnanswered ||= origin === 'fresh';
      if (number === undefined || !answers.postponed.has(number)) interrupted = true;
      // A page of those that were put off must not keep the others that are due from their turn.
      else if (origin === 'due' || origin === 'watched') postpone(context, order.id);
    } else if (origin !== 'fresh' || !freshUnanswered) judged.push({ order, origin, number, judgement });
  }
  return { judged, interrupted };
}

/** Orders that are open because Abacos gave no usable answer about them. */
function unclearAmong({ checkpoint }: CycleContext, candidates: readonly Candidate[]): ReadonlySet<OrderNumber> {
  const { open } = checkpoint.ledger;
  return new Set(
    candidates.flatMap(({ number, order, origin }) =>
      origin === 'due' && open.get(order.id)?.verdict.reason === 'UNKNOWN' ? (number ?? []) : [],
    ),
  );
}

/**
 * The judgements that settle an order by an answer that was prefetched, in
 * the places of their candidates. All else that would follow is asked about
 * again, so that no command rests on an answer from before its cycle.
 */
async function settledByPrefetch(
  context: RepairContext,
  candidates: readonly Candidate[],
  { answers }: PrefetchedPage,
): Promise<readonly (Judgement | undefined)[]> {
  const { maxNumbersPerCall, pageSize } = context.policy;
  // All calls of the page, each behind one of the page after it.
  beginAsking(context, candidates.length, 2 * Math.ceil(pageSize / maxNumbersPerCall) + 1);
  const byNumber = await answers;
  if (byNumber.size > 0) context.dependencies.worked('abacos');
  return candidates.map((candidate) => {
    if (candidate.origin !== 'fresh' || candidate.number === undefined) return undefined;
    const judgement = judgementOf(context, candidate, byNumber);
    return judgement?.verdict.status === 'SUCCESS' ? judgement : undefined;
  });
}

function judgementOf(
  context: RepairContext,
  candidate: Candidate,
  answers: ReadonlyMap<OrderNumber, Answer>,
): Judgement | undefined {
  if (candidate.number === undefined) return candidate.judgement;
  const answer = answers.get(candidate.number);
  return answer === undefined ? undefined : judgeOrder(context, candidate.order, answer);
}

/**
 * Puts all verdicts on record in one write, and says what is new about each order.
 *
 * @param isOutdated whether something was done about an order since its row was read: its verdict is older than what is
 * known by now, and dropped
 */
export async function recordVerdicts(
  context: RepairContext,
  verdicts: readonly Judged[],
  isOutdated: (id: OrderId) => boolean,
): Promise<Recorded[]> {
  const { recorder, policy, progress } = context;
  const { maxAttempts } = policy;
  const mayGiveUp = !areRepairsOut(context);
  const unwatched = await unpaidForLong(context, verdicts);
  progress.step(`recording ${verdicts.length} verdicts`, RECORDING_DEADLINE_MS);
  const { recorded, records } = await recorder.change((ledger) => {
    const judged = verdicts.filter(({ order }) => !isOutdated(order.id));
    const recorded = judged.map((one): Recorded => {
      const { number, order, origin } = one;
      const { id } = order;
      const previous = ledger.open.get(id);
      const judgement = underDismissal(previous, one.judgement);
      const attempts = previous?.attempts ?? 0;
      const effect = effectOf(context, id, attempts);
      const next = decide(judgement.verdict, attempts, { effect, maxAttempts, mayGiveUp });
      const isNews = !unwatched.has(id) && isNewTo(ledger, { order, origin, number, judgement }, next);
      // Not spread: that costs a backlog a fifth of its time and of its memory.
      return { order, origin, number, judgement, previous, next, isNews };
    });
    const head = recorded.findLast(({ origin }) => origin === 'fresh')?.order.id;
    // The head moves by a line of its order, so that one is written even where it says nothing new.
    const changes = recorded.filter((one) => one.isNews || one.order.id === head).map(asChange);
    return { recorded, changes, newHead: head };
  });
  const onRecord = new Map(records.map((record) => [record.orderId, record]));
  for (const one of recorded) {
    noteEffects(context, one);
    schedule(context, one);
    const record = onRecord.get(one.order.id);
    if (record !== undefined && one.isNews) announce(context, one, record);
  }
  await judgeHealth(context);
  return recorded;
}

/** Orders of a rewind that were placed so long ago that nobody pays them any more: they stay settled. */
async function unpaidForLong(context: CycleContext, judged: readonly Judged[]): Promise<ReadonlySet<OrderId>> {
  const { orders, policy, progress, stop } = context;
  const { payments } = policy;
  const unpaid = judged.filter(
    ({ judgement: { verdict }, order, origin }) =>
      origin === 'rewound' && verdict.reason === 'AWAITING_PAYMENT' && payments.isUnpaid(order.state),
  );
  if (unpaid.length === 0) return NONE;
  progress.step('reading how old orders are', policy.shopDeadlineMs);
  const ids = unpaid.map(({ order }) => order.id);
  // Where it can not be told they are watched, which costs little.
  const ages = await using(context, 'shop', () => orders.agesOf(ids, stop));
  return new Set(ids.filter((id) => (ages?.get(id)?.placedMs ?? 0) >= payments.windowMs));
}

/** Orders fail by the integration side, or by an Abacos that is not what it was: that gives nobody up. */
function areRepairsOut({ dependencies, breaker }: RepairContext): boolean {
  return breaker.isOpen || dependencies.state('repairs').kind === 'down';
}

/**
 * What is in doubt about the commands of an order. Those that came to nothing because the integration side was out (their
 * attempts were given back) give nobody up; a third one waits for a day.
 */
function effectOf({ clock, gate, policy, breaker }: RepairContext, id: OrderId, attempts: number): EffectState {
  const { effects } = gate;
  const pending = effects.pending.get(id);
  if (pending === undefined) return 'none';
  const now = clock.monotonic();
  const state = effects.state(id, now, policy);
  const wasOut = breaker.isOpen || attempts < pending.commands;
  if (state !== 'exhausted' || !wasOut) return state;
  return effects.isLongAgo(id, now) ? 'denied' : 'awaited';
}

/** What the verdict says of commands that were run for the order before. */
function noteEffects(context: RepairContext, { judgement, order, previous }: Recorded): void {
  if (previous === undefined) return;
  const { id: orderId, number: orderNumber } = order;
  // What a person looks after tells nothing of the integration side.
  if (isDismissed(previous)) {
    if (judgement.verdict.status === 'SUCCESS') context.gate.effects.forget(orderId);
    return;
  }
  const { reason } = judgement.verdict;
  const before = previous.verdict.reason;
  const isInAbacos =
    reason === 'OK' ||
    // Its customer's money went back: nothing that a command did.
    (reason === 'AWAITING_PAYMENT' && before !== 'PAYMENT_PENDING') ||
    (reason === 'PAYMENT_PENDING' && before === 'NOT_FOUND');
  if (isInAbacos) {
    noteTurnedUp(context, { orderId, orderNumber }, previous);
  } else if (reason === before && reason !== 'UNKNOWN') {
    noteNotBroughtIn(context, orderId);
  }
}

function asChange({ judgement, next, order }: Recorded): RecordChange {
  return { orderId: order.id, verdict: judgement.verdict, attempts: next.attempts };
}

/**
 * The same verdict with the same count says nothing new: the file is spared it.
 * So is a rewound order that Abacos has: it was settled, and it stays so, unless
 * its payment is to be watched.
 */
function isNewTo({ open, watched }: Ledger, { judgement, order: { id }, origin }: Judged, next: Next): boolean {
  const previous = open.get(id);
  if (judgement.verdict.reason === 'AWAITING_PAYMENT' && watched.has(id)) return false;
  if (origin === 'rewound' && judgement.verdict.reason === 'OK') return false;
  return (
    previous === undefined || !sameVerdict(previous.verdict, judgement.verdict) || previous.attempts !== next.attempts
  );
}

/** Every look sets the time of the next one; a repair sets its own when its command ends. */
function schedule({ schedule, asker, clock, policy }: CycleContext, recorded: Recorded): void {
  const { judgement, next, number, order, origin } = recorded;
  const { id } = order;
  if (next.kind === 'settle') {
    schedule.forget(id);
    return;
  }
  const failing = number === undefined ? undefined : asker.pauseMs(number, policy);
  schedule.amend(id, {
    nextLookAt: clock.monotonic() + pauseMs({ judgement, next }, policy, failing),
    ...(origin === 'rewound' ? { lane: 'background' } : {}),
  });
}

function pauseMs(
  { judgement: { verdict }, next }: Pick<Recorded, 'judgement' | 'next'>,
  { maxAttempts, recheckGivenUpMs, runningCycleMs }: CycleContext['policy'],
  failing: number | undefined,
): number {
  if (verdict.reason === 'DISMISSED') return DISMISSED_LOOK_MS;
  const isRare = next.attempts > maxAttempts || verdict.reason === 'NO_DATE';
  return isRare ? recheckGivenUpMs : (failing ?? runningCycleMs);
}

/** Why an order is given up. */
export const GIVEN_UP = {
  attempts: 'its attempts are used up',
  'commands in doubt':
    'two commands ended without an error, or without an end, and Abacos still does not show what they were to do; ' +
    'a third one might do it twice',
} as const;

function announce({ report }: CycleContext, recorded: Recorded, record: OrderRecord): void {
  const { judgement, next, order, origin, previous } = recorded;
  const { id: orderId, number: orderNumber } = order;
  const { why } = judgement;
  const late = origin === 'late';
  const verdict: Event = { kind: 'verdict', orderId, orderNumber, record, previous, late };
  // Not spread into each: for the many orders that are in Abacos there is nothing to add.
  if (origin === 'rewound' || why !== undefined) {
    const rewound = origin === 'rewound' ? { rewound: true as const } : {};
    report({ ...verdict, ...rewound, ...(why === undefined ? {} : { why }) });
  } else report(verdict);
  if (next.kind === 'give-up') {
    const inDoubt = next.after === 'commands in doubt' ? { inDoubt: true as const } : {};
    report({ kind: 'given-up', orderId, orderNumber, record, why: GIVEN_UP[next.after], ...inDoubt });
  }
}
