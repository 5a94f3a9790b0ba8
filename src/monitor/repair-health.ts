import type { OrderId } from '../core/order.ts';
import { Outage } from '../core/outage.ts';

/** So many different orders whose commands fail in a row speak of the server, not of the orders. */
const SICK_AFTER = 5;

/** Tells a sick integration server from orders that fail on their own account. */
export class RepairHealth {
  readonly #failedInARow = new Set<OrderId>();
  #lastWords: string | undefined;
  #refused = false;

  /** Nothing but a command that works tells that the server is well again: one at a time is tried. */
  get isInDoubt(): boolean {
    return this.isSick || this.#refused;
  }

  get isSick(): boolean {
    return this.#failedInARow.size >= SICK_AFTER;
  }

  failed(id: OrderId, lastWords: string | undefined): void {
    this.#failedInARow.add(id);
    this.#lastWords = lastWords;
    this.#refused = false;
  }

  /** The server would not even start the task. */
  refused(): void {
    this.#refused = true;
  }

  worked(): void {
    this.#failedInARow.clear();
    this.#refused = false;
    this.#lastWords = undefined;
  }

  /** The sickness as an outage: no order is to blame, and one at a time is tried until a command works again. */
  asOutage(): Outage {
    const lastWords = this.#lastWords === undefined ? '' : `; the last one said: ${this.#lastWords}`;
    return new Outage({
      dependency: 'integration-server',
      reason: `the commands of ${SICK_AFTER} or more different orders failed in a row${lastWords}`,
      hint: 'run the command by hand on the integration server; until one works, a single order is tried at a time',
    });
  }
}
