/** Waits in tests for something to become true, without a fixed pause. */
import { setTimeout as delay } from 'node:timers/promises';

/** The deadline is one that only a hang reaches. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 240_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It never came about: ${what}`);
    await delay(20);
  }
}
