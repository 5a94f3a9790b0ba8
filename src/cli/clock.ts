import { setTimeout as timer } from 'node:timers/promises';

import type { Clock } from '../monitor/ports.ts';

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: async (delayMs, signal) => {
    try {
      await timer(delayMs, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};
