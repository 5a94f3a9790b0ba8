/** The mails about orders, in words. */
import type { OrdersContent } from './alert.ts';
import { commands, paragraph, plain, type Block, type Letter, type Section, type Wording } from './letter.ts';
import { groupsOf, nameOf, sortOf, type Sort } from './order-groups.ts';
import type { OrderCase } from './state.ts';

interface Context extends Wording {
  readonly now: number;
  readonly escalateAfterMs: number;
}

export function orderLetter(content: OrdersContent, context: Context): Letter {
  const { words } = context;
  const groups = groupsOf(content.orders, context);
  const unnamed = content.unnamed > 0 ? [paragraph(words.unnamed(content.unnamed))] : [];
  const sections: Section[] = [
    { heading: words.heading.happened, blocks: happened(content, context) },
    { heading: words.heading.orders, blocks: [...groups, ...unnamed] },
    { heading: words.heading.done, blocks: done(content, context) },
    { heading: words.heading.toDo, blocks: toDo(content, context) },
  ];
  return { subject: subjectOf(content, context), sections };
}

const COUNTED: Readonly<Record<Sort, keyof Wording['words']['count']>> = {
  permanent: 'givenUp',
  givenUp: 'givenUp',
  rowGone: 'rowGone',
  badNumber: 'badNumber',
  puzzling: 'puzzling',
  missing: 'missing',
  payment: 'payment',
  repaired: 'repaired',
  paymentRepaired: 'settled',
  settled: 'settled',
};
const SUBJECT_ORDER = [
  'givenUp',
  'rowGone',
  'badNumber',
  'puzzling',
  'missing',
  'payment',
  'repaired',
  'settled',
] as const;

function subjectOf({ orders, stage, stillOpen, unnamed }: OrdersContent, { words }: Context): string {
  const [only] = orders;
  const prefix = stage === 'reminder' ? `${words.reminder}: ` : stage === 'escalation' ? `${words.escalated}: ` : '';
  const open = stage === 'news' && stillOpen > 0 ? [words.stillOpen(stillOpen)] : [];
  if (orders.length === 1 && only !== undefined && unnamed === 0) {
    const name = only.orderNumber === null ? nameOf(only, words) : plain(only.orderNumber, 60);
    return prefix + [words.single[COUNTED[sortOf(only)]](name), ...open].join(', ');
  }
  const counts = new Map<string, number>(unnamed > 0 ? [['missing', unnamed]] : []);
  for (const one of orders) counts.set(COUNTED[sortOf(one)], (counts.get(COUNTED[sortOf(one)]) ?? 0) + 1);
  const parts = SUBJECT_ORDER.flatMap((sort) => {
    const count = counts.get(sort) ?? 0;
    return count === 0 ? [] : [words.count[sort](count)];
  });
  return prefix + [...parts, ...open].join(', ');
}

function happened(content: OrdersContent, { words, escalateAfterMs }: Context): Block[] {
  const { orders, stage, stillOpen, heldSince, kind, unnamed } = content;
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
  else if (stage === 'news' && failing === 0) blocks.push(paragraph(say.nothingOpen));
  if (heldSince !== null) blocks.push(paragraph(say.held(words.moment(heldSince))));
  return blocks;
}

function done({ orders, down }: OrdersContent, { words, maxAttempts }: Context): Block[] {
  const sorts = new Set(orders.map(sortOf));
  const has = (...wanted: readonly Sort[]): boolean => wanted.some((sort) => sorts.has(sort));
  const blocks = [paragraph(words.done.asked(orders.filter(({ command }) => command !== null).length))];
  if (has('repaired', 'paymentRepaired', 'settled')) blocks.push(paragraph(words.done.mended));
  if (has('missing', 'payment')) {
    const names = down.map(words.dependency);
    if (names.length > 0) blocks.push(paragraph(words.done.blocked(words.and(names))));
    blocks.push(paragraph(words.done.goesOn(maxAttempts)));
  }
  if (has('givenUp', 'permanent', 'rowGone', 'badNumber')) blocks.push(paragraph(words.done.rechecks));
  if (has('puzzling')) blocks.push(paragraph(words.done.keepsAsking));
  return blocks;
}

/** So many orders are named in a command that the reader may copy. */
const IN_COMMAND = 50;

function toDo({ orders }: OrdersContent, { words }: Context): Block[] {
  const open = orders.filter(({ settledAt }) => settledAt === null);
  const of = (...sorts: readonly Sort[]): OrderCase[] => open.filter((one) => sorts.includes(sortOf(one)));
  const [first] = open;
  if (first === undefined) return [paragraph(words.toDo.nothing)];
  const say = words.toDo;
  const blocks: Block[] = [];
  const givenUp = of('givenUp', 'permanent');
  if (givenUp.length > 0) {
    blocks.push(paragraph(say.mend), paragraph(say.thenRetry), commands(...retryLines(givenUp)));
  }
  if (of('puzzling').length > 0) blocks.push(paragraph(say.puzzling));
  if (of('badNumber').length > 0) blocks.push(paragraph(say.badNumber));
  if (of('rowGone').length > 0) blocks.push(paragraph(say.rowGone));
  if (blocks.length === 0) blocks.push(paragraph(say.wait));
  blocks.push(paragraph(say.look), commands(`order-monit order ${argumentOf(first)}`));
  if (open.length > 1) blocks.push(paragraph(say.allOpen), commands('order-monit checkpoint failed'));
  return blocks;
}

function retryLines(orders: readonly OrderCase[]): string[] {
  const named = orders.slice(0, IN_COMMAND);
  const numbers = named.flatMap(({ orderNumber }) =>
    orderNumber === null || !SAFE.test(orderNumber) ? [] : [orderNumber],
  );
  const ids = named.flatMap(({ orderId, orderNumber }) =>
    orderNumber === null || !SAFE.test(orderNumber) ? [String(orderId)] : [],
  );
  return [
    ...(numbers.length > 0 ? [`order-monit retry ${numbers.join(' ')}`] : []),
    ...(ids.length > 0 ? [`order-monit retry --id ${ids.join(' ')}`] : []),
  ];
}

/** What may stand in a command line as it is, and is no option. */
const SAFE = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,49}$/;

function argumentOf({ orderId, orderNumber }: OrderCase): string {
  return orderNumber === null || !SAFE.test(orderNumber) ? `--id ${orderId}` : orderNumber;
}
