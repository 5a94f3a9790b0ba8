import { checkNumber, unaskable, type Judgement } from '../core/judge.ts';
import type { OrderNumber, ShopOrder } from '../core/order.ts';

/** Where an order that a cycle looks at came from. */
export type Origin = 'due' | 'late' | 'fresh' | 'rewound' | 'watched';

/** An order to judge. Without a usable number its judgement is clear before Abacos is asked. */
export type Candidate = { readonly order: ShopOrder; readonly origin: Origin } & (
  { readonly number: OrderNumber } | { readonly judgement: Judgement }
);

/** An order, with what its number lets be done about it. */
export function candidate(order: ShopOrder, origin: Origin): Candidate {
  const check = checkNumber(order);
  switch (check.kind) {
    case 'usable':
      return { order, origin, number: check.number };
    case 'bad':
      return { order, origin, judgement: check.judgement };
    case 'absent':
      return numberless(order, origin);
  }
}

/** An order that has no number, and will get none. */
export function numberless(order: ShopOrder, origin: Origin): Candidate {
  return { order, origin, judgement: unaskable(order, 'the shop has never given it a number') };
}

/** Orders behind the head, in the order in which they came. */
export function freshFrom(orders: readonly ShopOrder[]): Candidate[] {
  return orders.map((order) => candidate(order, 'fresh'));
}
