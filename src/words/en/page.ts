/** Every word of the page, in English. Functions take texts as people write them already, except for counts. */
import type { Dependency } from '../../core/outage.ts';
import { CHANGES } from './changes.ts';
import { COMMON, grouped, orders } from './common.ts';

export const PAGE = {
  ...COMMON,
  frame: {
    skip: 'Skip to the content',
    home: 'Overview',
    findLabel: 'Order number, or a list',
    findHint: 'as you have it; of a list, the first 50',
    find: 'Find order',
    reload: 'Reload',
    pause: 'Pause refreshing',
    asOf: 'As of',
    stale: 'No answer from order-monit. What is shown here may be out of date.',
    paused: 'Refreshing is paused. What is shown here may be out of date.',
    asOfAgo: (ago: string): string => `(${ago} ago)`,
    still: 'This page does not refresh itself: reload it to see how things are now.',
    running: (version: string, duration: string): string => `order-monit ${version}, running for ${duration}`,
    timesIn: (zone: string, offset: string): string => `All times are those of ${zone} (${offset}).`,
  },
  overview: {
    title: 'Overview',
    starting: 'order-monit has just started.',
    startingHint: 'The first check of the orders is under way.',
    notLookedSince: (time: string): string => `No order has been checked since ${time}.`,
    notLookedHint:
      'What is shown here of the orders may be old. Whoever runs order-monit sees with order-monit status what it is doing.',
    notAllAsked: 'Not all systems were asked yet.',
    refused:
      'The changed configuration was refused: the old one is in force. Whoever runs order-monit finds out why with: order-monit check',
    standsBy: 'Another order-monit looks after the orders.',
    standsByHint: (leader: string | undefined): string =>
      `This one stands by, and what it shows of the orders may be old. The active one is at ${leader ?? 'a place that is not known yet'}.`,
    notIn: (count: number): string => (count === 1 ? '1 order is not in Abacos' : `${orders(count)} are not in Abacos`),
    unconfirmed: (count: number): string =>
      count === 1 ? '1 order is in Abacos without its payment' : `${orders(count)} are in Abacos without their payment`,
    unclear: (count: number): string =>
      count === 1
        ? 'Abacos gives no clear answer about 1 order'
        : `Abacos gives no clear answer about ${orders(count)}`,
    badNumber: (count: number): string =>
      count === 1 ? '1 order has an unusable number' : `${orders(count)} have an unusable number`,
    undated: (count: number): string => (count === 1 ? '1 order has no date' : `${orders(count)} have no date`),
    waits: {
      settling: (time: string): string =>
        `The shop gets its own time to send such orders first: until ${time} or longer. What it does not send, order-monit does, by itself.`,
      draining: (time: string): string =>
        `Missing orders turn up by themselves, so the shop is still sending. order-monit waits until ${time} or longer, then sends what is left, by itself.`,
    },
    repairing: (count: number): string =>
      count === 1 ? 'order-monit is repairing it.' : 'order-monit is repairing them.',
    repairingOthers: (count: number): string =>
      count === 1 ? 'order-monit is repairing the other one.' : `order-monit is repairing the other ${grouped(count)}.`,
    needHelp: (count: number, total: number): string =>
      count === total
        ? `${count === 1 ? 'It needs' : 'They need'} action: order-monit can not repair ${count === 1 ? 'it' : 'them'}.`
        : `${grouped(count)} of them ${count === 1 ? 'needs' : 'need'} action: order-monit can not repair ${count === 1 ? 'it' : 'them'}.`,
    allToday: (count: number): string =>
      count === 1 ? 'The one order of today is in Abacos.' : `All ${grouped(count)} orders of today are in Abacos.`,
    allSince: (count: number, time: string): string =>
      count === 1
        ? `The one order since ${time} is in Abacos.`
        : `All ${grouped(count)} orders since ${time} are in Abacos.`,
    quiet: 'No order is missing. There has been no new one to check.',
    allBut: (count: number): string =>
      `Every order that was checked is in Abacos, but for ${orders(count)} that ${count === 1 ? 'was' : 'were'} dismissed.`,
    full: 'So many are open that new orders wait: they are checked as soon as some of these are settled.',
    catchingUp: (count: number, duration: string): string =>
      `Catching up: ${orders(count)} still to be checked, which takes about ${duration}.`,
    good: 'There is nothing to do.',
    now: 'Now',
    nowCycle: 'orders are being checked',
    nowPause: (time: string): string => `pause until ${time} at most, then the next check`,
    nowCommands: {
      insert_order: (order: string, lasted: string): string =>
        `order ${order} is being sent to Abacos (insert_order, for ${lasted})`,
      confirm_payment: (order: string, lasted: string): string =>
        `the payment of order ${order} is being confirmed (confirm_payment, for ${lasted})`,
    },
    nowMore: (count: number): string => (count === 1 ? '1 more command' : `${grouped(count)} more commands`),
    lastLook: (ago: string): string => `Last check of the orders: ${ago} ago.`,
    neverLooked: 'The first check of the orders has not ended yet.',
    openTitle: 'Open orders',
    none: 'None. Every order that was checked is in Abacos.',
    noneBut: (count: number): string => `None. ${orders(count)} ${count === 1 ? 'was' : 'were'} dismissed.`,
    noneKnown: 'None is known.',
    parts: {
      action: (count: number): string => `Needs you: ${orders(count)}`,
      progress: (count: number): string => `In progress: ${orders(count)}`,
    },
    all: (count: number): string => `all ${grouped(count)}`,
    choose: (count: number): string => `Show all ${grouped(count)}, choose and retry`,
    moreCauses: (count: number): string => (count === 1 ? '1 more cause' : `${grouped(count)} more causes`),
    noneHere: 'None is open here any more.',
    csv: 'Download as a table (CSV)',
    csvLeft: (count: number): string =>
      `${grouped(count)} more ${count === 1 ? 'order is' : 'orders are'} not in this table. All of them: order-monit open`,
    csvColumns: {
      id: 'Id in the shop',
      reason: 'Code',
      said: 'Last error',
      needsAction: 'Needs action',
      checked: 'Last checked',
      yes: 'yes',
      no: 'no',
    },
    pagesTitle: 'Pages',
    pageOf: (page: number, last: number): string => `Page ${grouped(page)} of ${grouped(last)}`,
    previousPage: 'Previous page',
    nextPage: 'Next page',
    chooseOne: (order: string): string => `Choose ${order}`,
    retryChosen: 'Retry the chosen ones',
    columns: {
      order: 'Order',
      orders: 'Among them',
      cause: 'Cause',
      count: 'Orders',
      what: 'What is wrong',
      since: 'Open since',
      attempts: 'Attempts',
      next: 'What happens next',
    },
    attempts: (done: number, most: number): string => `${done} of ${most}`,
    next: (every: string): string => `Checked about every ${every}, and retried once that is safe.`,
    nextLook: (every: string): string => `Checked again about every ${every}.`,
    nextUndated: (every: string): string =>
      `Checked every ${every}, and never repaired automatically: it may be a cart.`,
    nextBadNumber: 'The number has to be corrected in the shop.',
    nextGivenUp: (every: string): string => `Only re-checked, every ${every}.`,
    givenUp: 'needs action',
    retryOne: (order: string): string => `Retry ${order}`,
    retryAll: (count: number): string => `Retry all ${grouped(count)}`,
    dependenciesTitle: 'Systems',
    dependencies: {
      shop: 'Shop database',
      abacos: 'Abacos',
      'integration-server': 'Integration server',
      repairs: 'Repairs',
    },
    dependencyRoles: {
      shop: 'where orders come from',
      abacos: 'where orders have to be',
      'integration-server': 'sends missing orders to Abacos',
      repairs: 'held while Abacos denies orders that it had',
    },
    up: 'works',
    notAsked: 'not asked yet',
    downSinceShort: (dependency: Dependency): string => (dependency === 'repairs' ? 'held' : 'unavailable'),
    waiting: (count: number, time: string): string =>
      `${orders(count)} ${count === 1 ? 'waits' : 'wait'} until ${time} or longer`,
    lag: {
      insert_order: (duration: string): string =>
        `An order may take ${duration} to show in Abacos after it was sent; it is not sent again before that.`,
      confirm_payment: (duration: string): string =>
        `A payment may take ${duration} to show in Abacos after it was confirmed; it is not confirmed again before that.`,
    },
  },
  chart: {
    title: 'The last 48 hours',
    since: (time: string): string => `Data since ${time}.`,
    orders: 'New orders checked',
    trouble: 'Orders found missing, and what became of them',
    missing: 'Found missing',
    repairs: 'Repaired',
    action: 'Need action',
    perHour: 'orders/h',
    timeUnit: 'median',
    downtimes: 'Shaded: a system was unavailable, or repairs were held.',
    fromTo: (from: string, to: string): string => `${from} to ${to}`,
    time: 'Time to repair',
    ordersSum: (total: number, most: number): string => `${grouped(total)} in all, at most ${grouped(most)} in an hour`,
    troubleSum: ({ missing, repairs, action }: Record<'missing' | 'repairs' | 'action', number>): string =>
      `${grouped(missing)} found missing, ${grouped(repairs)} repaired, ${grouped(action)} came to need action`,
    timeSum: (typical: string, longest: string): string => `median ${typical}, ${longest} in the slowest hour`,
    noTime: 'nothing had to be repaired',
    now: 'now',
    asTable: 'Show as table',
    hour: 'Hour from',
    empty: 'Nothing happened in these hours.',
  },
  order: {
    title: (order: string): string => `Order ${order}`,
    idLabel: 'id in the shop',
    answerTitle: 'Where it is and why',
    gone: 'The shop’s table no longer has this order.',
    goneTodo: 'Ask those who look after the shop whether it was deleted on purpose. order-monit does nothing for it.',
    noNumber: 'The shop has not given this order a number yet, so Abacos can not know it.',
    noNumberTodo: 'Wait. If it stays so for more than an hour, tell those who look after the shop.',
    badNumber: 'This order is not in Abacos as far as can be told: its number in the shop can not be an order number.',
    badNumberTodo: 'Correct the number in the shop. order-monit checks the order again when it changes.',
    undated: 'This order is not in Abacos, and it has no usable date in the shop: it may be a cart.',
    undatedTodo:
      'If it is a cart: nothing. If it is an order, ask those who look after the shop to set its date; order-monit then treats it as any other.',
    inAbacos: (status: string): string => `This order is in Abacos (${status}).`,
    awaitsPayment: 'This order is in Abacos; the shop waits for the customer’s payment.',
    awaitsPaymentTodo: (every: string, until: string): string =>
      `Nothing. The payment is checked every ${every}, until ${until}.`,
    paid: (until: string | undefined): string =>
      until === undefined
        ? 'This order is in Abacos and paid; the shop confirms the payment by itself.'
        : `This order is in Abacos and paid; the shop’s own confirmation has until ${until}.`,
    paidTodo: 'Nothing for now: if the shop does not confirm the payment, order-monit does.',
    unpaid: 'This order is in Abacos, but Abacos does not know yet that it has been paid.',
    unpaidTodo: (every: string): string =>
      `Nothing for now: order-monit confirms the payment and checks again about every ${every}.`,
    unpaidGivenUpTodo:
      'Ask those who look after the shop why the payment can not be confirmed. Once that is corrected, retry this order.',
    young: (duration: string): string =>
      `This order is not in Abacos yet. It is new: the shop gets ${duration} to send it before order-monit steps in.`,
    youngTodo: 'Nothing. order-monit checks it automatically.',
    notLooked: 'This order is not in Abacos, and order-monit has not come to it yet.',
    notLookedTodo: 'Nothing for now: it is checked within minutes. If it stays so, the overview says what is down.',
    neverWatched:
      'This order is not in Abacos, and order-monit does not watch it: it is older than what is watched, or its record is gone.',
    neverWatchedTodo: 'Ask those who look after the shop to insert it by hand.',
    missing: (done: number, most: number): string =>
      done === 0
        ? 'This order is not in Abacos. order-monit has run nothing for it yet.'
        : `This order is not in Abacos. ${done} of ${most} attempts were made.`,
    missingTodo: (every: string): string =>
      `Nothing for now: order-monit checks it about every ${every}, and retries once that can not insert it twice.`,
    missingTodoWhile: {
      held: 'Nothing about this order alone: all repairs are held, and the overview says what to do. It goes on when they do.',
      out: 'Nothing about this order alone: the integration server is unavailable, and the overview says why. It goes on once that works.',
      wait: (time: string): string =>
        `Nothing for now: the shop may still send it by itself, until ${time} or longer. If it does not, order-monit does.`,
    },
    givenUp: 'This order is not in Abacos, and order-monit has stopped retrying it.',
    givenUpTodo: 'Correct the cause (the last error is below), then retry this order.',
    missingUnpaid: 'This order is not in Abacos, and the customer has not paid for it yet.',
    missingUnpaidTodo:
      'Nothing, as long as it is not paid: order-monit goes on asking Abacos. If it is paid and still not there an hour later, retry this order then.',
    retried: (time: string): string =>
      `Retry started at ${time}. Abacos is asked first, then what is missing is done. What comes of it shows here by itself.`,
    thenRetry: 'Then retry this order.',
    inDoubt:
      'Abacos does not show this order, although a command may have sent it. order-monit has stopped: another one might send it twice.',
    inDoubtTodo:
      'Look it up in Abacos by its number. If it is there, do nothing: it settles by itself as soon as Abacos says so. If it is not, correct the cause, then retry this order; or ignore it.',
    vanished: 'Abacos says that it does not have this order, although it had it when order-monit checked.',
    vanishedTodo: 'Ask those who look after Abacos whether it was removed there. order-monit does not check it again.',
    unclear: 'It is not certain whether this order is in Abacos: unclear answer from Abacos.',
    unclearTodo: (every: string): string =>
      `Wait: order-monit asks again about every ${every}. If it stays so for a day, show the answer below to those who look after Abacos.`,
    unasked: 'Abacos can not be asked right now. When it was last asked, this order was open.',
    unaskedSettled: 'Abacos can not be asked right now. When it was last asked, it had this order.',
    unaskedTodo: 'Wait until Abacos can be reached again; nothing is lost. Then look here again.',
    said: 'Last error',
    retry: 'Retry this order',
    evidenceTitle: 'What each side says, just now',
    shop: 'The shop',
    abacos: 'Abacos',
    checkpoint: 'order-monit’s record',
    shopState: 'state',
    shopNotes: {
      placed: 'placed',
      changed: 'last changed',
      sent: 'sent to Abacos by the shop',
      'send-error': 'the shop’s error in sending it',
      'payment-confirmed': 'payment confirmed to Abacos by the shop',
      'payment-error': 'the shop’s error in confirming the payment',
    },
    shopNoRow: 'has no such order',
    notAsked: (why: string): string => `could not be asked: ${why}`,
    answers: {
      missing: 'does not have it',
      exists: (status: string): string => `has it: ${status}`,
      unknown: (why: string): string => `gives no clear answer: ${why}`,
    },
    erp: {
      'in-progress': 'in progress',
      invoiced: 'invoiced',
      dispatched: 'dispatched',
      delivered: 'delivered',
      cancelled: 'cancelled',
    },
    recorded: (payment: 'paid' | 'unpaid' | undefined): string =>
      payment === undefined ? 'settled: Abacos had it' : 'in Abacos; its payment is watched',
    notYet: 'not checked yet',
    noRecord: 'has none',
    attempts: (done: number): string =>
      done === 0 ? 'no attempt so far' : done === 1 ? '1 attempt' : `${done} attempts`,
    firstSeen: 'first recorded',
    lastSeen: 'last recorded',
    byId: (text: string): string =>
      `No order has the number ${text}. This is the one whose row in the shop has that id.`,
    severalTitle: 'Several orders',
    several: (order: string): string => `The shop has several orders with the number ${order}. Which one do you mean?`,
  },
  list: {
    title: 'Orders looked up',
    lookedUp: (count: number): string => `${orders(count)} looked up`,
    counts: {
      bad: (count: number): string => (count === 1 ? '1 needs somebody' : `${grouped(count)} need somebody`),
      none: (count: number): string => `${grouped(count)} not found in the shop`,
      byId: (count: number): string =>
        count === 1 ? '1 found by its id only' : `${grouped(count)} found by their ids only`,
      wait: (count: number): string => `${grouped(count)} in progress`,
      good: (count: number): string => `${grouped(count)} in Abacos`,
    },
    left: (most: number, left: number): string => `Only the first ${most} were looked up, ${grouped(left)} were not.`,
    columns: { written: 'You wrote', order: 'Order', why: 'Where it is and why', todo: 'What to do' },
    several: 'The shop has several orders with this number.',
    severalTodo: 'Choose one.',
    none: 'The shop has no such order.',
    noneTodo: 'Compare the number with where you have it from.',
    unreachableTodo: 'Try again in some minutes.',
  },
  story: {
    none: 'No events recorded.',
    since: (time: string): string => `History since ${time}.`,
    late: 'It showed up late in the shop.',
    started: (task: string, attempt: number): string => `${task} (attempt ${attempt}).`,
    tasks: {
      insert_order: 'order-monit runs insert_order, which sends it to Abacos',
      confirm_payment: 'order-monit runs confirm_payment, which confirms its payment',
    },
    command: 'The command',
    after: (ms: number): string => (ms < 1000 ? 'in less than 1 s' : `after ${COMMON.duration(ms)}`),
    givenUp: {
      attempts: 'It needs action: all attempts failed.',
      permanent: 'It needs action: permanent error.',
      doubt: 'It needs action: a command may have done its work, and another one might do it twice.',
    },
    repaired: (duration: string): string => `It is in Abacos now, ${duration} after it was found failing.`,
    notRepaired: 'Checked again afterwards:',
    rowGone: 'The shop’s table no longer has it.',
    rowFound: 'The shop’s table has it again.',
    retry: (by: string): string => `It gets all its attempts again, asked for by ${by}.`,
    reopened: (by: string): string =>
      `It is open again, asked for by ${by}. A command may have done its work: another one is run only once that is safe.`,
    dismissed: (by: string): string => `It was dismissed by ${by}. The reason given:`,
  },
  ...CHANGES,
  problem: {
    notFoundTitle: 'There is no such page',
    notFound: 'Search for an order above, or go to the overview.',
    noOrderTitle: (order: string): string => `The shop has no order ${order}`,
    noOrder:
      'Compare the number with where you have it from. An order that was placed a moment ago may not be there yet. If the customer has a confirmation and the shop has no order, tell those who look after the shop.',
    badSearchTitle: 'That can not be an order number',
    badSearch: (text: string): string =>
      `“${text}” can not be an order number: these have up to 50 letters, digits, dots, dashes, slashes and underscores. An order can be named by its id in the shop as well: id 72066.`,
    unreachableTitle: 'The shop’s database can not be asked right now',
    unreachable: (why: string): string =>
      `Without it the order can not be identified. Try again in some minutes. The reason: ${why}.`,
    forgeryTitle: 'The request was refused',
    forgery:
      'It did not come from this page, or the page was open for too long. Go back, reload the page and try again.',
    hostTitle: 'This page is not served under that name',
    host: 'Without a password it answers under the host’s own names only (localhost, 127.0.0.1, [::1]). Set page_password_file, or let the reverse proxy use a Unix socket.',
    authTitle: 'A password is needed',
    auth: 'Reload the page and give the password. Any name will do; it shows in the log beside what you do.',
    tooManyTitle: 'Too many wrong passwords',
    tooMany: 'Wait a minute, then try again.',
    methodTitle: 'That can not be done here',
    tooLargeTitle: 'The request is too large',
    tooLarge: 'Retry fewer orders at once.',
    busyTitle: 'Too many orders are being looked up at once',
    busy: 'Wait some seconds, then reload the page.',
    brokenTitle: 'Something went wrong',
    broken: 'The page could not be made. Monitoring goes on. The log says more: journalctl -u order-monit',
  },
};
