/** What the tests of "nothing twice" share. */
import type { Event } from '../../src/core/event.ts';
import type { World } from './world.ts';

export const MINUTE = 60_000;

/** Lets a monitor, a new one if none is given, work for so long. */
export async function runFor(world: World, ms: number, monitor = world.monitor()): Promise<void> {
  const stop = new AbortController();
  world.clock.after(ms, () => {
    stop.abort();
  });
  await monitor.run(world.adapters, { ...world.signals, stop: stop.signal });
}

export function said<K extends Event['kind']>(world: World, kind: K): Extract<Event, { kind: K }>[] {
  return world.events.filter((event): event is Extract<Event, { kind: K }> => event.kind === kind);
}

/** Numbers that were inserted more than once. */
export function twice(world: World): string[] {
  return [...world.inserts].flatMap(([number, count]) => (count > 1 ? [number] : []));
}
