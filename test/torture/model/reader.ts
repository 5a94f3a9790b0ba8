/** Reads what one host tells people, and objects to what is not true, or is told again. */
import type { Alert, OrdersContent } from '../../../src/alerts/decide/alert.ts';
import type { OrderCase } from '../../../src/alerts/decide/state.ts';
import { sortOf } from '../../../src/alerts/deliver/order-groups.ts';
import type { Event } from '../../../src/core/event.ts';
import { isGivenUp } from '../../../src/core/next.ts';
import type { OrderId } from '../../../src/core/order.ts';
import type { Dependency } from '../../../src/core/outage.ts';
import { isDismissed, isUndated, type OrderRecord } from '../../../src/core/record.ts';
import { brief } from './witness.ts';

export interface ReaderOptions {
  readonly host: string;
  readonly maxAttempts: number;
  /** What is on record of each order, on the disk. */
  readonly durable: ReadonlyMap<OrderId, OrderRecord>;
  readonly object: (what: string) => void;
}

export class Reader {
  /** What people have read of an order last. */
  readonly last = new Map<OrderId, ReturnType<typeof sortOf>>();
  /** People have read that there are orders without a date. */
  saysUndated = false;
  readonly #options: ReaderOptions;
  readonly #messages = new Map<string, string>();
  readonly #numbers = new Set<string>();
  readonly #again = new Set<OrderId>();
  readonly #down = new Map<Dependency, 'told' | 'back'>();

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** An order that fails anew is worth telling again. */
  reported(event: Event): void {
    const isAnew = event.kind === 'retry' || (event.kind === 'verdict' && event.previous === undefined);
    if (isAnew) this.mayTellAgain(event.orderId);
  }

  /** So is one that an operator has given its attempts again, also if the process dies before it has said so. */
  mayTellAgain(id: OrderId): void {
    this.#again.add(id);
  }

  /** Whether people have read that it is down, and not that it is back. */
  saysDown(dependency: Dependency): boolean {
    return this.#down.get(dependency) === 'told';
  }

  /** Something is about to be told: it has to be so. */
  decided({ content }: Alert, isDown: (dependency: Dependency) => boolean): void {
    if (content.kind === 'down' && !isDown(content.dependency))
      this.#object(`tells that ${content.dependency} is down`);
    if (content.kind === 'back' && isDown(content.dependency)) this.#object(`tells that ${content.dependency} is back`);
    if (content.kind === 'undated' && ![...this.#options.durable.values()].some(isUndated))
      this.#object('tells of orders without a date, and none is on record');
    if (content.kind === 'orders' || content.kind === 'action')
      for (const one of content.orders) this.#check(content, one);
  }

  /** People will read it. The same message may come twice; another one with its id may not. */
  told({ id, content }: Alert): void {
    const names = content.kind === 'orders' || content.kind === 'action' ? content.orders : [];
    const gist = [content.kind, ...names.map((one) => `${one.orderId} ${sortOf(one)}`)].join(', ');
    const before = this.#messages.get(id);
    this.#messages.set(id, gist);
    if (before !== undefined) {
      if (before !== gist) this.#object(`message ${id} said "${before}", and says "${gist}" now`);
      return;
    }
    // A crash may lose that it was decided: then another one, with its number, says the same and more.
    const number = id.replace(/-\w+$/, '');
    if (this.#numbers.has(number)) for (const one of names) this.mayTellAgain(one.orderId);
    this.#numbers.add(number);
    if ('stage' in content && content.stage !== 'news') return;
    for (const one of names) {
      const sort = sortOf(one);
      const isAgain = this.last.get(one.orderId) === sort && !this.#again.delete(one.orderId);
      if (isAgain) this.#object(`tells once more of order ${one.orderId}: ${sort}`);
      this.last.set(one.orderId, sort);
    }
    if (content.kind === 'undated') this.saysUndated = true;
    if (content.kind === 'down') this.#toldOf(content.dependency, 'told');
    if (content.kind === 'back') this.#toldOf(content.dependency, 'back');
  }

  #toldOf(dependency: Dependency, what: 'told' | 'back'): void {
    const before = this.#down.get(dependency) ?? 'back';
    if (before === what) this.#object(`tells once more that ${dependency} is ${what === 'back' ? 'back' : 'down'}`);
    this.#down.set(dependency, what);
  }

  #check({ kind, stage }: OrdersContent, one: OrderCase): void {
    const { durable, maxAttempts } = this.#options;
    const record = durable.get(one.orderId);
    const sort = sortOf(one);
    const says = `tells of order ${one.orderId}: ${sort}, and on record is ${record === undefined ? 'none' : brief(record)}`;
    if (record !== undefined && isDismissed(record)) this.#object(`${says}; nobody is to be told of it`);
    if (one.settledAt !== null) {
      if (record?.verdict.status !== 'SUCCESS') this.#object(says);
      return;
    }
    if (record?.verdict.status !== 'FAILED' || record.verdict.reason !== one.reason) this.#object(says);
    else if (one.givenUp !== null && !isGivenUp(record, maxAttempts)) this.#object(says);
    const needsAPerson = sort !== 'NOT_FOUND' && sort !== 'PAYMENT_PENDING';
    if (kind === 'action' && stage === 'news' && !needsAPerson) this.#object(`${says}; it does not need a person`);
  }

  #object(what: string): void {
    this.#options.object(`${this.#options.host} ${what}`);
  }
}
