/** What becomes of a row of the shop by itself: it is committed, gets its number and its date, and the queue sends it. */
import { isOrderNumber } from '../../../src/core/order.ts';
import type { VirtualClock } from '../../monitor/harness.ts';
import type { Payments } from './payments.ts';
import type { ShopQueue } from './queue.ts';
import { MINUTE, type OrderPlan } from './script.ts';
import type { Row, Shop } from './shop.ts';

export interface CustomersOptions {
  readonly clock: VirtualClock;
  readonly shop: Shop;
  readonly queue: ShopQueue;
  readonly payments: Pick<Payments, 'begin'>;
  readonly tracksPayment: boolean;
  readonly say: (text: string) => void;
}

export class Customers {
  readonly #options: CustomersOptions;

  constructor(options: CustomersOptions) {
    this.#options = options;
  }

  /** Has orders placed when their time comes. */
  plan(orders: readonly OrderPlan[]): void {
    const inOrder = [...orders].sort((a, b) => a.placedAt - b.placedAt);
    for (const plan of inOrder) {
      this.#options.clock.after(plan.placedAt * MINUTE, () => {
        this.#place(plan);
      });
    }
  }

  /** Gives an order a number, or another one. */
  number(row: Row, number: string): void {
    row.number = number;
    row.numbers.add(number);
    const isCart = typeof row.plan.date === 'number' && row.createdAt === undefined;
    if (!isCart) this.#push(row);
  }

  #place(plan: OrderPlan): void {
    const { clock, shop, tracksPayment } = this.#options;
    const { ageOff, commitAfter, date, paymentAcknowledged } = plan;
    const payment = !tracksPayment ? 'untracked' : paymentAcknowledged ? 'acknowledged' : 'none';
    const createdAt = date === 'at once' ? clock.now() + ageOff * MINUTE : undefined;
    const row = shop.insert(plan, { createdAt, payment });
    clock.after(commitAfter * MINUTE, () => {
      this.#commit(row, plan);
    });
  }

  #commit(row: Row, { ageOff, date, number }: OrderPlan): void {
    const { clock, say } = this.#options;
    say(`shop: order ${row.id} is seen, its number: ${number}, its date: ${date}`);
    row.committedAt = clock.monotonic();
    this.#options.payments.begin(row);
    if (typeof date === 'number') {
      clock.after(date * MINUTE, () => {
        this.#buy(row, clock.now() + ageOff * MINUTE);
      });
    }
    if (number === 'bad') row.number = `no number ${row.id}`;
    else if (number === 'at once') this.number(row, row.firstNumber);
    else if (number !== 'never') {
      clock.after(number * MINUTE, () => {
        if (row.number === null) this.number(row, row.firstNumber);
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
