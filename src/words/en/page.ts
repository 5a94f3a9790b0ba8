/** Every word of the page, in English. What the functions take is written as people write it already, unless it is a count. */
import type { Dependency } from '../../core/outage.ts';

/** Without a formatter that is made beforehand: the first takes a megabyte and 7 ms, and the page may be off. */
function grouped(count: number): string {
  return count.toLocaleString('en');
}

function orders(count: number): string {
  return count === 1 ? '1 order' : `${grouped(count)} orders`;
}

/** `every 2 minutes`, and not `every 1 hour`. */
function interval(duration: string): string {
  return `every ${duration.replace(/^1 (?=\p{L}+$)/u, '')}`;
}

/** The page in English. */
export const PAGE = {
  frame: {
    skip: 'Skip to the content',
    home: 'Overview',
    findLabel: 'Order number',
    findHint: 'as the shop shows it',
    find: 'Find order',
    reload: 'Reload',
    pause: 'Pause refreshing',
    asOf: 'As of',
    stale: 'This page could not be refreshed. What it shows may be out of date.',
    running: (version: string, duration: string): string => `order-monit ${version}, running for ${duration}`,
    timesIn: (zone: string): string => `Times are those of ${zone}.`,
  },
  overview: {
    title: 'Overview',
    down: (dependency: Dependency, duration: string): string =>
      ({
        shop: `The shop’s database has been unavailable for ${duration}.`,
        abacos: `Abacos has been unavailable for ${duration}.`,
        'integration-server': `The integration server has been unavailable for ${duration}.`,
        repairs: `Repairs have been held for ${duration}: Abacos denies orders that it had.`,
      })[dependency],
    downEffect: {
      shop: 'Nothing is lost: new orders are looked at as soon as it is back, by itself.',
      abacos: 'Nothing is lost: every order is looked at as soon as it is back, by itself.',
      'integration-server':
        'Orders are still checked. Those that are missing are integrated as soon as it works again, by itself.',
      repairs:
        'Orders are still checked, and none is inserted, so that nothing is inserted twice. What to do is said below.',
    },
    starting: 'order-monit has just started.',
    startingHint: 'The first look at the orders is under way.',
    notLookedSince: (time: string): string => `No order has been looked at since ${time}.`,
    notLookedHint:
      'What is shown here of the orders may be old. Whoever runs order-monit sees with order-monit status what it is at.',
    notAllAsked: 'Not everything that order-monit depends on was asked yet.',
    refused:
      'The configuration was changed, and what it says now was refused: the old one is in force. Whoever runs order-monit finds out why with: order-monit check',
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
    sentence: (list: string): string => `${list}.`,
    waits: {
      settling: (time: string): string =>
        `The shop gets its own time to send such orders first: until ${time} or longer. What it does not send, order-monit does, by itself.`,
      draining: (time: string): string =>
        `Missing orders turn up by themselves, so the shop is still sending. order-monit waits until ${time} or longer, then sends what is left, by itself.`,
    },
    repairing: (count: number): string =>
      count === 1 ? 'order-monit is at work on it, by itself.' : 'order-monit is at work on them, by itself.',
    repairingOthers: (count: number): string =>
      count === 1
        ? 'order-monit is at work on the other one, by itself.'
        : `order-monit is at work on the other ${grouped(count)}, by itself.`,
    needHelp: (count: number, total: number): string =>
      count === total
        ? `${count === 1 ? 'It needs' : 'They need'} somebody: order-monit can not mend that by itself.`
        : `${grouped(count)} of them ${count === 1 ? 'needs' : 'need'} somebody: order-monit can not mend that by itself.`,
    allToday: (count: number): string =>
      count === 1 ? 'The one order of today is in Abacos.' : `All ${grouped(count)} orders of today are in Abacos.`,
    allSince: (count: number, time: string): string =>
      count === 1
        ? `The one order since ${time} is in Abacos.`
        : `All ${grouped(count)} orders since ${time} are in Abacos.`,
    quiet: 'No order is missing. There has been no new one to look at.',
    full: 'So many are open that new orders wait: they are looked at as soon as some of these are settled.',
    catchingUp: (count: number, duration: string): string =>
      `Catching up: ${orders(count)} still to be looked at, which takes about ${duration}.`,
    good: 'There is nothing to do.',
    lastLook: (ago: string): string => `Last look at the orders: ${ago} ago.`,
    neverLooked: 'The first look at the orders has not ended yet.',
    openTitle: 'Open orders',
    none: 'None. Every order that was looked at is in Abacos.',
    noneKnown: 'None is known of.',
    more: (count: number): string => `${orders(count)} more are not listed here.`,
    columns: {
      order: 'Order',
      what: 'What is wrong',
      since: 'Open since',
      attempts: 'Attempts',
      next: 'What happens next',
    },
    reasons: {
      NOT_FOUND: 'It is not in Abacos.',
      PAYMENT_PENDING: 'It is in Abacos, but its payment is not confirmed there.',
      UNKNOWN: 'Abacos gives no clear answer about it.',
      BAD_NUMBER: 'Its number in the shop can not be an order number.',
      NO_DATE: 'It has no date in the shop, and Abacos lacks it or its payment.',
    },
    attempts: (done: number, most: number): string => `${done} of ${most}`,
    next: (every: string): string => `Looked at about ${interval(every)}, and tried again by itself once that is safe.`,
    nextLook: (every: string): string => `Asked about again by itself, about ${interval(every)}.`,
    nextUndated: (every: string): string =>
      `Asked about ${interval(every)}, and never sent by itself: it may be a cart.`,
    nextBadNumber: 'Needs somebody: the number has to be corrected in the shop.',
    nextGivenUp: (every: string): string => `Needs somebody. It is only looked at, ${interval(every)}.`,
    givenUp: 'given up',
    idOnly: (id: number): string => `id ${id}`,
    retryOne: (order: string): string => `Retry ${order}`,
    retryAll: (count: number): string => `Retry all ${grouped(count)} that were given up`,
    dependenciesTitle: 'What order-monit depends on',
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
    downSince: (dependency: Dependency, duration: string): string =>
      `${dependency === 'repairs' ? 'held' : 'unavailable'} for ${duration}`,
    whatToDo: 'What to do:',
    heldToDo:
      'Find out whether Abacos was restored from a backup, and whether address and key in abacos.yml lead to the right company. If Abacos has really lost orders: order-monit rewind --since "YYYY-MM-DD HH:MM", the moment to which it went back; that lets repairs go on.',
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
    since: (time: string): string => `What is shown begins on ${time}, when order-monit was started.`,
    orders: 'New orders looked at',
    repairs: 'Orders integrated by order-monit',
    time: 'Time to integrate',
    ordersSum: (total: number, most: number): string => `${grouped(total)} in all, at most ${grouped(most)} in an hour`,
    repairsSum: (total: number, most: number): string =>
      `${grouped(total)} in all, at most ${grouped(most)} in an hour`,
    timeSum: (typical: string, longest: string): string => `${typical} in the typical hour, ${longest} in the slowest`,
    noTime: 'nothing had to be integrated',
    now: 'now',
    asTable: 'The same as a table',
    hour: 'Hour from',
    empty: 'Nothing happened in these hours.',
  },
  order: {
    title: (order: string): string => `Order ${order}`,
    idLabel: 'id in the shop',
    answerTitle: 'Where it is and why',
    todoTitle: 'What to do',
    todoNothing: 'Nothing.',
    gone: 'The shop’s table no longer has this order.',
    goneTodo: 'Ask those who look after the shop whether it was deleted on purpose. order-monit does nothing for it.',
    noNumber: 'The shop has not given this order a number yet, so Abacos can not know it.',
    noNumberTodo: 'Wait. If it stays so for more than an hour, tell those who look after the shop.',
    badNumber:
      'This order is not in Abacos as far as anybody can tell: its number in the shop can not be an order number.',
    badNumberTodo: 'Have the number corrected in the shop. order-monit looks at it again by itself when it changes.',
    undated: 'This order is not in Abacos, and it has no usable date in the shop: it may be a cart.',
    undatedTodo:
      'If it is a cart: nothing. If it is an order, have those who look after the shop give it its date; order-monit then looks after it as after any other.',
    inAbacos: (status: string): string => `This order is in Abacos (${status}).`,
    awaitsPayment: 'This order is in Abacos; the shop waits for the customer’s payment.',
    awaitsPaymentTodo: (every: string, until: string): string =>
      `Nothing. Whether it is paid is looked at every ${every}, until ${until}.`,
    paid: (until: string | undefined): string =>
      until === undefined
        ? 'This order is in Abacos and paid; the shop confirms the payment by itself.'
        : `This order is in Abacos and paid; the shop’s own confirmation has until ${until}.`,
    paidTodo: 'Nothing for now: if the shop does not confirm the payment, order-monit has that done.',
    unpaid: 'This order is in Abacos, but Abacos does not know yet that it has been paid.',
    unpaidTodo: (every: string): string =>
      `Nothing for now: order-monit confirms the payment by itself and looks again about ${interval(every)}.`,
    unpaidGivenUpTodo:
      'Have those who look after the shop find out why the payment can not be confirmed. Once that is mended, have it retried.',
    young: (duration: string): string =>
      `This order is not in Abacos yet. It is new: the shop gets ${duration} to send it before order-monit steps in.`,
    youngTodo: 'Nothing. order-monit looks at it by itself.',
    notLooked: 'This order is not in Abacos, and order-monit has not come to it yet.',
    notLookedTodo:
      'Nothing for now: it is looked at within minutes. If it stays so, look at the overview for what is down.',
    neverWatched:
      'This order is not in Abacos, and order-monit does not watch it: it is older than what is watched, or its record is gone.',
    neverWatchedTodo: 'Have those who look after the shop integrate it by hand.',
    missing: (done: number, most: number): string =>
      done === 0
        ? 'This order is not in Abacos. order-monit has found that out, and has run nothing for it yet.'
        : `This order is not in Abacos. order-monit has tried ${done} of ${most} times to integrate it.`,
    missingTodo: (every: string): string =>
      `Nothing for now: order-monit looks at it about ${interval(every)}, and tries again by itself once that can not insert it twice.`,
    missingTodoWhile: {
      held: 'Nothing about this order alone: all repairs are held, and the overview says what to do. It is taken up by itself when they go on.',
      out: 'Nothing about this order alone: the integration server is unavailable, and the overview says why. It is taken up by itself once that works.',
      wait: (time: string): string =>
        `Nothing for now: the shop may still send it by itself, until ${time} or longer. If it does not, order-monit does.`,
    },
    givenUp: 'This order is not in Abacos, and order-monit has stopped trying to integrate it.',
    givenUpTodo: 'Have the cause mended (what the shop said is below), then have it retried.',
    inDoubt:
      'Abacos does not show this order, although a command may have sent it. order-monit has stopped: another one might send it twice.',
    inDoubtTodo:
      'Look it up in Abacos by its number. If it is there, nothing has to be done: it settles by itself as soon as Abacos says so. If it is not, have the cause mended, then have it retried; or leave it.',
    vanished: 'Abacos says that it does not have this order, although it had it when order-monit looked.',
    vanishedTodo:
      'Ask those who look after Abacos whether it was removed there. order-monit does not look at it again by itself.',
    unclear: 'Nobody knows for certain whether this order is in Abacos: what Abacos answers about it is not clear.',
    unclearTodo: (every: string): string =>
      `Wait: order-monit asks again about ${interval(every)}. If it stays so for a day, show the answer below to those who look after Abacos.`,
    unasked: 'Abacos can not be asked right now. When it was last asked, this order was not settled.',
    unaskedSettled: 'Abacos can not be asked right now. When it was last asked, it had this order.',
    unaskedTodo: 'Wait until Abacos can be reached again; nothing is lost. Then look here again.',
    said: 'What was last said of it',
    retry: 'Retry this order',
    evidenceTitle: 'What each side says, just now',
    shop: 'The shop',
    abacos: 'Abacos',
    checkpoint: 'order-monit’s record',
    shopState: 'state',
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
    notYet: 'not looked at yet',
    noRecord: 'has none',
    attempts: (done: number): string =>
      done === 0 ? 'no attempt so far' : done === 1 ? '1 attempt' : `${done} attempts`,
    firstSeen: 'first recorded',
    lastSeen: 'last recorded',
    severalTitle: 'Several orders',
    several: (order: string): string => `The shop has several orders with the number ${order}. Which one do you mean?`,
  },
  story: {
    title: 'What happened',
    none: 'Nothing has happened to this order that is remembered.',
    since: (time: string): string => `What is told here begins on ${time}.`,
    found: {
      OK: 'Abacos has it.',
      AWAITING_PAYMENT: 'Abacos has it; its payment is still to come, or for the shop to confirm.',
      NOT_FOUND: 'Abacos does not have it.',
      PAYMENT_PENDING: 'Abacos has it, and does not know of its payment.',
      UNKNOWN: 'Abacos gave no clear answer.',
      BAD_NUMBER: 'Its number can not be an order number.',
      NO_DATE: 'It has no usable date, and Abacos lacks it or its payment.',
    },
    late: 'It showed up late in the shop.',
    started: (task: string, attempt: number): string => `${task} (attempt ${attempt}).`,
    tasks: {
      insert_order: 'order-monit has the shop send it to Abacos',
      confirm_payment: 'order-monit has the shop confirm its payment',
    },
    ended: {
      exited: 'The shop says that it is done',
      killed: 'It took too long and was ended',
      busy: 'Not started: an earlier attempt is still running',
      'too-soon': 'Not started: an earlier attempt has only just ended',
      'not-started': 'It could not be started on the integration server',
      lost: 'The connection was lost; it may still be running',
    },
    exitedBadly: (status: number): string => `The shop says that it failed (exit status ${status})`,
    after: (duration: string): string => `after ${duration}`,
    givenUp: {
      attempts: 'order-monit stops trying: all attempts are used up.',
      permanent: 'order-monit stops trying, because of what the shop said.',
      doubt: 'order-monit stops trying: a command may have done its work, and another one might do it twice.',
    },
    repaired: (duration: string): string => `It is in Abacos now, ${duration} after it was found failing.`,
    notRepaired: 'Looked at again afterwards:',
    rowGone: 'The shop’s table no longer has it.',
    retry: (by: string): string => `It gets all its attempts again, asked for by ${by}.`,
  },
  retry: {
    title: 'Retry',
    question: 'Have these orders tried again?',
    explanation:
      'Each of them gets all its attempts again, and order-monit begins at once. Abacos is asked first, and an order that it shows is not sent again. If a command may have sent one that it does not show, look that one up in Abacos before.',
    confirm: 'Yes, retry',
    cancel: 'No, go back',
    doneTitle: 'Retry asked for',
    accepted: 'is being tried again',
    refused: 'is not open any more: nothing to retry',
    doneHint: 'What comes of it shows on the page of the order within minutes.',
    notAllowedTitle: 'Retry is not allowed here',
    notAllowed:
      'This page may only be looked at. Whoever runs order-monit can allow it (page_allow_retry), or run: order-monit retry',
    nothing: 'No order was named.',
  },
  problem: {
    notFoundTitle: 'There is no such page',
    notFound: 'Search for an order above, or go to the overview.',
    noOrderTitle: (order: string): string => `The shop has no order ${order}`,
    noOrder:
      'Compare the number with where you have it from. An order that was placed a moment ago may not be there yet. If the customer has a confirmation and the shop has no order, tell those who look after the shop.',
    badSearchTitle: 'That can not be an order number',
    badSearch: (text: string): string =>
      `“${text}” can not be an order number: these have up to 50 letters, digits, dots, dashes, slashes and underscores. An order can be named by its id in the shop as well, with a # before it: #72066.`,
    unreachableTitle: 'The shop’s database can not be asked right now',
    unreachable: (why: string): string =>
      `Without it nobody can tell which order that is. Try again in some minutes. The reason: ${why}.`,
    forgeryTitle: 'The request was refused',
    forgery:
      'It did not come from this page, or the page was open for too long. Go back, reload the page and try again.',
    hostTitle: 'This page is not served under that name',
    host: 'Without a password it answers under the host’s own names only (localhost, 127.0.0.1, [::1]). Set page_password_file, or have the reverse proxy use a Unix socket.',
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
