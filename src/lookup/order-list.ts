/** The look-up of several orders at once: the same questions as about one, asked together. */
import { erpOf, ordersOf } from '../adapters/adapters.ts';
import { explain } from '../adapters/problems.ts';
import { readRepairs } from '../checkpoint/index.ts';
import { repairPath } from '../config/directories.ts';
import type { Answer } from '../core/answer.ts';
import { isOrderNumber, type OrderId, type OrderNumber, type OrderReference } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import { NO_STORY, storiesOf, type Story } from '../history/index.ts';
import type { Orders } from '../shop/index.ts';
import {
  known,
  NotKnown,
  SeveralOrders,
  shopSideOf,
  type Known,
  type Records,
  type ShopSide,
  type Side,
  type Sides,
  type Sources,
} from './order-sides.ts';

/** What is known of one of them, or that the shop has none, or several. */
export type Listed = Sides | SeveralOrders | undefined;

/** So many numbers are in one question to Abacos: one that fails costs the others no more. */
const NUMBERS_PER_CALL = 25;

interface Found {
  readonly shop: Side<ShopSide>;
  readonly name: Known;
}

/**
 * Asks about each. What is down stops no other answer, and is asked once.
 *
 * @param wanted what may be meant by each, the likeliest first
 */
export async function askAboutEach(
  sources: Sources,
  wanted: readonly (readonly OrderReference[])[],
  signal: AbortSignal,
): Promise<readonly Listed[]> {
  const found = await askShop(sources, wanted, signal);
  const named = found.flatMap((each) => (each === undefined || each instanceof SeveralOrders ? [] : [each.name]));
  const ids = named.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const [answers, records, stories, memory] = await Promise.all([
    askAbacos(
      sources,
      named.flatMap(({ number }) => (number !== undefined && isOrderNumber(number) ? [number] : [])),
      signal,
    ),
    sources.recordsOf(ids),
    storiesOf(sources.directories.state, ids),
    readRepairs(repairPath(sources.directories)),
  ]);
  return found.map((each) =>
    each === undefined || each instanceof SeveralOrders
      ? each
      : {
          ...each.name,
          shop: each.shop,
          abacos: answerFor(answers, each.name.number),
          checkpoint: { kind: 'told', told: recordOf(records, each.name) },
          history: { kind: 'told', told: storyIn(stories, each.name) },
          repairs: { kind: 'told', told: memory },
        },
  );
}

/** One connection for all of them; once it fails, none of the others is asked for. */
async function askShop(
  sources: Sources,
  wanted: readonly (readonly OrderReference[])[],
  signal: AbortSignal,
): Promise<(Found | SeveralOrders | undefined)[]> {
  const orders = ordersOf(sources.config);
  const found: (Found | SeveralOrders | undefined)[] = [];
  let silent: Extract<Side<ShopSide>, { kind: 'silent' }> | undefined;
  try {
    for (const meant of wanted) {
      const shop: Side<ShopSide> | SeveralOrders = silent ?? (await oneRow(orders, meant, signal));
      if (shop instanceof SeveralOrders) {
        found.push(shop);
        continue;
      }
      if (shop.kind === 'silent') silent = shop;
      const name = await known(sources, meant, shop);
      found.push(name === undefined ? undefined : { shop, name });
    }
    return found;
  } finally {
    await orders.close();
  }
}

async function oneRow(
  orders: Orders,
  meant: readonly OrderReference[],
  signal: AbortSignal,
): Promise<Side<ShopSide> | SeveralOrders> {
  try {
    return { kind: 'told', told: await shopSideOf(orders, meant, signal) };
  } catch (error) {
    if (error instanceof SeveralOrders) return error;
    return silence(error);
  }
}

type Answers = ReadonlyMap<string, Side<Answer>>;

async function askAbacos({ config }: Sources, numbers: readonly OrderNumber[], signal: AbortSignal): Promise<Answers> {
  const erp = erpOf(config);
  const answers = new Map<string, Side<Answer>>();
  try {
    for (let from = 0; from < numbers.length; from += NUMBERS_PER_CALL) {
      const some = numbers.slice(from, from + NUMBERS_PER_CALL);
      const told = await erp.call(some, signal).catch(silence);
      for (const number of some) {
        if ('kind' in told) answers.set(number, told);
        else answers.set(number, answered(told.get(number)));
      }
    }
    return answers;
  } finally {
    erp.close();
  }
}

function answered(answer: Answer | undefined): Side<Answer> {
  return answer === undefined ? notKnown('Abacos gave no answer') : { kind: 'told', told: answer };
}

function answerFor(answers: Answers, number: string | undefined): Side<Answer> {
  if (number === undefined) return notKnown('its number is not known');
  return answers.get(number) ?? notKnown('what the shop stores can not be an order number');
}

function recordOf(
  { byId, head }: Records,
  { id }: Known,
): { record: ReturnType<Records['byId']['get']>; head: number } {
  return { record: id === undefined ? undefined : byId.get(id), head };
}

function storyIn(stories: ReadonlyMap<OrderId, Story>, { id }: Known): Story {
  return (id === undefined ? undefined : stories.get(id)) ?? NO_STORY;
}

function notKnown(why: string): Extract<Side<never>, { kind: 'silent' }> {
  return { kind: 'silent', why, cause: new NotKnown(why) };
}

/** @throws all but an outage */
function silence(error: unknown): Extract<Side<never>, { kind: 'silent' }> {
  if (!(error instanceof Outage)) throw error;
  return { kind: 'silent', why: explain(error).text, cause: error };
}
