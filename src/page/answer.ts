/** Decides which conclusion stands on top of an order's page. */
import { isRetryOfUse, type Advice } from '../core/advice.ts';
import { adviceText } from '../words/advice.ts';
import type { Tone, View } from './layout.ts';
import type { CheckpointFinding, OrderStory, PaymentNow, RepairsNow } from './ports.ts';

/** Why an order is where it is, and what people should do about it. */
export interface PlainAnswer {
  readonly tone: Tone;
  readonly why: string;
  readonly todo: string;
  /** How a retry is offered: as what is to be done, as what may be done, or not at all, because it would do nothing. */
  readonly retry?: 'first' | 'second';
  /** What was last said of it by others, as it came. */
  readonly said?: string;
}

type Open = Extract<CheckpointFinding, { kind: 'open' }>;
type Dismissed = Open & { readonly reason: 'DISMISSED' };

/** Draws the conclusion from what the shop, Abacos and the checkpoint say. */
export function answerTo(view: View, story: OrderStory): PlainAnswer {
  const { checkpoint } = story;
  // Who has dismissed an order has dealt with what was said of it.
  const said = checkpoint.kind === 'open' && !isDismissed(checkpoint) ? checkpoint.why : undefined;
  const answer = conclude(view, story);
  const told = said === undefined || answer.tone === 'good' ? answer : { ...answer, said: view.words.translated(said) };
  return story.shop.kind === 'no-row' ? withoutRetry(told) : told;
}

function withoutRetry({ said, todo, tone, why }: PlainAnswer): PlainAnswer {
  return { tone, why, todo, ...(said === undefined ? {} : { said }) };
}

function conclude(view: View, story: OrderStory): PlainAnswer {
  const { order } = view.words;
  const { abacos, checkpoint, shop } = story;
  if (abacos.kind === 'exists') return present(view, story, order.erp[abacos.status]);
  if (isDismissed(checkpoint)) return dismissed(view, checkpoint);
  if (shop.kind === 'no-row') return { tone: 'bad', why: order.gone, todo: order.goneTodo };
  if (shop.kind === 'row' && story.number === null)
    return { tone: 'wait', why: order.noNumber, todo: order.noNumberTodo };
  if (checkpoint.kind === 'open' && checkpoint.reason === 'BAD_NUMBER') {
    return { tone: 'bad', why: order.badNumber, todo: order.badNumberTodo };
  }
  const isUndated = shop.kind === 'row' && shop.age === 'undated';
  if (abacos.kind === 'missing' && isUndated) return { tone: 'wait', why: order.undated, todo: order.undatedTodo };
  switch (abacos.kind) {
    case 'missing':
      return missing(view, story);
    case 'unknown':
      return { tone: 'wait', why: order.unclear, todo: order.unclearTodo(everyOf(view, checkpoint)) };
    case 'not-asked': {
      const why = checkpoint.kind === 'settled' ? order.unaskedSettled : order.unasked;
      return { tone: 'wait', why, todo: order.unaskedTodo };
    }
  }
}

function isDismissed(checkpoint: CheckpointFinding): checkpoint is Dismissed {
  return checkpoint.kind === 'open' && checkpoint.reason === 'DISMISSED';
}

function dismissed({ words: { dismiss } }: View, { inDoubt }: Dismissed): PlainAnswer {
  return { tone: 'wait', why: dismiss.why, todo: inDoubt ? dismiss.inDoubtTodo : dismiss.todo, retry: 'second' };
}

/** Abacos has it; the payment may be another matter. */
function present(view: View, { advice, checkpoint, shop }: OrderStory, status: string): PlainAnswer {
  const { order } = view.words;
  const payment = checkpoint.kind === 'settled' ? checkpoint.payment : undefined;
  if (payment !== undefined) return awaiting(view, payment);
  if (checkpoint.kind !== 'open' || !mayBePending(checkpoint, shop)) {
    return { tone: 'good', why: order.inAbacos(status), todo: view.words.nothing };
  }
  if (isDismissed(checkpoint)) return dismissed(view, checkpoint);
  if (shop.kind === 'row' && shop.age === 'undated')
    return { tone: 'wait', why: order.unpaid, todo: order.undatedTodo };
  return checkpoint.givenUp
    ? { tone: 'bad', why: order.unpaid, todo: advised(view, advice) ?? order.unpaidGivenUpTodo, retry: 'first' }
    : { tone: 'wait', why: order.unpaid, todo: order.unpaidTodo(everyOf(view, checkpoint)), retry: 'second' };
}

