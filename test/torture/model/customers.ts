/** What becomes of a row of the shop by itself: it is committed, gets its number and its date, and the queue sends it. */
import { isOrderNumber } from '../../../src/core/order.ts';
import type { VirtualClock } from '../../monitor/harness.ts';
import type { Payments } from './payments.ts';
import type { ShopQueue } from './queue.ts';
import { MINUTE, type OrderPlan, type Script } from './script.ts';
import type { Row, Shop } from './shop.ts';

export interface CustomersOptions {
  readonly clock: VirtualClock;
  readonly shop: Shop;
  readonly queue: ShopQueue;
  readonly payments: Pick<Payments, 'begin'>;
  /** The id before the first order's. */
  readonly before: number;
  readonly say: (text: string) => void;
}

export class Customers {
  readonly #options: CustomersOptions;

  constructor(options: CustomersOptions) {
    this.#options = options;
  }

  /** Has all orders of a script placed when their time comes. @returns their rows, by id */
  plan({ idStep, orders, tracksPayment }: Script): Row[] {
    const { before, clock, shop } = this.#options;
    const inOrder = [...orders].sort((a, b) => a.placedAt - b.placedAt);
    return inOrder.map((plan, index) => {
      const { ageOff, commitAfter, date, paymentAcknowledged, placedAt } = plan;
      const payment = !tracksPayment ? 'untracked' : paymentAcknowledged ? 'acknowledged' : 'none';
      const createdAt = date === 'at once' ? clock.now() + (placedAt + ageOff) * MINUTE : undefined;
      const row = shop.insert(before + (index + 1) * idStep, plan, { createdAt, payment });
      clock.after((placedAt + commitAfter) * MINUTE, () => {
        this.#commit(row, plan);
      });
      return row;
    });
  }

  /** Gives an order a number, or another one. */
  number(row: Row, number: string): void {
    row.number = number;
    row.numbers.add(number);
    const isCart = typeof row.plan.date === 'number' && row.createdAt === undefined;
    if (!isCart) this.#push(row);
  }

  #commit(row: Row, { ageOff, date, number }: OrderPlan): void {
    const { clock, say } = this.#options;
    say(`shop: order ${row.id} is seen, its number: ${number}, its date: ${date}`);
    row.committed = true;
    this.#options.payments.begin(row);
    if (typeof date === 'number') {
      clock.after(date * MINUTE, () => {
        this.#buy(row, clock.now() + ageOff * MINUTE);
      });
    }
    if (number === 'bad') row.number = `no number ${row.id}`;
    else if (number === 'at once') this.number(row, String(1_000_000 + row.id));
    else if (number !== 'never') {
      clock.after(number * MINUTE, () => {
        if (row.number === null) this.number(row, String(1_000_000 + row.id));
      });
    }
  }

  /** What was a cart is an order from now on. */
  #buy(row: Row, createdAt: number): void {
    this.#options.say(`shop: order ${row.id} has a date`);
    row.createdAt = createdAt;
    this.#push(row);
  }

  #push(row: Row): void {
    const { number, plan } = row;
    if (number === null || !isOrderNumber(number) || plan.push === undefined) return;
    this.#options.queue.add(row, number, plan.push);
  }
}
