/** Reads what a program said of orders: a line each, which speaks for its number alone. */
import type { Answer, ErpStatus } from '../core/answer.ts';
import type { OrderNumber } from '../core/order.ts';

const STATUSES: ReadonlyMap<string, ErpStatus> = new Map(
  (['in-progress', 'invoiced', 'dispatched', 'delivered', 'cancelled'] as const).map((status) => [status, status]),
);
/** A number, a word, and whatever else there is. */
const LINE = /^(\S+)[ \t]+(\S+)(?:[ \t]+(.*))?$/;

/**
 * One answer for every number that was asked about. A number that nothing was said of is unknown, and so is one of which
 * two different things were said.
 *
 * @param clean takes secrets out of a text, and makes it one line
 */
export function readAnswers(
  numbers: readonly OrderNumber[],
  output: string,
  clean: (text: string) => string,
): ReadonlyMap<OrderNumber, Answer> {
  const said = new Map<string, Answer>();
  for (const line of output.split('\n')) {
    const [, number, word = '', rest = ''] = LINE.exec(line.trim()) ?? [];
    if (number === undefined) continue;
    const answer = answerOf(word, rest, clean);
    const earlier = said.get(number);
    said.set(number, earlier === undefined || isSame(earlier, answer) ? answer : unknown('two different answers came'));
  }
  return new Map(numbers.map((number) => [number, said.get(number) ?? unknown('no answer came for it')]));
}

function answerOf(word: string, rest: string, clean: (text: string) => string): Answer {
  switch (word) {
    case 'exists': {
      const status = rest === '' ? 'in-progress' : STATUSES.get(rest);
      return status === undefined
        ? unknown(`the answer has a status that is none: ${clean(rest)}`)
        : { kind: 'exists', status };
    }
    case 'missing':
      return rest === '' ? { kind: 'missing' } : unknown(`the answer is not plain: missing ${clean(rest)}`);
    case 'unknown':
      return unknown(rest === '' ? 'no reason was given' : clean(rest));
    default:
      return unknown(`the answer is none: ${clean(`${word} ${rest}`.trim())}`);
  }
}

function isSame(one: Answer, other: Answer): boolean {
  if (one.kind === 'exists' && other.kind === 'exists') return one.status === other.status;
  return one.kind === other.kind;
}

function unknown(why: string): Answer {
  return { kind: 'unknown', why };
}
