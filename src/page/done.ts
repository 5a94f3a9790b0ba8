/** What came of a form of the page, as the address tells it that the answer leads to: the page remembers nothing. */
import { isOrderId, type OrderId } from '../core/order.ts';
import type { RetryResult } from '../core/retry.ts';

export interface Done {
  readonly what: 'retry' | 'dismiss';
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly changed: number;
  readonly unchanged: number;
  /** The first of those that were not changed. */
  readonly named: readonly OrderId[];
}

/** An address is to stay short. */
const MOST_NAMED = 20;
/** Whoever comes back to the address later reads no old news. */
const SHOWN_MS = 10 * 60_000;

/** Puts it into a word for an address. */
export function printDone(what: Done['what'], results: readonly RetryResult[], now: number): string {
  const unchanged = results.filter(({ accepted }) => !accepted).map(({ orderId }) => orderId);
  const counts = [what, now, results.length - unchanged.length, unchanged.length];
  return [...counts, ...unchanged.slice(0, MOST_NAMED)].join('.');
}

/** Reads such a word; `undefined` where it is none, or old. */
export function parseDone(text: string, now: number): Done | undefined {
  const [what, ...digits] = text.split('.');
  const [at, changed, unchanged, ...ids] = digits.map((part) => (/^\d{1,16}$/.test(part) ? Number(part) : Number.NaN));
  if (what !== 'retry' && what !== 'dismiss') return undefined;
  if (at === undefined || changed === undefined || unchanged === undefined) return undefined;
  const named = ids.filter((id) => isOrderId(id));
  const isNews = Math.abs(now - at) < SHOWN_MS;
  return isNews && changed + unchanged > 0 ? { what, at, changed, unchanged, named } : undefined;
}
