import type { Answer } from '../core/answer.ts';
import type { Event } from '../core/event.ts';
import { judge, type Judgement } from '../core/judge.ts';
import { decide, type Next } from '../core/next.ts';
import type { OrderId, OrderNumber } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import { sameVerdict } from '../core/verdict.ts';
import type { PageAhead } from './ahead.ts';
import type { Candidate } from './candidate.ts';
import type { CycleContext } from './context.ts';
import type { Gathered } from './gather.ts';
import { RECORDING_DEADLINE_MS, type Finding } from './recorder.ts';

/** A candidate with its verdict, before it is on record. */
export interface Judged {
  readonly candidate: Candidate;
  readonly judgement: Judgement;
}

/** A verdict that is on record, and what is to follow. */
export interface Recorded extends Judged {
  readonly next: Next;
  readonly previous: OrderRecord | undefined;
  /** Whether the verdict says something that was not on record. */
  readonly isNews: boolean;
}

type Asking = Pick<Gathered, 'candidates' | 'ahead'>;

const NO_ANSWERS: ReadonlyMap<OrderNumber, Answer> = new Map();

export interface Asked {
  readonly judged: readonly Judged[];
  /** Abacos could not be asked about all of them. */
  readonly interrupted: boolean;
}

/** Asks Abacos about all candidates at once, and judges those that it answered. */
export async function ask(context: CycleContext, { ahead, candidates }: Asking): Promise<Asked> {
  const settled = ahead === undefined ? [] : await settledAhead(context, candidates, ahead);
  const numbers = candidates.flatMap((one, at) => ('number' in one && settled[at] === undefined ? [one.number] : []));
  const answers = await answersTo(context, numbers);
  const judged: Judged[] = [];
  let freshUnanswered = false;
  for (const [at, candidate] of candidates.entries()) {
    const judgement = settled[at] ?? judgementOf(context, candidate, answers);
    // The head must not pass an order that has no verdict, so new orders count up to the first gap.
    if (judgement === undefined) freshUnanswered ||= candidate.origin === 'fresh';
    else if (candidate.origin !== 'fresh' || !freshUnanswered) judged.push({ candidate, judgement });
  }
  return { judged, interrupted: judged.length < candidates.length };
}

/**
 * The judgements that settle an order by an answer that was asked for ahead, in
 * the places of their candidates. All else that would follow is asked about
 * again, so that no command rests on an answer from before its cycle.
 */
async function settledAhead(
  context: CycleContext,
  candidates: readonly Candidate[],
  { answers }: PageAhead,
): Promise<readonly (Judgement | undefined)[]> {
  beginAsking(context, candidates.length);
  const byNumber = await answers;
  if (byNumber.size > 0) context.dependencies.worked('abacos');
  return candidates.map((candidate) => {
    if (candidate.origin !== 'fresh' || !('number' in candidate)) return undefined;
    const judgement = judgementOf(context, candidate, byNumber);
    return judgement?.verdict.status === 'SUCCESS' ? judgement : undefined;
  });
}

/** Room in the step's deadline for a call that is halved until one bad number stands alone. */
const CALLS_OF_A_HALVING = 15;

/** Asks Abacos; numbers that could not be asked about have no entry. */
export async function answersTo(
  context: CycleContext,
  numbers: readonly OrderNumber[],
): Promise<ReadonlyMap<OrderNumber, Answer>> {
  if (numbers.length === 0) return NO_ANSWERS;
  beginAsking(context, numbers.length);
  const { byNumber, outage } = await context.erp.ask(numbers, context.stop);
  if (outage === undefined) context.dependencies.worked('abacos');
  else if (!context.stop.aborted) context.dependencies.failed(outage, context.policy);
  return byNumber;
}

function beginAsking({ policy, progress }: CycleContext, count: number): void {
  const calls = Math.ceil(count / policy.maxNumbersPerCall) + CALLS_OF_A_HALVING;
  progress.step(`asking Abacos about ${count} orders`, policy.callDeadlineMs * calls);
}