/** Where the shop's row can not be read, what is on record stands: nobody has said that the payment has arrived. */
function mayBePending({ reason }: Open, shop: OrderStory['shop']): boolean {
  return shop.kind === 'row' ? shop.paymentPending : reason === 'PAYMENT_PENDING' || reason === 'DISMISSED';
}

/** Abacos has it, and its payment is watched. */
function awaiting({ format, now, words: { order } }: View, payment: PaymentNow): PlainAnswer {
  if (payment.kind === 'unpaid') {
    const todo = order.awaitsPaymentTodo(format.duration(payment.everyMs), format.text(payment.until, now));
    return { tone: 'good', why: order.awaitsPayment, todo };
  }
  const until = payment.until === undefined ? undefined : format.text(payment.until, now);
  return { tone: 'wait', why: order.paid(until), todo: order.paidTodo };
}

function missing(view: View, story: OrderStory): PlainAnswer {
  const { order } = view.words;
  const { checkpoint, shop } = story;
  switch (checkpoint.kind) {
    case 'open':
      return missingAndOpen(view, checkpoint, story);
    case 'settled':
      return { tone: 'bad', why: order.vanished, todo: order.vanishedTodo };
    case 'none':
      return { tone: 'bad', why: order.neverWatched, todo: order.neverWatchedTodo };
    case 'not-yet':
      return shop.kind === 'row' && shop.age === 'young'
        ? { tone: 'wait', why: order.young(view.format.duration(shop.settleMs)), todo: order.youngTodo }
        : { tone: 'wait', why: order.notLooked, todo: order.notLookedTodo };
  }
}

function missingAndOpen(view: View, open: Open, { advice, repairs, shop }: OrderStory): PlainAnswer {
  const { order } = view.words;
  if (!open.givenUp && open.attempts !== undefined) {
    const answer = { tone: 'wait', why: order.missing(open.attempts, open.maxAttempts) } as const;
    const todo = todoMeanwhile(view, open, repairs);
    // It would wait for the same as the order does.
    return repairs.kind === 'go-on' ? { ...answer, todo, retry: 'second' } : { ...answer, todo };
  }
  if (open.inDoubt) return { tone: 'bad', why: order.inDoubt, todo: order.inDoubtTodo, retry: 'second' };
  const isUnpaid = shop.kind === 'row' && shop.awaitsPayment;
  if (advice?.kind === 'known' ? advice.topic === 'awaiting-payment' : advice === undefined && isUnpaid) {
    return { tone: 'wait', why: order.missingUnpaid, todo: order.missingUnpaidTodo };
  }
  const answer = { tone: 'bad', why: order.givenUp, todo: advised(view, advice) ?? order.givenUpTodo } as const;
  return isRetryOfUse(advice) ? { ...answer, retry: 'first' } : answer;
}

/** Who is to do what, and the retry that follows, where that makes sense. */
function advised({ words }: View, advice: Advice | undefined): string | undefined {
  if (advice === undefined) return undefined;
  const todo = adviceText(advice, words);
  return isRetryOfUse(advice) ? `${todo} ${words.order.thenRetry}` : todo;
}

function todoMeanwhile(view: View, open: Open, repairs: RepairsNow): string {
  const { order } = view.words;
  switch (repairs.kind) {
    case 'held':
    case 'out':
      return order.missingTodoWhile[repairs.kind];
    case 'wait':
      return order.missingTodoWhile.wait(view.format.text(repairs.until, view.now));
    case 'go-on':
      return order.missingTodo(everyOf(view, open));
  }
}

function everyOf({ format }: View, checkpoint: CheckpointFinding): string {
  return checkpoint.kind === 'open' ? format.duration(checkpoint.everyMs) : format.duration(60_000);
}
