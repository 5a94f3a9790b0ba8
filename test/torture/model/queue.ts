/** The queue in the model by which the shop sends its orders itself, without any lock of ours. */
import type { ErpStatus } from '../../../src/core/answer.ts';
import type { VirtualClock } from '../../monitor/harness.ts';
import type { Abacos } from './abacos.ts';
import { SECOND, type QueuePlan } from './script.ts';
import type { Row } from './shop.ts';

interface Job {
  readonly row: Row;
  readonly number: string;
  readonly status: ErpStatus;
  /** Monotonic milliseconds. */
  dueAt: number;
}

export interface QueueOptions {
  readonly clock: VirtualClock;
  readonly abacos: Abacos;
  readonly plan: QueuePlan;
  readonly say: (text: string) => void;
}

/**
 * One job an order, one job at a time. It asks Abacos whether it has the order,
 * and inserts it moments later. In an outage of Abacos its jobs are tried again
 * later.
 */
export class ShopQueue {
  readonly #options: QueueOptions;
  readonly #jobs: Job[] = [];
  #isAtWork = false;
  #standsUntil = -Infinity;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  add(row: Row, number: string, { after, status }: { readonly after: number; readonly status: ErpStatus }): void {
    this.#jobs.push({ row, number, status, dueAt: this.#now + after * SECOND });
    this.#next();
  }

  /** The worker does nothing for so long, whatever there is to do. */
  standStill(ms: number): void {
    this.#standsUntil = Math.max(this.#standsUntil, this.#now + ms);
  }

  /** It goes on at once. */
  recover(): void {
    this.#standsUntil = -Infinity;
    this.#next();
  }

  #next(): void {
    if (this.#isAtWork) return;
    this.#jobs.sort((a, b) => a.dueAt - b.dueAt);
    const [job] = this.#jobs;
    if (job === undefined) return;
    const waitMs = Math.max(this.#standsUntil, job.dueAt) - this.#now;
    if (waitMs > 0) {
      this.#options.clock.after(waitMs, () => {
        this.#next();
      });
      return;
    }
    this.#jobs.shift();
    this.#isAtWork = true;
    this.#work(job);
  }

  #work(job: Job): void {
    const { abacos, clock, plan } = this.#options;
    if (job.row.deleted) this.#end();
    else if (abacos.isDown) this.#fail(job);
    else if (abacos.shows(job.number) !== undefined) this.#end();
    else {
      clock.after(plan.check * SECOND, () => {
        if (abacos.isDown) this.#fail(job);
        else this.#insert(job);
      });
    }
  }

  #insert({ number, row, status }: Job): void {
    const { abacos, clock, say } = this.#options;
    say(`inserts ${number}`);
    abacos.insert(number, status, {
      at: this.#now,
      shownFrom: this.#now + row.plan.shownAfter * SECOND,
      by: 'queue',
    });
    row.sentAt = clock.now();
    this.#end();
  }

  #fail(job: Job): void {
    job.dueAt = this.#now + this.#options.plan.retry * SECOND;
    this.#jobs.push(job);
    this.#end();
  }

  #end(): void {
    this.#options.clock.after(this.#options.plan.pace * SECOND, () => {
      this.#isAtWork = false;
      this.#next();
    });
  }

  get #now(): number {
    return this.#options.clock.monotonic();
  }
}
