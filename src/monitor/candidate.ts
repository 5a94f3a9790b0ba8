/** An order on its way through a cycle: taken up, judged, recorded. Each of the three knows what those before do. */
import { checkNumber, unaskable, type Judgement } from '../core/judge.ts';
import type { Next } from '../core/next.ts';
import type { OrderNumber, ShopOrder } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';

/** Where an order that a cycle looks at came from. */
export type Origin = 'due' | 'late' | 'fresh' | 'rewound' | 'watched';

interface TakenUp {
  readonly order: ShopOrder;
  readonly origin: Origin;
}

/** An order to judge. Without a usable number its judgement is clear before Abacos is asked. */
export type Candidate = TakenUp &
  ({ readonly number: OrderNumber } | { readonly number: undefined; readonly judgement: Judgement });

/** Its verdict is not on record yet. */
export interface Judged extends TakenUp {
  readonly number: OrderNumber | undefined;
  readonly judgement: Judgement;
}

/** Its verdict is on record, unless it says nothing new; and what is to follow. */
export interface Recorded extends Judged {
  readonly next: Next;
  readonly previous: OrderRecord | undefined;
  /** Whether the verdict says something that was not on record. */
  readonly isNews: boolean;
}

/** An order, with what its number lets be done about it. */
export function candidate(order: ShopOrder, origin: Origin): Candidate {
  const check = checkNumber(order);
  switch (check.kind) {
    case 'usable':
      return { order, origin, number: check.number };
    case 'bad':
      return { order, origin, number: undefined, judgement: check.judgement };
    case 'absent': {
      const judgement = unaskable(order, 'the shop has never given it a number');
      return { order, origin, number: undefined, judgement };
    }
  }
}

/** Orders behind the head, in the order in which they came. */
export function freshFrom(orders: readonly ShopOrder[]): Candidate[] {
  return orders.map((order) => candidate(order, 'fresh'));
}
