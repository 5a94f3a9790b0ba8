/** The host's own clocks and timers, as the monitor's `Clock`. */
import { setImmediate as nextTurn, setTimeout as timer } from 'node:timers/promises';

import type { Clock } from '../monitor/ports.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: async (delayMs, signal) => {
    // A timer waits for a millisecond at least, which is as long as a small page takes.
    if (delayMs <= 0) {
      await nextTurn();
      return;
    }
    try {
      await timer(delayMs, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};
