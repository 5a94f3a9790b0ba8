/** Questions of commands to the shop's database, each over a connection of its own. */
import { ordersOf } from '../adapters/adapters.ts';
import { loadSettings } from '../adapters/settings.ts';
import type { OrderId } from '../core/order.ts';
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
 * Finds orders by the numbers that people know.
 *
 * @throws NotFound when the shop has no order of a number
 */
export async function findByNumber(
  context: CommandContext,
  numbers: readonly string[],
): Promise<{ id: OrderId; number: string }[]> {
  const rows = await lookUp(context, async (orders, signal) => orders.ordersByNumber(numbers, signal));
  const unknown = numbers.filter((number) => !rows.some((row) => row.number === number));
  if (unknown.length > 0) {
    throw new NotFound(
      `The shop has no order ${unknown.join(', ')}. Nothing was changed. An order can be named by its row as well: --id 72066`,
    );
  }
  return rows.flatMap(({ id, number }) => (number === null ? [] : [{ id, number }]));
}
