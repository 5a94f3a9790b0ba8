/** Everything that mails and webhooks tell people, in English. */
import type { Task } from '../../core/command.ts';
import type { Dependency } from '../../core/outage.ts';
import type { FailureReason } from '../../core/verdict.ts';
import { duration } from '../duration.ts';
import { momentParts } from '../moment.ts';

const orders = (count: number): string => (count === 1 ? '1 order' : `${count} orders`);
const haveBeen = (count: number): string => (count === 1 ? 'has been' : 'have been');
const are = (count: number): string => (count === 1 ? 'is' : 'are');

const DEPENDENCIES: Readonly<Record<Dependency, string>> = {
  shop: "the shop's database",
  abacos: 'Abacos',
  'integration-server': 'the integration server',
  repairs: 'repairs',
};

const FINDINGS: Readonly<Record<FailureReason, string>> = {
  NOT_FOUND: 'not in Abacos',
  PAYMENT_PENDING: 'in Abacos, its payment not confirmed there',
  UNKNOWN: 'not to be judged by what Abacos answers',
  BAD_NUMBER: 'without a number that Abacos could be asked about',
  NO_DATE: 'without a date in the shop, and not in Abacos as it should be',
};

/** What each kind of outage keeps order-monit from, and what it does about it. */
const MEANWHILE: Readonly<Record<Dependency, string>> = {
  shop: 'No new orders can be read, so none are checked. It is tried again and again, and nothing is skipped: the orders are taken up where they were left.',
  abacos:
    'No order can be checked or is integrated. Abacos is tried again and again, no order loses an attempt by this, and nothing is skipped: the orders are taken up where they were left.',
  'integration-server':
    'Orders are still checked, but missing ones can not be integrated again. The server is tried again and again; where it can be reached, with one order at a time. No order loses an attempt by this, and all go on by themselves once it works.',
  repairs:
    'Orders are still checked, and none is inserted, so that nothing is inserted twice. Abacos is asked again and again; when it has those orders again, repairs go on by themselves.',
};

function moment(epochMs: number): string {
  const { year, month, day, time } = momentParts(epochMs);
  return `${year}-${month}-${day} ${time}`;
}

/** The date once, where it is the same at both ends. */
function span(fromMs: number, toMs: number): string {
  const from = moment(fromMs);
  const to = moment(toMs);
  const isOneDay = from.slice(0, 10) === to.slice(0, 10);
  return `from ${from} to ${isOneDay ? to.slice(11) : to}`;
}

function period(fromMs: number, toMs: number): string {
  return `${span(fromMs, toMs)} (${duration(Math.max(0, toMs - fromMs))})`;
}

/** What is said of something that the work depends on, while it is down. */
export interface DownWords {
  readonly subject: (name: string) => string;
  readonly stillDown: (name: string, lasted: string) => string;
  readonly happened: (name: string, at: string, lasted: string) => string;
  readonly blips: (count: number) => string;
}

const once = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const DOWN: DownWords = {
  subject: (name) => `${name} is down`,
  stillDown: (name, lasted) => `${name} still down after ${lasted}`,
  happened: (name, at, lasted) => `${name} can not be used since ${at} (${lasted}).`,
  blips: (count) => `It was away for a short time ${once(count)} before that.`,
};

const HELD: DownWords = {
  subject: () => 'Repairs are held',
  stillDown: (_, lasted) => `Repairs still held after ${lasted}`,
  happened: (_, at, lasted) =>
    `Repairs are held since ${at} (${lasted}): Abacos denies orders that it had before. So it may not be what it was, and orders that it calls missing may be there.`,
  blips: (count) => `They were held for a short time ${once(count)} before that.`,
};

