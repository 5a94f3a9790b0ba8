/** Makes one `Answer` for each number asked about out of the rows of Abacos' reply; contradictory rows are unknown. */
import type { Answer, ErpStatus } from '../core/answer.ts';
import type { OrderNumber } from '../core/order.ts';
import type { Row } from './reply.ts';
import { describeResult, isError } from './result.ts';

const KNOWN_STATUSES: readonly (readonly [name: string, status: ErpStatus])[] = [
  ['tspeeEmAndamento', 'in-progress'],
  ['tspeeFaturado', 'invoiced'],
  ['tspeeDespachado', 'dispatched'],
  ['tspeeEntregue', 'delivered'],
  ['tspeeCancelado', 'cancelled'],
];
const EXISTING: ReadonlyMap<string, RowAnswer> = new Map(
  KNOWN_STATUSES.map(([name, status]) => [name, { answer: { kind: 'exists', status }, contradiction: false }]),
);
const MISSING: RowAnswer = { answer: { kind: 'missing' }, contradiction: false };
const NOT_FOUND = 'tspeeNaoEncontrado';

/** What was made of the rows of one answer. */
export interface Classified {
  /** One answer for every number that was asked about. */
  readonly byNumber: ReadonlyMap<OrderNumber, Answer>;
  /** Numbers about which the rows contradict themselves, and how. */
  readonly contradictions: readonly { readonly number: OrderNumber; readonly why: string }[];
}

/** Ties the rows to the numbers that were asked about, never by position. `clean` takes secrets out of a text. */
export function classify(
  numbers: readonly OrderNumber[],
  rows: readonly Row[],
  clean: (text: string) => string,
): Classified {
  const judgedOf = new Map<string, RowAnswer>();
  for (const row of rows) {
    if (row.number === undefined) continue;
    const judged = rowAnswer(row, clean);
    const earlier = judgedOf.get(row.number);
    judgedOf.set(row.number, earlier === undefined ? judged : together(earlier, judged));
  }
  const byNumber = new Map<OrderNumber, Answer>();
  const contradictions: { number: OrderNumber; why: string }[] = [];
  for (const number of numbers) {
    const judged = judgedOf.get(number) ?? unknown('Abacos gave no answer for it');
    byNumber.set(number, judged.answer);
    if (judged.contradiction && judged.answer.kind === 'unknown') {
      contradictions.push({ number, why: judged.answer.why });
    }
  }
  return { byNumber, contradictions };
}

interface RowAnswer {
  readonly answer: Answer;
  readonly contradiction: boolean;
}

function together(one: RowAnswer, other: RowAnswer): RowAnswer {
  return nameOf(one.answer) === nameOf(other.answer) ? one : contradiction('Abacos gave two different answers for it');
}

function nameOf(answer: Answer): string {
  return answer.kind === 'exists' ? answer.status : answer.kind;
}

function rowAnswer({ exists, status, result }: Row, clean: (text: string) => string): RowAnswer {
  if (result === undefined) return unknown('Abacos did not say whether the query for it succeeded');
  if (isError(result)) return unknown(`Abacos failed on it with ${describeResult(result, clean)}`);
  if (exists === undefined || status === undefined) return unknown('Abacos answered without saying whether it exists');
  if (exists) return existingAnswer(status, clean);
  if (status !== NOT_FOUND) {
    return contradiction(`Abacos says that it does not exist and has the status ${clean(status)}`);
  }
  // "false" and "not found" are also what .NET puts where nothing was filled in, so the row must say that it succeeded.
  if (result.type === 'tdreSucesso' || result.type === 'tdreSucessoSemDados') return MISSING;
  return unknown(`Abacos did not find it, but its query ended with ${describeResult(result, clean)}`);
}

function existingAnswer(status: string, clean: (text: string) => string): RowAnswer {
  const existing = EXISTING.get(status);
  if (existing !== undefined) return existing;
  return status === NOT_FOUND
    ? contradiction('Abacos says that it exists and that it was not found')
    : contradiction(`Abacos says that it exists, with the unknown status ${clean(status)}`);
}

function unknown(why: string): RowAnswer {
  return { answer: { kind: 'unknown', why }, contradiction: false };
}

function contradiction(why: string): RowAnswer {
  return { answer: { kind: 'unknown', why }, contradiction: true };
}
