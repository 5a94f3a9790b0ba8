/** The mails about orders, in words. */
import { adviceFor, isRetryOfUse } from '../../core/advice.ts';
import { argumentFor, isPlainWord } from '../../core/order.ts';
import { adviceText } from '../../words/advice.ts';
import type { MailWords } from '../../words/catalogue.ts';
import type { OrdersContent } from '../decide/alert.ts';
import type { OrderCase } from '../decide/state.ts';
import {
  commands,
  listedLinks,
  orderLink,
  orderUrl,
  paragraph,
  plain,
  type Block,
  type MailBody,
  type Named,
  type Section,
  type Wording,
} from './mail-body.ts';
import { groupsOf, shortName, sortOf, unnamedText, WEIGHT, type Sort } from './order-groups.ts';

interface Context extends Wording {
  readonly now: number;
  readonly escalateAfterMs: number;
}

export function orderMail(content: OrdersContent, context: Context): MailBody {
  const { words } = context;
  const groups = groupsOf(content.orders, context);
  const unnamed = content.unnamed > 0 ? [paragraph(unnamedText(content.unnamed, context))] : [];
  const sections: Section[] = [
    { heading: words.happenedTitle, blocks: happened(content, context) },
    { heading: words.ordersTitle, blocks: [...groups, ...unnamed] },
    { heading: words.doneTitle, blocks: done(content, context) },
    { heading: words.whatToDo, blocks: toDo(content, context) },
  ];
  return { subject: subjectOf(content, context), sections };
}

function inSubject(sort: Sort): keyof MailWords['subject'] {
  return sort === 'permanent' || sort === 'doubt' ? 'givenUp' : sort;
}

const SUBJECT_ORDER = [...new Set(WEIGHT.map(inSubject))];

function subjectOf(content: OrdersContent, { words }: Context): string {
  const { orders, stage, stillOpen, unnamed } = content;
  const [only] = orders;
  const prefix = stage === 'reminder' ? `${words.reminder}: ` : stage === 'escalation' ? `${words.escalated}: ` : '';
  const open = [
    ...(isShopsTurn(content) ? [words.shopFirst] : []),
    ...(stage === 'news' && stillOpen > 0 ? [words.stillOpen(stillOpen)] : []),
  ];
  const name = orders.length === 1 && only !== undefined && unnamed === 0 ? shortName(only) : undefined;
  const parts = SUBJECT_ORDER.flatMap((sort) => {
    const count = orders.filter((one) => inSubject(sortOf(one)) === sort).length + (sort === 'NOT_FOUND' ? unnamed : 0);
    return count === 0 ? [] : [words.subject[sort](words.who(count, name), count)];
  });
  return prefix + [...parts, ...open].join(', ');
}

/** Nothing has been run for any of these orders, because the shop may still send them itself: no cause for alarm. */
function isShopsTurn({ kind, orders, repairsWait, unnamed }: OrdersContent): boolean {
  if (kind !== 'orders' || repairsWait === undefined || unnamed > 0) return false;
  return orders.every((one) => sortOf(one) === 'NOT_FOUND' && one.command === null);
}

function happened(content: OrdersContent, { words, escalateAfterMs }: Context): Block[] {
  const { orders, stage, stillOpen, nothingOpen, heldSince, kind, unnamed } = content;
  const mended = orders.filter(({ settledAt }) => settledAt !== null).length;
  const failing = orders.length - mended + unnamed;
  const say = words.happened;
  const first = (): string => {
    if (stage === 'reminder') return say.reminder(orders.length);
    if (stage === 'escalation') return say.escalation(orders.length, words.duration(escalateAfterMs));
    if (failing === 0) return say.allMended(mended);
    if (mended > 0) return say.someMended(mended, mended + failing);
    return kind === 'action' ? say.action(failing) : say.found(failing);
  };
  const blocks = [paragraph(first())];
  if (stage === 'news' && mended > 0 && failing > 0 && kind === 'action') blocks.push(paragraph(say.action(failing)));
  if (stillOpen > 0) blocks.push(paragraph(say.stillOpen(stillOpen)));
  else if (nothingOpen && orders.some(({ told }) => told !== 'nothing')) blocks.push(paragraph(say.nothingOpen));
  if (heldSince !== null) blocks.push(paragraph(say.held(words.moment(heldSince))));
  return blocks;
}

/** Without a row or a usable number there is nothing to ask Abacos about. */
const NOT_ASKED_ABOUT: readonly Sort[] = ['rowGone', 'BAD_NUMBER'];

function done({ orders, down, repairsWait }: OrdersContent, { words, maxAttempts, now }: Context): Block[] {
  const sorts = new Set(orders.map(sortOf));
  const has = (...wanted: readonly Sort[]): boolean => wanted.some((sort) => sorts.has(sort));
  const blocks: Block[] = [];
  if (orders.some((one) => !NOT_ASKED_ABOUT.includes(sortOf(one)))) {
    blocks.push(paragraph(words.done.asked(orders.filter(({ command }) => command !== null).length)));
  }
  if (has('repaired', 'paymentRepaired', 'settled')) blocks.push(paragraph(words.done.mended));
  if (has('NOT_FOUND', 'PAYMENT_PENDING')) {
    const names = down.filter((dependency) => dependency !== 'repairs').map(words.dependency);
    if (names.length > 0) blocks.push(paragraph(words.done.blocked(words.and(names))));
    if (down.includes('repairs')) blocks.push(paragraph(words.done.held));
    else if (repairsWait !== undefined) {
      const until = repairsWait.until > now ? words.moment(repairsWait.until) : null;
      blocks.push(paragraph(words.done[repairsWait.why](until)));
    }
    blocks.push(paragraph(words.done.goesOn(maxAttempts)));
  }
  if (has('givenUp', 'permanent', 'doubt')) blocks.push(paragraph(words.done.rechecks));
  if (has(...NOT_ASKED_ABOUT)) blocks.push(paragraph(words.done.looksAgain));
  if (has('UNKNOWN')) blocks.push(paragraph(words.done.keepsAsking));
  return blocks;
}

