import type { Answer } from '../core/answer.ts';
import { checkNumber } from '../core/judge.ts';
import type { OrderId, OrderNumber, ShopOrder } from '../core/order.ts';
import { Outage } from '../core/outage.ts';
import type { CycleContext, Equipment } from './context.ts';

/** New orders that were read, and asked about, while the cycle before was at work. */
export interface PageAhead {
  readonly orders: readonly ShopOrder[];
  /** As far as Abacos gave any. */
  readonly answers: Promise<ReadonlyMap<OrderNumber, Answer>>;
}

interface Begun {
  /** The page holds the orders behind this one. */
  readonly after: OrderId;
  readonly equipment: Pick<Equipment, 'orders' | 'erp' | 'policy'>;
  /** Monotonic milliseconds. */
  readonly at: number;
  /** `undefined` where the database did not give it. */
  readonly page: Promise<PageAhead | undefined>;
  readonly giveUp: () => void;
}

const NO_ANSWERS: ReadonlyMap<OrderNumber, Answer> = new Map();

/** What was read longer ago is read again: the cycle before had more to do than to record. */
const FRESH_FOR_MS = 10_000;

/**
 * Works ahead in a backlog: while a cycle waits for Abacos and the disk, the
 * page of the next one is read, and Abacos is asked about it. Measured: of a
 * call that takes 20 ms or more, a second page an answer; of one that takes
 * none, two thirds of a page's time.
 *
 * It only saves time. What went wrong ahead is not reported and happens again
 * in its own cycle; an answer from ahead may settle an order and do nothing
 * else (`verify.ts`); and whenever the next page turns out to be another one,
 * what was begun is dropped.
 */
export class Ahead {
  #begun: Begun | undefined;

  /** Begins with the page behind an order. */
  begin(context: CycleContext, after: OrderId): void {
    this.drop();
    const { clock, dependencies, erp, orders, policy, stop } = context;
    // One question at a time is enough to find out that it is back.
    if (stop.aborted || dependencies.state('abacos').kind === 'down') return;
    const over = new AbortController();
    const giveUp = (): void => {
      over.abort();
    };
    stop.addEventListener('abort', giveUp);
    const page = pageAhead(context, after, over.signal);
    void whenOver(page).then(() => {
      stop.removeEventListener('abort', giveUp);
    });
    this.#begun = { after, equipment: { orders, erp, policy }, at: clock.monotonic(), page, giveUp };
  }

  /** The page behind the head, if it was begun and is as good as one that would be read now. */
  async take({ checkpoint, clock, erp, orders, policy }: CycleContext): Promise<PageAhead | undefined> {
    const begun = this.#begun;
    if (begun === undefined) return undefined;
    const { after, at, equipment, page } = begun;
    const fits =
      after === checkpoint.ledger.head &&
      clock.monotonic() - at < FRESH_FOR_MS &&
      // A reload may have exchanged them.
      equipment.orders === orders &&
      equipment.erp === erp &&
      equipment.policy === policy;
    if (!fits) {
      this.drop();
      return undefined;
    }
    this.#begun = undefined;
    return page;
  }

  /** Lets go of what was begun. The database answers all the same; Abacos is no longer asked. */
  drop(): void {
    this.#begun?.giveUp();
    this.#begun = undefined;
  }
}

async function pageAhead(context: CycleContext, after: OrderId, signal: AbortSignal): Promise<PageAhead | undefined> {
  const { erp, orders, policy, stop } = context;
  try {
    // With the signal of the loop: cutting a statement short would cut those short that wait behind it.
    const page = await orders.newOrders(after, policy.pageSize, stop);
    const numbers = page.flatMap((order) => {
      const check = checkNumber(order);
      return check.kind === 'usable' ? [check.number] : [];
    });
    const asking = signal.aborted ? undefined : erp.ask(numbers, signal);
    const answers = asking?.then(({ byNumber }) => byNumber) ?? Promise.resolve(NO_ANSWERS);
    return { orders: page, answers };
  } catch (error) {
    if (error instanceof Outage || signal.aborted) return undefined;
    throw error;
  }
}

/** Resolves once nothing of a page is under way any more. Whoever takes it hears of a failure; nobody may. */
async function whenOver(page: Promise<PageAhead | undefined>): Promise<void> {
  try {
    await (
      await page
    )?.answers;
  } catch {
    // It happens again where it is waited for.
  }
}
