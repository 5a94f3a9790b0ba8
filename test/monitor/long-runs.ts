/** What the tests of "nothing twice" share. */
import type { Event } from '../../src/core/event.ts';
import type { Harness } from './harness.ts';

export const MINUTE = 60_000;

/** Lets a monitor, a new one if none is given, work for so long. */
export async function runFor(harness: Harness, ms: number, monitor = harness.monitor()): Promise<void> {
  const stop = new AbortController();
  harness.clock.after(ms, () => {
    stop.abort();
  });
  await monitor.run(harness.adapters, { ...harness.signals, stop: stop.signal });
}

export function said<K extends Event['kind']>(harness: Harness, kind: K): Extract<Event, { kind: K }>[] {
  return harness.events.filter((event): event is Extract<Event, { kind: K }> => event.kind === kind);
}

/** Numbers that were inserted more than once. */
export function twice(harness: Harness): string[] {
  return [...harness.inserts].flatMap(([number, count]) => (count > 1 ? [number] : []));
}