/** So many orders are named in one line that the reader may copy, and so many in all. */
const IN_LINE = 20;
const IN_COMMANDS = 1000;

function toDo({ orders, stillOpen }: OrdersContent, context: Context): Block[] {
  const { page, words } = context;
  const open = orders.filter(({ settledAt }) => settledAt === null);
  const of = (...sorts: readonly Sort[]): OrderCase[] => open.filter((one) => sorts.includes(sortOf(one)));
  const [first] = open;
  if (first === undefined) return [paragraph(stillOpen > 0 ? words.toDo.wait : words.nothing)];
  const say = words.toDo;
  const inDoubt = of('doubt');
  const advised = adviceOn(of('givenUp', 'permanent'), context);
  const blocks: Block[] = [];
  if (inDoubt.length > 0) blocks.push(paragraph(say.doubt), ...retryOf(inDoubt, say.onlyThen, context));
  blocks.push(...advised.blocks);
  if (advised.toRetry.length > 0) blocks.push(...retryOf(advised.toRetry, say.thenRetry, context));
  if (of('UNKNOWN').length > 0) blocks.push(paragraph(say.unclear));
  if (of('BAD_NUMBER').length > 0) blocks.push(paragraph(say.badNumber));
  if (of('NO_DATE').length > 0) blocks.push(paragraph(say.undated));
  if (of('rowGone').length > 0) blocks.push(paragraph(say.rowGone));
  if (blocks.length === 0) blocks.push(paragraph(say.wait));
  if (page === undefined) {
    const lines = [`order-monit order ${argumentFor(first)}`, 'order-monit open'];
    return [...blocks, paragraph(say.look), commands(...lines)];
  }
  const [only] = open.length === 1 ? open : [];
  const url = only === undefined ? `${page.url}/` : orderUrl(only, page);
  const mayRetry = page.allowsRetry && inDoubt.length + advised.toRetry.length > 0;
  return [...blocks, { kind: 'button', link: { text: mayRetry ? words.button.retry : words.button.see, url } }];
}

/** Who does what about which orders, and those that are tried again after that. */
function adviceOn(
  orders: readonly OrderCase[],
  { advice: own = [], now, page, words }: Context,
): { readonly blocks: Block[]; readonly toRetry: OrderCase[] } {
  const groups = new Map<string, OrderCase[]>();
  const unknown: OrderCase[] = [];
  const toRetry: OrderCase[] = [];
  for (const one of orders) {
    const said = [one.command?.said, one.why].filter((text) => typeof text === 'string');
    const advice = adviceFor({ said, openMs: now - one.openedAt }, own);
    if (isRetryOfUse(advice)) toRetry.push(one);
    if (advice === undefined) unknown.push(one);
    else {
      const text = adviceText(advice, words);
      groups.set(text, [...(groups.get(text) ?? []), one]);
    }
  }
  const blocks = [...groups].map(([text, members]) => {
    const names = members.slice(0, NAMED_IN_ADVICE).map((one) => orderLink(shortName(one), one, page));
    const more = members.length > names.length ? ` (+${members.length - names.length})` : '';
    return paragraph(...listedLinks(names), `${more} – ${plain(text, LONGEST_ADVICE)}`);
  });
  if (unknown.length > 0) blocks.push(paragraph(words.toDo.mend));
  return { blocks, toRetry };
}

/** The groups above name all of them. */
const NAMED_IN_ADVICE = 20;
const LONGEST_ADVICE = 600;

/** How orders are tried again, once what comes first is done. */
function retryOf(orders: readonly OrderCase[], then: string, { page, words }: Context): Block[] {
  if (page?.allowsRetry === true) return [paragraph(words.toDo.thenOnPage)];
  return [paragraph(then), commands(...retryLines(orders))];
}

/** The commands that give orders their attempts again, to be copied. */
export function retryLines(orders: readonly Named[]): string[] {
  const named = orders.slice(0, IN_COMMANDS);
  const numbers = named.flatMap(({ orderNumber }) => (isPlainWord(orderNumber) ? [orderNumber] : []));
  const ids = named.flatMap(({ orderId, orderNumber }) => (isPlainWord(orderNumber) ? [] : [String(orderId)]));
  return [
    ...linesOf(numbers).map((line) => `order-monit retry ${line}`),
    ...linesOf(ids).map((line) => `order-monit retry --id ${line}`),
  ];
}

function linesOf(names: readonly string[]): string[] {
  const count = Math.ceil(names.length / IN_LINE);
  return Array.from({ length: count }, (_, line) => names.slice(line * IN_LINE, (line + 1) * IN_LINE).join(' '));
}
