/** Questions of commands to the shop's database, each over a connection of its own. */
import { ordersOf } from '../adapters/adapters.ts';
import { loadSettings } from '../adapters/settings.ts';
import type { OrderId, ShopOrder } from '../core/order.ts';
import { numbersIn, writtenOrders } from '../core/written-orders.ts';
import type { Orders } from '../shop/index.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { NotFound, UsageError } from '../terminal/errors.ts';
import { severalOrders } from './order-sides.ts';

const DEADLINE_MS = 60_000;

/** Asks the shop's database one question. @throws ConfigurationError, Outage */
export async function lookUp<T>(
  { directories }: CommandContext,
  question: (orders: Orders, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const orders = ordersOf(loadSettings(directories).config);
  try {
    return await question(orders, AbortSignal.timeout(DEADLINE_MS));
  } finally {
    await orders.close();
  }
}

/**
 * Finds orders by their numbers, exactly as the shop has them: something is done to them, and one that is only written alike
 * is another order. It is named as what may be meant.
 *
 * @throws NotFound when the shop has no order of a number
 * @throws UsageError when several rows have one: nobody can mean more than one order by it
 */
export async function findByNumber(
  context: CommandContext,
  texts: readonly string[],
): Promise<{ id: OrderId; number: string }[]> {
  const found = new Map<OrderId, ShopOrder>();
  const several: string[] = [];
  const unknown = await lookUp(context, async (orders, signal) => {
    const missing: string[] = [];
    for (const text of texts) {
      const asItIs = await orders.ordersByNumber([text], signal);
      const rows = asItIs.length > 0 ? asItIs : await orders.ordersByNumber([text.replace(/^#/, '')], signal);
      for (const row of rows) found.set(row.id, row);
      const [row] = rows;
      if (row !== undefined && rows.length > 1) several.push(severalOrders(row.number ?? text, idsOf(rows)));
      if (rows.length === 0) missing.push(`${text}${await likeIt(orders, text, signal)}`);
    }
    return missing;
  });
  if (unknown.length > 0) {
    throw new NotFound(
      `The shop has no order ${unknown.join(', ')}. Nothing was changed. An order can be named by its row as well: --id 72066`,
    );
  }
  if (several.length > 0) throw new UsageError(`${several.join('. ')}. Nothing was changed`);
  return [...found.values()].flatMap(({ id, number }) => (number === null ? [] : [{ id, number }]));
}

function idsOf(rows: readonly ShopOrder[]): readonly OrderId[] {
  return rows.map(({ id }) => id);
}

/** What may be meant by a number that the shop does not have. */
async function likeIt(orders: Orders, text: string, signal: AbortSignal): Promise<string> {
  const written = writtenOrders(text);
  for (const number of written.flatMap(numbersIn)) {
    if ((await orders.ordersByNumber([number], signal)).length > 0) return ` (it has ${number})`;
  }
  const pieces = written.flatMap(({ otherwise = [] }) => otherwise.flatMap(numbersIn));
  const rows = pieces.length === 0 ? [] : await orders.ordersByNumber(pieces, signal);
  const numbers = rows.flatMap(({ number }) => (number === null ? [] : [number]));
  return numbers.length === 0 ? '' : ` (it has ${numbers.join(' and ')}: name each by itself)`;
}
