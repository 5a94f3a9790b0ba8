/** A rewind in words: how far it has come, and each step of it. */
import type { RewindStatus } from '../control/status.ts';
import type { Event } from '../core/event.ts';
import { OURSELVES, type Rewind } from '../core/rewind.ts';
import { counted, type Sentence } from './sentence.ts';

/** How far a rewind has come. */
export function progressOf(rewind: RewindStatus): string {
  const { by, from, next, rate, startedAt, through } = rewind;
  const pace = rate === undefined ? '' : `, ${counted(rate, 'order')} a cycle`;
  return (
    `order ids ${from} to ${through}, now at ${next}${pace}: ${resultOf(rewind)}; ` +
    `asked for by ${by}, begun ${startedAt}`
  );
}

function resultOf({ asked, failing }: Pick<Rewind, 'asked' | 'failing'>): string {
  return `${counted(asked, 'order')} asked about, ${failing} of them failing`;
}

/** A person says by it that Abacos has really lost orders. */
const LETS_REPAIRS_GO_ON = '. As long as this lasts, repairs go on even where Abacos denies orders that it had before';

type RewindStep = Extract<Event, { kind: 'rewind' }>;

export function rewindSentence(event: RewindStep): Sentence {
  const { by, step } = event;
  const { asked, failing, from, next, through } = event.rewind;
  return { level: 'info', text: stepText(event), fields: { step, by, from, next, through, asked, failing } };
}

function stepText({ by, rewind, step }: RewindStep): string {
  const { from, next, through } = rewind;
  const which = `The rewind to order id ${from}`;
  switch (step) {
    case 'begun':
      return `The orders with ids from ${next} to ${through} are asked about again, asked for by ${by}${by === OURSELVES ? '' : LETS_REPAIRS_GO_ON}`;
    case 'resumed':
      return `${which}, asked for by ${by}, goes on at ${next} of ${through}: ${resultOf(rewind)}`;
    case 'cancelled':
      return `${which} is called off at ${next} by ${by}: ${resultOf(rewind)}`;
    case 'ended':
      return `${which} has come to its end at ${through}: ${resultOf(rewind)}`;
  }
}
