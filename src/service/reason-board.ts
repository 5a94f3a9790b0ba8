/** Why orders are open, in the words of what happened to them: the checkpoint's columns have no room for it. */
import type { OrderReason } from '../control/status.ts';
import { lastWords } from '../core/command.ts';
import type { Event } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import type { HistoryEvent } from '../history/index.ts';
import { BoundedMap } from './bounded-map.ts';

const LONGEST_TEXT = 500;

interface Reason {
  readonly kind: OrderReason['kind'];
  readonly text: string;
  readonly at: number;
}

/**
 * A view of the events, held in memory for the open orders only, and where they
 * are thousands for those that something was said of last. After a restart it
 * knows what `recall` is told of earlier events, and else nothing until something
 * happens again.
 */
export class ReasonBoard {
  readonly #isOpen: (id: OrderId) => boolean;
  readonly #reasons = new BoundedMap<OrderId, Reason>();

  constructor(isOpen: (id: OrderId) => boolean) {
    this.#isOpen = isOpen;
  }

  /** @param at when it happened, in milliseconds since 1970 */
  take(event: Event, at: number): void {
    const said = wordsOf(event);
    if (said !== undefined) this.#note(said.orderId, { kind: said.kind, text: said.text, at });
    else if (event.kind === 'retry' || event.kind === 'dismissed') this.#reasons.delete(event.orderId);
  }

  /** What an earlier process saw. It does not take the place of what this one has seen since. */
  recall(event: HistoryEvent, at: number): void {
    if (!('orderId' in event) || !this.#isOpen(event.orderId)) return;
    if ((this.#reasons.get(event.orderId)?.at ?? 0) < at) this.take(event, at);
  }

  /** What is known of the orders that are open now; those that something was said of last come last. */
  reasons(): OrderReason[] {
    for (const id of this.#reasons.keys()) if (!this.#isOpen(id)) this.#reasons.delete(id);
    return [...this.#reasons].map(([orderId, { kind, text, at }]) => {
      return { orderId, kind, text, at: new Date(at).toISOString() };
    });
  }

  /** Why an order was given up outlasts what is said of it later: it is looked at again every hour. */
  #note(id: OrderId, reason: Reason): void {
    if (reason.kind === 'said' && this.#reasons.get(id)?.kind === 'given-up') return;
    this.#reasons.set(id, { ...reason, text: reason.text.slice(0, LONGEST_TEXT) });
  }
}

function wordsOf(event: Event): (Pick<OrderReason, 'kind' | 'text'> & { readonly orderId: OrderId }) | undefined {
  if (event.kind === 'given-up') return { orderId: event.orderId, kind: 'given-up', text: event.why };
  if (event.kind === 'command-ended') {
    const { orderId, outcome } = event;
    const text = 'why' in outcome ? outcome.why : lastWords(outcome);
    return text === undefined ? undefined : { orderId, kind: 'said', text };
  }
  if (event.kind !== 'verdict' && event.kind !== 'not-repaired') return undefined;
  return event.why === undefined ? undefined : { orderId: event.orderId, kind: 'said', text: event.why };
}
