/** Everything that mails and webhooks tell people, in English. */
import type { OpenReason } from '../../core/verdict.ts';
import { duration } from '../duration.ts';
import { localTime } from '../moment.ts';
import { COMMON, hasOrHave, isOrAre, orders } from './common.ts';

/** The date once, where it is the same at both ends. */
function span(fromMs: number, toMs: number): string {
  const from = localTime(fromMs);
  const to = localTime(toMs);
  return `from ${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}

function period(fromMs: number, toMs: number): string {
  return `${span(fromMs, toMs)} (${duration(Math.max(0, toMs - fromMs))})`;
}

/** What is said of something that the work depends on, while it is down. */
export interface DownWords {
  readonly subject: (name: string) => string;
  readonly stillDown: (name: string, lasted: string) => string;
  readonly blips: (count: number) => string;
}

const once = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const DOWN: DownWords = {
  subject: (name) => `${name} is down`,
  stillDown: (name, lasted) => `${name} still down after ${lasted}`,
  blips: (count) => `It was away for a short time ${once(count)} before that.`,
};

const HELD: DownWords = {
  subject: () => 'Repairs are held',
  stillDown: (_, lasted) => `Repairs still held after ${lasted}`,
  blips: (count) => `They were held for a short time ${once(count)} before that.`,
};

type InSubject = OpenReason | 'givenUp' | 'rowGone' | 'repaired' | 'paymentRepaired' | 'settled';

const SUBJECT: Readonly<Record<InSubject, (who: string, count: number) => string>> = {
  NOT_FOUND: (who) => `${who} missing`,
  PAYMENT_PENDING: (who) => `${who}: payment pending`,
  UNKNOWN: (who) => `${who}: unclear answer from Abacos`,
  BAD_NUMBER: (who) => `${who} without a usable number`,
  NO_DATE: (who) => `${who} without a date`,
  givenUp: (who, count) => `${who} ${count === 1 ? 'needs' : 'need'} action`,
  rowGone: (who) => `${who} gone from the shop`,
  repaired: (who, count) => `${who} ${count === 1 ? 'was' : 'were'} missing, repaired`,
  paymentRepaired: (who) => `${who}: payment was pending, confirmed`,
  settled: (who) => `${who} settled`,
};

export const MAIL = {
  ...COMMON,
  tag: 'en',
  moment: localTime,
  orderName: (id: number, number: string | null): string => (number === null ? `id ${id}` : `${number} (id ${id})`),

  ordersTitle: 'Orders',
  doneTitle: 'What order-monit did',
  reminder: 'Reminder',
  escalated: 'Escalated',
  footer: (host: string, zone: string): string => `order-monit on ${host}. Times are ${zone}.`,

  /** Whom the subject is about: one order by its name, or how many. */
  who: (count: number, name: string | undefined): string => (name === undefined ? orders(count) : `order ${name}`),
  /** What is said of them. */
  subject: SUBJECT,
  stillOpen: (count: number): string => `${orders(count)} still open`,
  /** After the orders of a subject that nothing has been run for. */
  shopFirst: 'which the shop may still send',

  /** What a group of orders has in common, besides a finding. */
  group: {
    repaired: 'Was missing, was repaired, is in Abacos now:',
    paymentRepaired: 'The payment was pending, and is confirmed in Abacos now:',
    settled: 'Is in order now, without a command of order-monit:',
    givenUp: 'Needs action: all attempts failed:',
    doubt:
      'Needs action: a command may have done its work, but Abacos does not show it. Another one might do it twice:',
    permanent: 'Needs action: the command ended with a permanent error:',
    rowGone: "On record as failing, and its row is no longer in the shop's table:",
  },
  fromTo: (fromMs: number, toMs: number): string => `failing ${period(fromMs, toMs)}`,
  more: (count: number, fromMs: number, toMs: number): string =>
    `and ${count} more, found failing ${toMs - fromMs < 1000 ? `at ${localTime(fromMs)}` : span(fromMs, toMs)}:`,
  unnamed: (count: number): string => `And ${count} more that are not listed here.`,
  allOfThem: 'All of them: order-monit open',
  /** What leads to the page. */
  button: {
    see: 'See on the page',
    retry: 'See / retry',
  },
  /** In a note, and as a sentence. */
  reason: (why: string): string => `Reason: ${why}`,
  because: (why: string): string => `Reason: ${why}.`,
  noCommand: 'no command has been run yet',
  attempt: (attempt: number, of: number): string => `attempt ${attempt} of ${of}`,
  itSaid: (words: string): string => `it said: ${words}`,

  happened: {
    found: (count: number): string =>
      count === 1 ? 'Order-monit found an order that fails.' : `Order-monit found ${count} orders that fail.`,
    allMended: (count: number): string =>
      count === 1 ? 'An order that failed is in order now.' : `${count} orders that failed are in order now.`,
    someMended: (mended: number, count: number): string =>
      `${orders(count)} failed; ${mended} of them ${isOrAre(mended)} in order now.`,
    action: (count: number): string =>
      `${orders(count)} ${count === 1 ? 'needs' : 'need'} action: order-monit can not repair ${count === 1 ? 'it' : 'them'}.`,
    reminder: (count: number): string => `${orders(count)} ${isOrAre(count)} still open.`,
    escalation: (count: number, after: string): string =>
      `${orders(count)} ${isOrAre(count)} open for more than ${after}.`,
    stillOpen: (count: number): string => `${orders(count)} of earlier mails ${isOrAre(count)} still open.`,
    nothingOpen: 'Nothing of earlier mails is open any more.',
    held: (at: string): string => `This mail holds everything since the one of ${at}: notifications are grouped.`,
  },
  done: {
    asked: (commands: number): string =>
      commands === 0
        ? 'It asked Abacos, and has run no command yet.'
        : `It ran the task for ${orders(commands)} on the integration server, and asked Abacos again afterwards.`,
    held: 'It runs no command at the moment: Abacos denies orders that it had before, so what it says is missing may not be. Another mail says what to do about that.',
    settling: (until: string | null): string =>
      `It runs no command for them yet: the shop gets its own time (settle_time) to send them first, counted while Abacos is up${until === null ? '' : `: until ${until} or longer`}.`,
    draining: (until: string | null): string =>
      `It runs no command for them yet: missing orders turn up by themselves, so the shop's own queue is still sending. It waits${until === null ? ' for that to end' : ` until ${until} or longer`}.`,
    blocked: (what: string): string => `It can not do all its work at the moment, as this is down: ${what}.`,
    goesOn: (attempts: number): string =>
      `It goes on by itself, with up to ${attempts} attempts for an order. Orders that still fail are reported.`,
    mended: 'What Abacos has now is on record as settled.',
    rechecks: 'It runs nothing more, and keeps asking Abacos: an order that was repaired by hand settles by itself.',
    looksAgain: 'These orders are only re-checked.',
    keepsAsking:
      'Orders that Abacos answers unclearly about are asked about in every cycle; no command is run for them.',
  },
  toDo: {
    wait: 'Nothing for now.',
    look: 'To see what the shop, Abacos and the checkpoint say of it, and all open orders:',
    mend: 'Find out why (the reason is above), and correct it in the shop or in Abacos.',
    thenRetry: 'Then retry:',
    thenOnPage: 'Then press "Retry this order" on its page.',
    doubt:
      'Look these orders up in Abacos by their numbers. One that is there settles by itself as soon as Abacos says so. For one that is not, find out why the task had no effect, and correct that. Or ignore it.',
    onlyThen: 'Only then:',
    unclear: 'Look the orders up in Abacos. When it answers clearly again, they go on by themselves.',
    badNumber:
      "Give the orders a number of 1 to 50 characters of A-Z a-z 0-9 . _ / - in the shop's table, or ignore them.",
    undated:
      "If these are carts, give order-monit a view of the shop's table that leaves them out, and name it in database.yml (orders: table). If they are orders, give them their dates in the shop: then they are checked and repaired as any other.",
    rowGone: 'Find out whether the rows were deleted on purpose. The orders stay on record.',
  },

  /** The one notice of orders without a date. */
  undated: {
    subject: (count: number): string => `${orders(count)} ${hasOrHave(count)} no date`,
    happened: (count: number, at: string): string =>
      `${orders(count)} ${hasOrHave(count)} no usable date in the shop's table (created_at), and ${isOrAre(count)} not in Abacos, or not with the payment. The first was found at ${at}:`,
    done: 'It asks Abacos about them now and then, and repairs none by itself: a row without a date may be a cart.',
    once: 'This is told once, for as long as there are such orders. The daily report counts them.',
  },

  down: DOWN,
  /** Of `repairs`, in the place of `down`. */
  downRepairs: HELD,
  heldMeans: 'It may not be what it was, and orders that it calls missing may be there.',
  heldLook: 'This shows what order-monit is told there:',
  noHint: 'Nothing, if this is known and will pass: you are told when it is over. Otherwise, to try everything:',
  back: {
    subject: (name: string, lasted: string): string => `${name} is back after ${lasted}`,
    happened: (name: string, fromMs: number, toMs: number): string => `${name} was down ${period(fromMs, toMs)}.`,
    relapses: (count: number): string => `In between it came back and went away again ${once(count)}.`,
    caughtUp: (checked: number, failing: number): string =>
      checked === 0
        ? 'No new order was waiting.'
        : failing === 0
          ? `${orders(checked)} had waited and ${hasOrHave(checked)} been checked; nothing is missing.`
          : `${orders(checked)} had waited and ${hasOrHave(checked)} been checked: ${checked - failing} in Abacos, ${failing} found failing.`,
    repaired: (count: number): string => `${orders(count)} ${count === 1 ? 'was' : 'were'} repaired.`,
    goesOn: 'There is more to catch up; it goes on with that by itself.',
    heldSubject: (lasted: string): string => `repairs go on after ${lasted}`,
    heldHappened: (fromMs: number, toMs: number): string => `Repairs were held ${period(fromMs, toMs)}.`,
    heldRelapses: (count: number): string => `In between they went on, and were held again, ${once(count)}.`,
  },
  configuration: {
    subject: 'configuration fault',
    happened: (at: string): string => `The configuration, or the checkpoint, was found faulty at ${at}:`,
    inForce:
      'What is faulty was not taken over. A running service goes on with the configuration that it had; one that was to be started did not start.',
    mend: 'Correct what is named, check it, then reload:',
    recoverySubject: 'configuration corrected',
    recovery: 'The configuration is corrected and in force. What had been wrong:',
  },
  report: {
    subject: (day: string, figures: string): string => `daily report of ${day}: ${figures}`,
    headline: (checked: number, inAbacos: number): string => `${orders(checked)}, ${inAbacos} in Abacos`,
    repaired: (count: number, median: string): string => `${count} repaired (median ${median})`,
    open: (count: number, oldest: string, names: string): string => `${count} open since ${oldest}: ${names}`,
    noneOpen: 'none open',
    period: (from: string, to: string): string => `From ${from} to ${to}:`,
    uncheckedHeadline: (since: string): string => `not all checked since ${since}`,
    unchecked: (since: string): string =>
      `Since ${since} not all orders could be checked: some may be missing below, and those listed may have changed.`,
    checked: (checked: number, inAbacos: number): string =>
      `${orders(checked)} checked, ${inAbacos} of them in Abacos.`,
    repairedLine: (count: number, median: string | null): string =>
      count === 0
        ? 'None had to be repaired.'
        : `${count} repaired${median === null ? '' : `, after ${median} (median)`}.`,
    givenUpLine: (count: number): string => `${count} ${count === 1 ? 'needs' : 'need'} action.`,
    undated: (count: number): string => `${orders(count)} on record without a date.`,
    outage: (name: string, count: number, lasted: string): string => `${name} was down ${once(count)}, for ${lasted}.`,
    held: (count: number, lasted: string): string => `Repairs were held ${once(count)}, for ${lasted}.`,
    openHeading: (count: number): string => (count === 0 ? 'No order is open.' : `${orders(count)} open:`),
    openGivenUp: 'needs action',
    retryOnPage: 'Find out why, and correct it. Then press "Retry" beside the order on the page.',
    retryHint: 'Once the reason is corrected, this retries the orders that need action:',
  },
  test: {
    subject: 'test',
    happened: 'This is the test mail of order-monit check --mail.',
  },
};
