/** Questions of commands to the shop's database, each over a connection of its own. */
import { ordersOf } from '../adapters/adapters.ts';
import { loadSettings } from '../adapters/settings.ts';
import type { OrderId, ShopOrder } from '../core/order.ts';
import { numbersIn, writtenOrders } from '../core/written-orders.ts';
import type { Orders } from '../shop/index.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { NotFound } from '../terminal/errors.ts';

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
 * Finds orders by the numbers that people know, as they write them.
 *
 * @throws NotFound when the shop has no order of a number
 */
export async function findByNumber(
  context: CommandContext,
  texts: readonly string[],
): Promise<{ id: OrderId; number: string }[]> {
  const wanted = texts.flatMap((text) => {
    const written = writtenOrders(text);
    return written.length === 0
      ? [{ text, numbers: [text] }]
      : written.map((each) => ({ text: each.text, numbers: numbersIn(each) }));
  });
  const unknown: string[] = [];
  const found = new Map<OrderId, ShopOrder>();
  await lookUp(context, async (orders, signal) => {
    for (const { numbers, text } of wanted) {
      let rows: readonly ShopOrder[] = [];
      for (const number of numbers) if (rows.length === 0) rows = await orders.ordersByNumber([number], signal);
      if (rows.length === 0) unknown.push(text);
      for (const row of rows) found.set(row.id, row);
    }
  });
  if (unknown.length > 0) {
    throw new NotFound(
      `The shop has no order ${unknown.join(', ')}. Nothing was changed. An order can be named by its row as well: --id 72066`,
    );
  }
  return [...found.values()].flatMap(({ id, number }) => (number === null ? [] : [{ id, number }]));
}
