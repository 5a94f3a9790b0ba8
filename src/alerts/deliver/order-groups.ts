/** Orders of one mail, grouped by what they have in common: five hundred that failed alike are one sentence. */
import { hasOwnWords, wasNotStarted } from '../../core/command.ts';
import { OPEN_REASONS, type OpenReason } from '../../core/verdict.ts';
import type { MailWords } from '../../words/catalogue.ts';
import { capital } from '../../words/sentence.ts';
import type { OrderCase } from '../decide/state.ts';
import { listedLinks, orderLink, plain, type Block, type Named, type Span, type Wording } from './mail-body.ts';

/** What is said of an order in a mail: what was found, or what has become of it. */
export type Sort = OpenReason | keyof MailWords['group'];

const GIVEN_UP = { attempts: 'givenUp', permanent: 'permanent', doubt: 'doubt' } as const;

export function sortOf(one: OrderCase): Sort {
  if (one.settledAt !== null) {
    if (one.command === null) return 'settled';
    return one.command.task === 'confirm_payment' ? 'paymentRepaired' : 'repaired';
  }
  if (one.rowGone) return 'rowGone';
  if (one.givenUp !== null) return GIVEN_UP[one.givenUp];
  return one.reason;
}

/** So many orders of a group have a line of their own, with their times. */
const WITH_TIMES = 20;
/** So many more are named. */
const NAMED = 1000;

/** The groups of a mail, in the order of {@link Sort}'s weight for the reader. */
export function groupsOf(orders: readonly OrderCase[], wording: Wording & { readonly now: number }): readonly Block[] {
  const groups = new Map<string, OrderCase[]>();
  for (const one of orders) {
    const key = JSON.stringify([WEIGHT.indexOf(sortOf(one)), titleOf(one, wording), notesOf(one, wording)]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()]
    .sort((a, b) => weightOf(a) - weightOf(b))
    .flatMap((members): Block[] => {
      const [first] = members;
      if (first === undefined) return [];
      return [
        {
          kind: 'group',
          title: titleOf(first, wording),
          notes: notesOf(first, wording),
          items: itemsOf(members, wording),
        },
      ];
    });
}

/** The weightiest first: of the groups of a mail, and in its subject. */
export const WEIGHT: readonly Sort[] = [
  'permanent',
  'doubt',
  'givenUp',
  'rowGone',
  'BAD_NUMBER',
  'UNKNOWN',
  'NO_DATE',
  'NOT_FOUND',
  'PAYMENT_PENDING',
  'repaired',
  'paymentRepaired',
  'settled',
];

function weightOf([first]: readonly OrderCase[]): number {
  return first === undefined ? 0 : WEIGHT.indexOf(sortOf(first));
}

function titleOf(one: OrderCase, { words }: Wording): string {
  const sort = sortOf(one);
  return isFinding(sort) ? `${capital(words.finding(sort))}:` : words.group[sort];
}

function isFinding(sort: Sort): sort is OpenReason {
  return OPEN_REASONS.some((reason) => reason === sort);
}

function notesOf(one: OrderCase, { words, maxAttempts }: Wording): string[] {
  const notes: string[] = [];
  if (one.why !== null) notes.push(words.reason(plain(words.translated(one.why))));
  if (one.command === null) {
    if (['NOT_FOUND', 'PAYMENT_PENDING'].includes(sortOf(one))) notes.push(words.noCommand);
    return notes;
  }
  const { task, attempt, end, exitStatus, said } = one.command;
  const which = end !== 'running' && wasNotStarted({ kind: end }) ? '' : ` (${words.attempt(attempt, maxAttempts)})`;
  const speaks = said !== null && !(end === 'exited' && exitStatus === 0 && one.settledAt !== null);
  notes.push(`${task} ${words.ended(end, exitStatus ?? 0)}${which}`);
  if (speaks) notes.push(words.itSaid(plain(words.translated(hasOwnWords(end) ? said : { quote: said }))));
  return notes;
}

function itemsOf(members: readonly OrderCase[], wording: Wording & { readonly now: number }): Span[][] {
  const { now, page, words } = wording;
  const items = members
    .slice(0, WITH_TIMES)
    .map((one): Span[] => [nameOf(one, wording), `: ${timesOf(one, words, now)}`]);
  const rest = members.slice(WITH_TIMES);
  const [first] = rest;
  const last = rest.at(-1);
  if (first !== undefined && last !== undefined) {
    const title = words.more(rest.length, first.openedAt, last.openedAt);
    const names = rest.slice(0, NAMED).map((one) => orderLink(shortName(one), one, page));
    items.push([`${title} `, ...listedLinks(names)]);
  }
  if (rest.length > NAMED) items.push([unnamedText(rest.length - NAMED, wording)]);
  return items;
}

/** How many more there are, and where all of them are to be had. */
export function unnamedText(count: number, { page, words }: Wording): string {
  return page === undefined ? `${words.unnamed(count)} ${words.allOfThem}` : words.unnamed(count);
}

function timesOf(one: OrderCase, words: MailWords, now: number): string {
  if (one.settledAt !== null) return words.fromTo(one.openedAt, one.settledAt);
  const lasted = now - one.openedAt;
  const since = words.since(words.moment(one.openedAt), lasted < 1000 ? undefined : words.duration(lasted));
  return `${words.finding(one.reason)} ${since}`;
}

/** Where there are many, or where room is short. */
export function shortName({ orderId, orderNumber }: Named): string {
  return orderNumber === null ? `id ${orderId}` : plain(orderNumber, 60);
}

/** The whole name, which leads to the order's page where there is one. */
export function nameOf(order: Named, { page, words }: Wording): Span {
  const { orderId, orderNumber } = order;
  const name = words.orderName(orderId, orderNumber === null ? null : plain(orderNumber, 60));
  return orderLink(name, order, page);
}
