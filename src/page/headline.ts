/** Decides what the overview says first: whether all orders are in Abacos, or why that is not known. */
import type { Dependency } from '../core/outage.ts';
import { whole } from '../words/sentence.ts';
import type { Tone, View } from './layout.ts';
import type { Chart, OpenOrders, PageStatus } from './ports.ts';

/** The order in which the page shows the dependencies: those first without which nothing can be known. */
export const DISPLAY_ORDER: readonly Dependency[] = ['abacos', 'shop', 'integration-server', 'repairs'];

/** The truth in one sentence, and what follows from it. */
export interface Headline {
  readonly tone: Tone;
  readonly lead: string;
  readonly more: readonly string[];
}

export interface Situation {
  readonly status: PageStatus;
  readonly open: OpenOrders;
  readonly chart: Chart;
}

/** Says how things are, in the words of somebody who asks "is everything there?". The gravest comes first. */
export function headlineOf(view: View, situation: Situation): Headline {
  const { status, open } = situation;
  const { overview } = view.words;
  const down = downtimes(view, status);
  const missing = open.total === 0 ? [] : missingSentences(view, situation);
  const catchingUp = backlogSentences(view, status);
  const doubts = doubtsAbout(view, status);
  const unchecked = uncheckedSentences(view, status);
  const [first] = down;
  if (first !== undefined) {
    // Abacos or the shop being away makes everything else old news; the integration server does not.
    const leads = first.essential || missing.length === 0;
    const causes = [...down.flatMap(({ lead, effect }) => [lead, effect]), ...unchecked.slice(0, 1)];
    const [lead = '', ...more] = leads ? [...causes, ...missing] : [...missing, ...causes];
    return { tone: 'bad', lead, more };
  }
  if (status.standsBy !== undefined) {
    const { leader } = status.standsBy;
    return { tone: 'wait', lead: overview.standsBy, more: [overview.standsByHint(leader)] };
  }
  if (unchecked.length > 0) {
    const [lead = '', ...more] = [...unchecked, ...missing, ...doubts];
    return { tone: 'bad', lead, more };
  }
  if (open.total > 0) {
    const [lead = '', ...more] = missing;
    return { tone: open.needHelp > 0 ? 'bad' : 'wait', lead, more: [...more, ...catchingUp, ...doubts] };
  }
  if (status.checking.state === 'not-yet') {
    return { tone: 'wait', lead: overview.starting, more: [overview.startingHint, ...doubts] };
  }
  const [lead, ...more] = [...catchingUp, ...doubts];
  if (lead !== undefined) return { tone: 'wait', lead, more };
  const well = open.dismissed === 0 ? allIsWell(view, situation.chart) : overview.allBut(open.dismissed);
  return { tone: 'good', lead: well, more: [overview.good] };
}

/** What a screen reader is told when it changes: the facts, without a duration that changes every minute. */
export function announcementOf(view: View, { status, open }: Situation): string {
  const names = DISPLAY_ORDER.filter((dependency) => status.dependencies[dependency].state === 'down');
  const down = names.map((dependency) => {
    const { dependencies } = view.words.overview;
    return `${dependencies[dependency]}: ${view.words.overview.downSinceShort(dependency)}.`;
  });
  const unchecked = uncheckedSentences(view, status).slice(0, 1);
  const orders = open.total === 0 ? noneOpen(view, { status, open }) : whatIsWrong(view, open);
  return [...down, ...unchecked, orders].join(' ');
}

/** That no order is open: as much of it as is known. */
export function noneOpen(view: View, { status, open }: Omit<Situation, 'chart'>): string {
  const { overview } = view.words;
  const isKnown = status.checking.state === 'current' && doubtsAbout(view, status).length === 0;
  if (!isKnown) return overview.noneKnown;
  return open.dismissed === 0 ? overview.none : overview.noneBut(open.dismissed);
}

/** That nobody has looked at the orders for a while: then nothing else says how they are. */
function uncheckedSentences({ words, format, now }: View, { checking }: PageStatus): string[] {
  if (checking.state !== 'blind') return [];
  return [words.overview.notLookedSince(format.text(checking.since, now)), words.overview.notLookedHint];
}

/** What keeps anybody from saying that all is well, whatever is known of the orders. */
function doubtsAbout({ words: { overview } }: View, status: PageStatus): string[] {
  const { checking, configurationRefused, dependencies } = status;
  // Before the first whole look that is no news.
  const notAsked =
    checking.state === 'current' && DISPLAY_ORDER.some((dependency) => dependencies[dependency].state === 'not-asked');
  return [...(notAsked ? [overview.notAllAsked] : []), ...(configurationRefused ? [overview.refused] : [])];
}

interface Downtime {
  readonly lead: string;
  readonly effect: string;
  readonly essential: boolean;
}

function downtimes({ words, format, now }: View, { dependencies }: PageStatus): Downtime[] {
  return DISPLAY_ORDER.flatMap((dependency) => {
    const state = dependencies[dependency];
    if (state.state !== 'down') return [];
    return [
      {
        lead: words.unavailable(dependency, words.lasting(format.duration(now - state.since))),
        effect: words.meanwhile[dependency],
        essential: dependency === 'shop' || dependency === 'abacos',
      },
    ];
  });
}

function whatIsWrong({ words }: View, { byReason }: OpenOrders): string {
  const { overview } = words;
  const told = [
    { count: byReason.NOT_FOUND, tell: overview.notIn },
    { count: byReason.PAYMENT_PENDING, tell: overview.unconfirmed },
    { count: byReason.UNKNOWN, tell: overview.unclear },
    { count: byReason.BAD_NUMBER, tell: overview.badNumber },
    { count: byReason.NO_DATE, tell: overview.undated },
  ];
  return whole(words.and(told.flatMap(({ count, tell }) => (count === 0 ? [] : [tell(count)]))));
}

function missingSentences(view: View, { status, open }: Situation): string[] {
  const { overview } = view.words;
  const sentences = [whatIsWrong(view, open)];
  if (open.needHelp > 0) sentences.push(overview.needHelp(open.needHelp, open.total));
  if (status.isFull) sentences.push(overview.full);
  // Nothing is run for orders without a date, and nobody need hurry.
  const atWork = open.total - open.needHelp - open.byReason.NO_DATE;
  const allUp = DISPLAY_ORDER.every((dependency) => status.dependencies[dependency].state === 'up');
  if (atWork > 0 && allUp && status.checking.state !== 'blind') {
    const { repairsWait } = status;
    if (repairsWait !== undefined) {
      sentences.push(overview.waits[repairsWait.why](view.format.text(repairsWait.until, view.now)));
    } else sentences.push(open.needHelp > 0 ? overview.repairingOthers(atWork) : overview.repairing(atWork));
  }
  return sentences;
}

function backlogSentences({ words, format }: View, { backlog }: PageStatus): string[] {
  return backlog === undefined
    ? []
    : [words.overview.catchingUp(backlog.ordersLeft, format.duration(backlog.timeLeftMs))];
}

/** "Today" only when all of today is known; otherwise since when what is counted begins. */
function allIsWell({ words, format, now }: View, { hours, since }: Chart): string {
  const { overview } = words;
  const today = hours.filter(({ startsAt }) => format.sameDay(startsAt, now));
  const count = today.reduce((sum, hour) => sum + hour.orders, 0);
  if (count === 0) return overview.quiet;
  const begun = today[0]?.startsAt ?? now;
  return since > begun ? overview.allSince(count, format.text(since, now)) : overview.allToday(count);
}
