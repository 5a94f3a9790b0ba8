/** How far the head is behind the newest order that is due for a check. */
import type { HeadLag } from '../core/event.ts';
import type { Recorded } from './candidate.ts';
import { using, type CycleContext } from './context.ts';
import type { Gathered } from './gather.ts';

/** Counting the orders left costs the database a scan of its index: now and then is enough. */
const COUNT_EVERY_MS = 15_000;

/** Tells how far the head is behind. The database is asked only while orders may be left past the head. */
export class HeadLagMeter {
  #countedAt = -Infinity;

  /** At the end of a cycle; `undefined` when it is not known, or was counted a moment ago. */
  async measure(
    context: CycleContext,
    gathered: Gathered | undefined,
    recorded: readonly Recorded[],
  ): Promise<HeadLag | undefined> {
    const { checkpoint, clock, orders, policy, progress, stop } = context;
    if (gathered === undefined) return undefined;
    const found = gathered.candidates.filter(({ origin }) => origin === 'fresh').length;
    const taken = recorded.filter(({ origin }) => origin === 'fresh').length;
    if (taken === found && found < policy.pageSize) {
      this.#countedAt = -Infinity;
      return { orders: 0, longestWaitMs: 0 };
    }
    const now = clock.monotonic();
    if (now - this.#countedAt < COUNT_EVERY_MS || stop.aborted) return undefined;
    this.#countedAt = now;
    progress.step('counting the orders left', policy.shopDeadlineMs);
    return using(context, 'shop', () => orders.newOrdersLeft(checkpoint.ledger.head, stop));
  }
}