export const MAIL = {
  tag: 'en',
  moment,
  duration: (ms: number): string => duration(ms),
  dependency: (dependency: Dependency): string => DEPENDENCIES[dependency],
  finding: (reason: FailureReason): string => FINDINGS[reason],
  orderName: (id: number, number: string | null): string => (number === null ? `id ${id}` : `${number} (id ${id})`),
  and: (parts: readonly string[]): string =>
    parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`,

  heading: { happened: 'What happened', orders: 'Orders', done: 'What order-monit did', toDo: 'What to do' },
  reminder: 'Reminder',
  escalated: 'Escalated',
  footer: (host: string, zone: string): string => `order-monit on ${host}. Times are ${zone}.`,

  /** How many there are of each sort, for the subject. */
  count: {
    missing: (count: number): string => `${orders(count)} missing`,
    payment: (count: number): string => `${orders(count)} with the payment pending`,
    givenUp: (count: number): string => `${orders(count)} given up`,
    puzzling: (count: number): string => `${orders(count)} not to be judged`,
    badNumber: (count: number): string => `${orders(count)} without a usable number`,
    undated: (count: number): string => `${orders(count)} without a date`,
    rowGone: (count: number): string => `${orders(count)} gone from the shop`,
    repaired: (count: number): string => `${orders(count)} ${count === 1 ? 'was' : 'were'} missing, repaired`,
    confirmed: (count: number): string =>
      count === 1 ? '1 payment was pending, confirmed' : `${count} payments were pending, confirmed`,
    settled: (count: number): string => `${orders(count)} settled`,
  },
  /** The same for a single order. */
  single: {
    missing: (name: string): string => `order ${name} missing`,
    payment: (name: string): string => `order ${name}: payment pending`,
    givenUp: (name: string): string => `order ${name} given up`,
    puzzling: (name: string): string => `order ${name} can not be judged`,
    badNumber: (name: string): string => `order ${name} has no usable number`,
    undated: (name: string): string => `order ${name} has no date`,
    rowGone: (name: string): string => `order ${name} is gone from the shop`,
    repaired: (name: string): string => `order ${name} was missing, repaired`,
    confirmed: (name: string): string => `order ${name}: payment was pending, confirmed`,
    settled: (name: string): string => `order ${name} settled`,
  },
  stillOpen: (count: number): string => `${orders(count)} still open`,
  /** After the orders of a subject that nothing has been run for. */
  shopFirst: 'which the shop may still send',

  /** What a group of orders has in common. */
  group: {
    repaired: 'Was missing, integrated again, is in Abacos now:',
    paymentRepaired: 'The payment was pending, and is confirmed in Abacos now:',
    settled: 'Is in order now, without a command of order-monit:',
    missing: 'Not in Abacos:',
    payment: 'In Abacos, but the payment is not confirmed there:',
    givenUp: 'Given up: all attempts are used up, and the order is still failing:',
    doubt: 'Given up: a command may have done its work, but Abacos does not show it. Another one might do it twice:',
    permanent: 'Given up: the command said that trying again is no use:',
    puzzling: 'Abacos answers, but not in a way that tells whether it has the order:',
    badNumber: 'Its number can not be an order number, so Abacos can not be asked:',
    undated: 'Not in Abacos as it should be, and without a date in the shop. Nothing is repaired by itself:',
    rowGone: "On record as failing, and its row is no longer in the shop's table:",
  },
  since: (finding: string, at: string, lasted: string | undefined): string =>
    `${finding} since ${at}${lasted === undefined ? '' : ` (${lasted})`}`,
  fromTo: (fromMs: number, toMs: number): string => `failing ${period(fromMs, toMs)}`,
  more: (count: number, fromMs: number, toMs: number): string =>
    `and ${count} more, found failing ${toMs - fromMs < 1000 ? `at ${moment(fromMs)}` : span(fromMs, toMs)}:`,
  unnamed: (count: number): string =>
    `And ${count} more that are not listed here. All of them: order-monit checkpoint failed`,
  /** In a note, and as a sentence. */
  reason: (why: string): string => `Reason: ${why}`,
  because: (why: string): string => `Reason: ${why}.`,
  command: {
    running: (task: Task, attempt: string): string => `${task} was started (${attempt})`,
    exited: (task: Task, attempt: string, status: number): string =>
      `${task} ended with exit status ${status} (${attempt})`,
    killed: (task: Task, attempt: string): string => `${task} was ended by force (${attempt})`,
    busy: (task: Task): string => `${task} was not started: a command for the order is still running`,
    tooSoon: (task: Task): string => `${task} was not started: a command for the order ended moments ago`,
    notStarted: (task: Task): string => `${task} could not be started`,
    lost: (task: Task, attempt: string): string => `${task} was lost sight of (${attempt}); it may be running still`,
    none: 'no command has been run yet',
  },
  attempt: (attempt: number, of: number): string => `attempt ${attempt} of ${of}`,
  itSaid: (words: string): string => `it said: ${words}`,

  happened: {
    found: (count: number): string =>
      count === 1 ? 'Order-monit found an order that fails.' : `Order-monit found ${count} orders that fail.`,
    allMended: (count: number): string =>
      count === 1 ? 'An order that failed is in order now.' : `${count} orders that failed are in order now.`,
    someMended: (mended: number, count: number): string =>
      `${orders(count)} failed; ${mended} of them ${are(mended)} in order now.`,
    action: (count: number): string =>
      count === 1
        ? 'An order needs a person: order-monit can do no more for it.'
        : `${count} orders need a person: order-monit can do no more for them.`,
    reminder: (count: number): string => `${orders(count)} ${are(count)} still open.`,
    escalation: (count: number, after: string): string => `${orders(count)} ${are(count)} open for more than ${after}.`,
    stillOpen: (count: number): string => `${orders(count)} of earlier mails ${are(count)} still open.`,
    nothingOpen: 'Nothing of earlier mails is open any more.',
    held: (at: string): string =>
      `This mail holds everything since the one of ${at}: mails about the same matter keep a distance.`,
  },
  done: {
    asked: (commands: number): string =>
      commands === 0
        ? 'It asked Abacos, and has run no command yet.'
        : `It had the integration server run the task for ${orders(commands)}, and asked Abacos again afterwards.`,
    held: 'It runs no command at the moment: Abacos denies orders that it had before, so what it says is missing may not be. Another mail says what to do about that.',
    settling: (until: string | null): string =>
      `It runs no command for them yet: the shop gets its own time (settle_time) to send them first, counted while Abacos is up${until === null ? '' : `: until ${until} or longer`}.`,
    draining: (until: string | null): string =>
      `It runs no command for them yet: missing orders turn up by themselves, so the shop's own queue is still sending. It waits${until === null ? ' for that to end' : ` until ${until} or longer`}.`,
    blocked: (what: string): string => `It can not do all its work at the moment, because of what is down: ${what}.`,
    goesOn: (attempts: number): string =>
      `It goes on by itself, with up to ${attempts} attempts for an order. What they do not mend is given up, and said.`,
    mended: 'What Abacos has now is on record as settled.',
    rechecks: 'It runs nothing more, but goes on asking Abacos: an order that was mended by hand settles by itself.',
    looksAgain: 'It runs nothing for these, and looks at them again now and then.',
    keepsAsking:
      'Orders that Abacos answers unusably about are asked about in every cycle; no command is run for them.',
  },
  toDo: {
    nothing: 'Nothing.',
    wait: 'Nothing for now.',
    look: 'To see what the shop, Abacos and the checkpoint say of it, and all open orders:',
    mend: 'Find out why (the reason is above), and mend it in the shop or in Abacos.',
    thenRetry: 'Then have it tried again:',
    doubt:
      'Look these orders up in Abacos by their numbers. One that is there settles by itself as soon as Abacos says so. For one that is not, find out why the task had no effect, and mend that. Or leave it. Only then:',
    puzzling: 'Look the orders up in Abacos. When it answers usably again, they go on by themselves.',
    badNumber:
      "Give the orders a number of 1 to 50 characters of A-Z a-z 0-9 . _ / - in the shop's table, or leave them.",
    undated:
      "If these are carts, give order-monit a view of the shop's table that leaves them out, and name it in database.yml (orders: table). If they are orders, have them given their dates: then they are checked and repaired as any other.",
    rowGone: 'Find out whether the rows were deleted on purpose. The orders stay on record.',
  },

  /** The one notice of orders without a date. */
  undated: {
    subject: (count: number): string => `${orders(count)} ${count === 1 ? 'has' : 'have'} no date`,
    happened: (count: number, at: string): string =>
      `${orders(count)} ${count === 1 ? 'has' : 'have'} no usable date in the shop's table (created_at), and ${are(count)} not in Abacos, or not with the payment. The first was found at ${at}:`,
    done: 'It asks Abacos about them now and then, and repairs none by itself: a row without a date may be a cart.',
    once: 'This is told once, for as long as there are such orders. The daily report counts them.',
  },

  down: DOWN,
  /** Of `repairs`, in the place of `down`. */
  held: HELD,
  meanwhile: {
    of: (dependency: Dependency): string => MEANWHILE[dependency],
    noHint: 'Nothing, if this is known and will pass: you are told when it is over. Otherwise, to try everything:',
    hint: (hint: string): string => `${hint}.`,
    /** What people do about repairs that are held, before and after the commands that try everything. */
    lookInto:
      'Find out whether Abacos was restored from a backup, and whether address and key in abacos.yml lead to the right company. This says what order-monit is told there:',
    isReal:
      'If Abacos has really lost orders, say so: this has it asked again about all orders from the moment to which it went back, and lets repairs go on:',
    aMoment: 'YYYY-MM-DD HH:MM',
  },
  back: {
    subject: (name: string, lasted: string): string => `${name} is back after ${lasted}`,
    happened: (name: string, fromMs: number, toMs: number): string => `${name} was down ${period(fromMs, toMs)}.`,
    relapses: (count: number): string => `In between it came back and went away again ${once(count)}.`,
    caughtUp: (checked: number, failing: number): string =>
      checked === 0
        ? 'No new order was waiting.'
        : failing === 0
          ? `${orders(checked)} had waited and ${haveBeen(checked)} checked; nothing is missing.`
          : `${orders(checked)} had waited and ${haveBeen(checked)} checked: ${checked - failing} in Abacos, ${failing} found failing.`,
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
    mend: 'Mend what is named, try it, and have it read again:',
    recoverySubject: 'configuration good again',
    recovery: 'The configuration is good again and in force. What had been wrong:',
  },
  report: {
    subject: (day: string): string => `report of ${day}`,
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
    givenUpLine: (count: number): string => `${count} given up.`,
    undated: (count: number): string => `${orders(count)} on record without a date.`,
    outage: (name: string, count: number, lasted: string): string => `${name} was down ${once(count)}, for ${lasted}.`,
    held: (count: number, lasted: string): string => `Repairs were held ${once(count)}, for ${lasted}.`,
    openHeading: (count: number): string => (count === 0 ? 'No order is open.' : `${orders(count)} open:`),
    openGivenUp: 'given up',
    retryHint: 'Once the reason is mended, this gives the orders that were given up their attempts again:',
  },
  test: {
    subject: 'test',
    happened: 'Somebody asked for a test mail with order-monit check --mail. It has arrived.',
  },
};
