/** The orders that a command names, by number or by the id of their row. */
import { orderId, type OrderId } from '../core/order.ts';
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

/** All rows of a number count. @throws NotFound, Outage, ConfigurationError */
export async function namedOrders(
  context: CommandContext,
  { numbers, ids }: OrderArguments,
): Promise<readonly NamedOrder[]> {
  const byNumber = numbers.length === 0 ? [] : await findByNumber(context, numbers);
  return [
    ...byNumber.map(({ id, number }) => ({ id, name: `order ${number} (id ${id})` })),
    ...ids.map((id) => ({ id: orderId(id), name: `order id ${id}` })),
  ];
}