function judgementOf(
  { agenda }: CycleContext,
  candidate: Candidate,
  answers: ReadonlyMap<OrderNumber, Answer>,
): Judgement | undefined {
  if ('judgement' in candidate) return candidate.judgement;
  const { order, number } = candidate;
  const answer = answers.get(number);
  if (answer === undefined) return undefined;
  const { paymentCommandSucceeded } = agenda.note(order.id);
  return judge({ order, answer, paymentCommandSucceeded });
}

/** Puts all verdicts on record in one write, and says what is new about each order. */
export async function recordVerdicts(context: CycleContext, judged: readonly Judged[]): Promise<Recorded[]> {
  const { recorder, policy, progress } = context;
  progress.step(`recording ${judged.length} verdicts`, RECORDING_DEADLINE_MS);
  const { recorded, records } = await recorder.change((ledger) => {
    const recorded = judged.map((one): Recorded => {
      const { candidate, judgement } = one;
      const previous = ledger.open.get(candidate.order.id);
      const next = decide(judgement.verdict, previous?.attempts ?? 0, policy.maxAttempts);
      return { candidate, judgement, previous, next, isNews: isNews(one, next, previous) };
    });
    const head = newHead(recorded);
    // The head moves by a line of its order, so that one is written even where it says nothing new.
    const findings = recorded.filter((one) => one.isNews || one.candidate.order.id === head).map(asFinding);
    return { recorded, findings, newHead: head };
  });
  const onRecord = new Map(records.map((record) => [record.orderId, record]));
  for (const one of recorded) {
    schedule(context, one);
    const record = onRecord.get(one.candidate.order.id);
    if (record !== undefined && one.isNews) announce(context, one, record);
  }
  return recorded;
}

function newHead(recorded: readonly Recorded[]): OrderId | undefined {
  return recorded.findLast(({ candidate }) => candidate.origin === 'fresh')?.candidate.order.id;
}

function asFinding({ candidate, judgement, next }: Recorded): Finding {
  return { orderId: candidate.order.id, verdict: judgement.verdict, attempts: next.attempts };
}

/**
 * The same verdict with the same count says nothing new: the file is spared it.
 * So is a rewound order that Abacos has: it was settled, and it stays so.
 */
function isNews({ candidate, judgement }: Judged, next: Next, previous: OrderRecord | undefined): boolean {
  if (candidate.origin === 'rewound' && judgement.verdict.status === 'SUCCESS') return false;
  return (
    previous === undefined || !sameVerdict(previous.verdict, judgement.verdict) || previous.attempts !== next.attempts
  );
}

/** Every look sets the time of the next one; a repair sets its own when its command ends. */
function schedule({ agenda, clock, policy }: CycleContext, { candidate, next }: Recorded): void {
  const { id } = candidate.order;
  if (next.kind === 'settle') {
    agenda.forget(id);
    return;
  }
  const pauseMs = next.attempts > policy.maxAttempts ? policy.recheckGivenUpMs : policy.runningCycleMs;
  agenda.amend(id, {
    nextLookAt: clock.monotonic() + pauseMs,
    ...(candidate.origin === 'rewound' ? { lane: 'background' } : {}),
  });
}

function announce(
  context: CycleContext,
  { candidate, judgement, next, previous }: Recorded,
  record: OrderRecord,
): void {
  const { origin } = candidate;
  const { id: orderId, number: orderNumber } = candidate.order;
  const { why } = judgement;
  const late = origin === 'late';
  const verdict: Event = { kind: 'verdict', orderId, orderNumber, record, previous, late };
  // Not spread into each: for the many orders that are in Abacos there is nothing to add.
  if (origin === 'rewound' || why !== undefined) {
    const rewound = origin === 'rewound' ? { rewound: true as const } : {};
    context.report({ ...verdict, ...rewound, ...(why === undefined ? {} : { why }) });
  } else context.report(verdict);
  if (next.kind === 'give-up') {
    context.report({ kind: 'given-up', orderId, orderNumber, record, why: 'its attempts are used up' });
  }
}
