/** What people do: operators' commands, which a monitor that stands by refuses. */
import type { OrderId } from '../../../src/core/order.ts';
import type { VirtualClock } from '../../monitor/harness.ts';
import type { Host } from './host.ts';
import { MINUTE, type Happening } from './script.ts';
import type { Row } from './shop.ts';

export type Operation = Extract<Happening, { kind: 'retry' | 'dismiss' | 'rewind' | 'cancel rewind' | 'run now' }>;

/** How long an operator who finds no active monitor waits. */
const LATER_MS = 10 * MINUTE;

export interface OperatorOptions {
  readonly maxAttempts: number;
  readonly rows: readonly Row[];
  readonly hosts: readonly Host[];
  readonly clock: VirtualClock;
  readonly say: (text: string) => void;
}

export class Operator {
  readonly #options: OperatorOptions;
  readonly #retries = new Map<OrderId, number>();

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  /** How often somebody had an order tried again. */
  retries(id: OrderId): number {
    return this.#retries.get(id) ?? 0;
  }

  operate(host: Host, operation: Operation): void {
    const { monitor } = host;
    if (monitor === undefined || host.role?.kind !== 'active') return;
    const { rows } = this.#options;
    const id = (order: number): OrderId | undefined => rows[order % rows.length]?.id;
    const ids = (orders: readonly number[]): OrderId[] => [...new Set(orders.flatMap((order) => id(order) ?? []))];
    const failed = (error: unknown): void => {
      this.#options.say(`an operator's command failed: ${String(error)}`);
    };
    switch (operation.kind) {
      case 'retry':
        this.#retry(host, ids(operation.orders)).catch(failed);
        return;
      case 'dismiss': {
        const { orders, retryAfter } = operation;
        this.#dismiss(host, ids(orders)).catch(failed);
        if (retryAfter !== undefined) {
          this.#options.clock.after(retryAfter * MINUTE, () => {
            this.operate(host, { at: 0, kind: 'retry', host: 0, orders });
          });
        }
        return;
      }
      case 'rewind': {
        const from = id(operation.order);
        if (from !== undefined) monitor.beginRewind({ from, rate: operation.rate, by: 'ana' }).catch(failed);
        return;
      }
      case 'cancel rewind':
        // What it had before it is not asked about, on this person's word.
        host.witness.gaps.length = 0;
        monitor.cancelRewind('ana').catch(failed);
        return;
      case 'run now':
        monitor.runNow('ana');
    }
  }

  async #retry(host: Host, ids: readonly OrderId[]): Promise<void> {
    for (const id of ids) {
      host.reader.mayTellAgain(id);
      host.witness.retried(id);
      // A retry that ends a dismissal is no word that its commands did nothing.
      if (host.witness.durable.get(id)?.verdict.reason !== 'DISMISSED') this.#retries.set(id, this.retries(id) + 1);
    }
    const results = (await host.monitor?.retry(ids, 'ana')) ?? ids.map((id) => ({ orderId: id, accepted: false }));
    for (const { accepted, orderId: id } of results) if (!accepted) host.witness.notRetried(id);
  }

  async #dismiss(host: Host, ids: readonly OrderId[]): Promise<void> {
    for (const id of ids) host.witness.dismissals.begin(id);
    const { maxAttempts } = this.#options;
    await host.monitor?.dismiss(ids, { by: 'ana', why: 'the customer cancelled', maxAttempts });
  }

  /** Abacos has lost orders: all are asked about again, by the monitor that is active. */
  mendLoss(): void {
    const host = this.#options.hosts.find((one) => one.monitor !== undefined && one.role?.kind === 'active');
    if (host === undefined) {
      this.#options.clock.after(LATER_MS, () => {
        this.mendLoss();
      });
    } else this.rewindAll(host);
  }

  /** What people do who read that repairs are held, and find that the orders are really lost. */
  rewindAll(host: Host): void {
    this.#options.say(`an operator rewinds the ${host.name} host`);
    this.operate(host, { at: 0, kind: 'rewind', host: 0, order: 0, rate: 5 });
  }
}
