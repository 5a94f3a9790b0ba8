/** Whatever the monitor waits for has a name and a deadline, so that systemd ends a service that hangs, and no other. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import type { WatchedTask } from '../../src/monitor/ports.ts';
import { MINUTE, runFor } from './long-runs.ts';
import { HOUR, POLICY, Harness, type VirtualClock } from './harness.ts';

interface Step {
  readonly name: string;
  readonly deadlineMs: number;
  readonly startedAt: number;
}

/** Notes what is under way, and what was past its deadline when it ended. */
class Watch implements WatchedTask {
  readonly late: string[] = [];
  readonly #clock: VirtualClock;
  readonly #underWay = new Map<symbol, Step>();
  readonly #loop = Symbol('loop');

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  step(name: string, deadlineMs: number): void {
    this.#begin(this.#loop, { name, deadlineMs, startedAt: this.#clock.monotonic() });
  }

  beside(): WatchedTask {
    const strand = Symbol('beside');
    return {
      step: (name, deadlineMs) => {
        this.#begin(strand, { name, deadlineMs, startedAt: this.#clock.monotonic() });
      },
      beside: () => this.beside(),
      end: () => {
        this.#end(strand);
      },
    };
  }

  end(): void {
    this.#end(this.#loop);
  }

  /** What hangs by now. */
  get hanging(): readonly (readonly [name: string, deadlineMs: number])[] {
    return [...this.#underWay.values()]
      .filter((step) => this.#isLate(step))
      .map((step) => [step.name, step.deadlineMs]);
  }

  get besideTheLoop(): number {
    return [...this.#underWay.keys()].filter((strand) => strand !== this.#loop).length;
  }

  #begin(strand: symbol, step: Step): void {
    this.#end(strand);
    this.#underWay.set(strand, step);
  }

  #end(strand: symbol): void {
    const step = this.#underWay.get(strand);
    if (step !== undefined && this.#isLate(step)) this.late.push(step.name);
    this.#underWay.delete(strand);
  }

  #isLate({ deadlineMs, startedAt }: Step): boolean {
    return this.#clock.monotonic() - startedAt > deadlineMs;
  }
}

const never = async (): Promise<never> => new Promise<never>(() => undefined);

interface Hang {
  readonly step: string;
  readonly deadlineMs: number;
  /** Makes one thing hang. */
  readonly begin: (harness: Harness) => void | Promise<void>;
}

/** Once its command has ended, an order's confirmation meets what hangs. */
function afterCommand(harness: Harness, hang: () => void): void {
  harness.place(101, { inAbacos: false });
  const { onCommand } = harness;
  harness.onCommand = (command) => {
    hang();
    return onCommand(command);
  };
}

/** An order is on record as one that waits for its payment. */
async function watchOne(harness: Harness): Promise<void> {
  harness.place(101, { state: 'waiting_payment', payment: 'none' });
  await harness.cycles(harness.monitor(), 1);
}

function hangErp(harness: Harness, part: 'call' | 'check'): void {
  const { adapters } = harness;
  harness.adapters = () => {
    const made = adapters();
    return { ...made, erp: { ...made.erp, [part]: never } };
  };
}

function hangServer(harness: Harness, part: 'connect' | 'run'): void {
  const { adapters } = harness;
  harness.adapters = () => {
    const { server, ...made } = adapters();
    return server === undefined ? made : { ...made, server: { ...server, [part]: never } };
  };
}

const HANGS: Readonly<Record<string, Hang>> = {
  'new orders': {
    step: 'reading orders',
    deadlineMs: POLICY.shopDeadlineMs,
    begin: ({ orders }) => void Object.assign(orders, { newOrders: never }),
  },
  'the orders past the head as they are counted': {
    step: 'counting the orders left',
    deadlineMs: POLICY.shopDeadlineMs,
    begin: (harness) => {
      for (let id = 101; id <= 106; id += 1) harness.place(id);
      Object.assign(harness.orders, { newOrdersLeft: never });
    },
  },
  'orders that wait for their payment': {
    step: 'reading orders that wait for their payment',
    deadlineMs: POLICY.shopDeadlineMs,
    begin: async (harness) => {
      await watchOne(harness);
      Object.assign(harness.orders, { ordersById: never });
    },
  },
  'the age of an order that a rewind finds unpaid': {
    step: 'reading how old orders are',
    deadlineMs: POLICY.shopDeadlineMs,
    begin: async (harness) => {
      harness.place(101, { state: 'waiting_payment', payment: 'none' });
      await harness.leaveSettled(101);
      await harness.monitor().beginRewind({ from: orderId(101), by: 'ana' });
      Object.assign(harness.orders, { agesOf: never });
    },
  },
  'an order after its command': {
    step: 'reading orders after their commands',
    deadlineMs: POLICY.shopDeadlineMs,
    begin: (harness) => {
      afterCommand(harness, () => void Object.assign(harness.orders, { ordersById: never }));
    },
  },
  'Abacos, about an order': {
    step: 'asking Abacos about 1 order',
    deadlineMs: 4 * POLICY.callDeadlineMs,
    begin: (harness) => {
      harness.place(101);
      hangErp(harness, 'call');
    },
  },
  'Abacos, about orders': {
    step: 'asking Abacos about 2 orders',
    deadlineMs: 4 * POLICY.callDeadlineMs,
    begin: (harness) => {
      harness.place(101);
      harness.place(102);
      hangErp(harness, 'call');
    },
  },
  'Abacos, about itself': {
    step: 'asking Abacos whether it is up',
    deadlineMs: POLICY.callDeadlineMs,
    begin: (harness) => {
      hangErp(harness, 'check');
    },
  },
  'the integration server, which no order needs': {
    step: 'connecting to the integration server',
    deadlineMs: POLICY.connectDeadlineMs,
    begin: (harness) => {
      hangServer(harness, 'connect');
    },
  },
  'the integration server, which an order needs': {
    step: 'connecting to the integration server',
    deadlineMs: POLICY.connectDeadlineMs,
    begin: (harness) => {
      harness.place(101, { inAbacos: false });
      hangServer(harness, 'connect');
    },
  },
  'a command': {
    step: 'running insert_order for order 1000101',
    deadlineMs: POLICY.commandDeadlineMs,
    begin: (harness) => {
      harness.place(101, { inAbacos: false });
      hangServer(harness, 'run');
    },
  },
  'the disk, in a cycle': {
    step: 'recording 1 verdicts',
    deadlineMs: MINUTE,
    begin: (harness) => {
      harness.place(101);
      harness.checkpoint.record = never;
    },
  },
  'the disk, after a command': {
    step: 'recording 1 verdicts',
    deadlineMs: MINUTE,
    begin: (harness) => {
      afterCommand(harness, () => (harness.checkpoint.record = never));
    },
  },
  'the disk, when a payment is settled': {
    step: 'recording 1 verdicts',
    deadlineMs: MINUTE,
    begin: async (harness) => {
      await watchOne(harness);
      harness.row(101).payment = 'acknowledged';
      harness.checkpoint.record = never;
    },
  },
  'the disk, when the checkpoint is tidied': {
    step: 'tidying the checkpoint',
    deadlineMs: 5 * MINUTE,
    begin: ({ checkpoint }) => void (checkpoint.compactIfWorthwhile = never),
  },
  'the pause between two cycles': {
    step: 'waiting for the next cycle',
    deadlineMs: POLICY.runningCycleMs + MINUTE / 2,
    begin: ({ clock }) => void (clock.wait = never),
  },
};

describe('What hangs is named, and when it counts as hung:', () => {
  for (const [name, { begin, deadlineMs, step }] of Object.entries(HANGS)) {
    test(name, async () => {
      const harness = new Harness();
      const watch = new Watch(harness.clock);
      harness.progress = watch;
      await begin(harness);
      void harness.monitor().run(harness.adapters, harness.signals);
      const hanging = await new Promise<Watch['hanging']>((resolve) => {
        harness.clock.after(HOUR, () => {
          resolve(watch.hanging);
        });
      });
      harness.stop.abort();
      const found = hanging.find(([one]) => one === step);
      assert.deepEqual(found, [step, deadlineMs], JSON.stringify(hanging));
    });
  }
});

test('In six hours with missing orders, payments and outages nothing is past its deadline, and what has ended is not waited for', async () => {
  const harness = new Harness();
  const watch = new Watch(harness.clock);
  harness.progress = watch;
  harness.answerMs = 5000;
  for (let id = 101; id <= 120; id += 1) {
    harness.place(id, { inAbacos: id % 3 !== 0, payment: id % 2 === 0 ? 'none' : 'acknowledged' });
  }
  for (const [down, at] of [
    [true, HOUR],
    [false, 2 * HOUR],
  ] as const) {
    harness.clock.after(at, () => {
      harness.abacosDown = down;
      harness.serverDown = down;
    });
  }
  await runFor(harness, 6 * HOUR);
  assert.deepEqual([watch.late, watch.hanging, watch.besideTheLoop], [[], [], 0]);
});
