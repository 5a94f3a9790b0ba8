/** Warns when repairs wait so long for the shop's own queue that `settle_time` must be too short for it. */
import type { Event } from '../core/event.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import { duration } from '../words/duration.ts';

export interface DrainingWatchOptions {
  /** What repairs wait for at the moment. */
  readonly wait: () => RepairWait | undefined;
  readonly settleMs: () => number;
  readonly monotonic: () => number;
  readonly warn: (text: string) => void;
}

/** A queue that drains for so many times `settle_time` is as slow as that: the setting is too short for this shop. */
const TOO_LONG = 4;

/** Warns once each time that the queue drains for too long. */
export class DrainingWatch {
  readonly #options: DrainingWatchOptions;
  #since: number | undefined;
  #lastSeenAt = -Infinity;
  #isSaid = false;

  constructor(options: DrainingWatchOptions) {
    this.#options = options;
  }

  take(event: Event): void {
    const { monotonic, settleMs, wait, warn } = this.#options;
    if (event.kind !== 'cycle' || wait()?.why !== 'draining') return;
    const now = monotonic();
    // A cycle without anything to repair says nothing about the queue, so a short gap is no end.
    if (this.#since === undefined || now - this.#lastSeenAt > settleMs()) {
      this.#since = now;
      this.#isSaid = false;
    }
    this.#lastSeenAt = now;
    const lasted = now - this.#since;
    if (this.#isSaid || lasted <= TOO_LONG * settleMs()) return;
    this.#isSaid = true;
    warn(
      `Repairs have waited for ${duration(lasted)}, because missing orders keep turning up without a command: the shop ` +
        `takes longer to send them than settle_time (${duration(settleMs())}). Raise settle_time in service.yml`,
    );
  }
}
