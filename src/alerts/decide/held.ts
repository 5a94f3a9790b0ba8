/** What waits for the pause between two mails to end: for the metrics. Pure. */
import type { Content } from './alert.ts';
import type { Settings } from './decision.ts';
import { isUndecided, matterOf } from './orders.ts';
import type { AlertState } from './state.ts';
import { maySpeak } from './thread.ts';
import { OUTAGE_GRACE_MS } from './told-downtimes.ts';

interface Holding {
  readonly now: number;
  readonly settings: Settings;
  /** What was held back before, and is no news. */
  readonly known: ReadonlySet<string>;
}

/** What is held back now and was not before, after everything that may be said has been decided. */
export function heldBack(
  state: AlertState,
  { now, settings, known }: Holding,
): { readonly contents: readonly Content[]; readonly known: ReadonlySet<string> } {
  const keys = new Set<string>();
  const contents: Content[] = [];
  const waits = isUndecided(state, now);
  const cases = waits ? [] : [...state.cases.values()].filter(({ news }) => news !== null);
  for (const kind of ['orders', 'action'] as const) {
    const held = cases.filter((one) => matterOf(one) === kind);
    for (const { orderId, newsAt } of held) keys.add(`${kind} ${orderId} ${newsAt}`);
    const orders = held.filter(({ orderId, newsAt }) => !known.has(`${kind} ${orderId} ${newsAt}`));
    if (orders.length > 0) {
      contents.push({
        kind,
        stage: 'news',
        orders,
        stillOpen: 0,
        nothingOpen: false,
        unnamed: 0,
        heldSince: null,
        down: [],
        repairsWait: undefined,
      });
    }
  }
  for (const { dependency, outage, thread, blips } of state.downtimes) {
    if (outage === null || outage.told || outage.until !== null || now - outage.since < OUTAGE_GRACE_MS) continue;
    if (maySpeak(thread, settings, now)) continue;
    const key = `down ${dependency} ${outage.since}`;
    keys.add(key);
    const { since, reason, hint } = outage;
    if (!known.has(key)) contents.push({ kind: 'down', stage: 'news', dependency, since, reason, hint, blips });
  }
  // Nobody knows yet what will be news; what was held stays so.
  return { contents, known: waits ? known : keys };
}
