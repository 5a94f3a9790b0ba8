/** The orders that a command names, by number or by the id of their row. */
import { orderId, type OrderId } from '../core/order.ts';
import { numberInHistory } from '../lookup/order-sides.ts';
import { findByNumber } from '../lookup/shop.ts';
import type { CommandContext } from '../terminal/command-context.ts';

export interface OrderArguments {
  readonly numbers: readonly string[];
  readonly ids: readonly number[];
}

/** An order, and what it is called where people are told of it. */
export interface NamedOrder {
  readonly id: OrderId;
  readonly name: string;
}

/** Each is one order. @throws NotFound, Outage, ConfigurationError, and UsageError where several rows have a number */
export async function namedOrders(
  context: CommandContext,
  { numbers, ids }: OrderArguments,
): Promise<readonly NamedOrder[]> {
  const byNumber = numbers.length === 0 ? [] : await findByNumber(context, numbers);
  const named: NamedOrder[] = byNumber.map(({ id, number }) => ({ id, name: nameOf(id, number) }));
  for (const id of ids.map(orderId)) {
    named.push({ id, name: nameOf(id, await numberInHistory(context.directories.state, id)) });
  }
  return named;
}

function nameOf(id: OrderId, number: string | undefined): string {
  return number === undefined ? `order id ${id}` : `order ${number} (id ${id})`;
}
