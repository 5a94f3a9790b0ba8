/** The answers of the running service on the control sockets: their schemas, and how commands read them. */
import * as v from 'valibot';

import { TASKS } from '../core/command.ts';
import { isOrderId, type OrderId } from '../core/order.ts';
import type { RetryResult } from '../core/retry.ts';
import { oneLine } from '../text/printable.ts';
import { ControlError } from './control-error.ts';

/** Whoever has taken the service over also has its sockets: their words go to the terminal of whoever asks, often root. */
const words = v.pipe(
  v.string(),
  v.transform((text) => oneLine(text, 2000)),
);

/** In ISO 8601, in UTC. */
const time = v.pipe(
  words,
  v.check((text) => !Number.isNaN(Date.parse(text)), 'is no time'),
);

const dependencyStatus = v.variant('state', [
  v.object({ state: v.literal('up') }),
  /** It was not needed yet. */
  v.object({ state: v.literal('not-asked') }),
  v.object({ state: v.literal('down'), since: time, reason: words, hint: v.exactOptional(words) }),
]);

const cycle = v.object({
  endedAt: time,
  durationMs: v.number(),
  judged: v.object({ fresh: v.number(), due: v.number(), late: v.number() }),
  settled: v.number(),
  failing: v.number(),
  commands: v.number(),
  repaired: v.number(),
  workLeft: v.boolean(),
  interrupted: v.boolean(),
  /** How many orders are open, where they are so many that no new ones are taken. */
  openOrders: v.exactOptional(v.number()),
});

const rewind = v.object({
  from: v.number(),
  next: v.number(),
  through: v.number(),
  rate: v.exactOptional(v.number()),
  by: words,
  startedAt: time,
  asked: v.number(),
  failing: v.number(),
});

const status = v.object({
  version: words,
  pid: v.number(),
  startedAt: time,
  dryRun: v.boolean(),
  /** What the ERP is called, where it is another than Abacos. */
  erp: v.optional(v.string()),
  /** Whether this is the active one of several monitors; left out by versions without an election. */
  standing: v.exactOptional(
    v.variant('kind', [
      v.object({ kind: v.literal('active') }),
      v.object({ kind: v.literal('standby'), leader: v.exactOptional(words) }),
      v.object({ kind: v.literal('unknown'), reason: v.exactOptional(words) }),
    ]),
  ),
  /**
   * Whether everything was checked lately. `blind`: for more than three running cycles it was not. `not-yet`: no whole
   * cycle has ended, and there is time for it. `standby`: another monitor does it. Left out by older versions.
   */
  checking: v.exactOptional(
    v.object({
      state: v.picklist(['current', 'not-yet', 'blind', 'standby']),
      /** When the last whole cycle ended; without one, when this monitor was started or became the active one. */
      since: time,
      /** Milliseconds since then, whatever the clock of the host was set to. */
      ageMs: v.number(),
      lastWholeCycleAt: v.exactOptional(time),
      /** What the loop of a blind monitor is at, and for how long. */
      step: v.exactOptional(v.object({ name: words, ms: v.number() })),
    }),
  ),
  /** The id of the last order taken. */
  head: v.number(),
  failing: v.number(),
  givenUp: v.number(),
  /** Orders that people have to act on: given up, with a number that only they can correct, or without a row. Older versions have none. */
  needAction: v.exactOptional(v.number()),
  /** Open orders that have no usable date: carts, as a rule. Left out where there are none. */
  undated: v.exactOptional(v.number()),
  /** Orders that were dismissed and are not in Abacos. They are not open. Left out where there are none. */
  dismissed: v.exactOptional(v.number()),
  /** Orders in Abacos whose payment is watched. Older versions have none. */
  awaitingPayment: v.exactOptional(v.number()),
  /** When the oldest order that is not settled was first found failing. */
  oldestOpenSince: v.exactOptional(time),
  dependencies: v.object({
    shop: dependencyStatus,
    abacos: dependencyStatus,
    'integration-server': dependencyStatus,
    /** Down while no command may be run because Abacos denies orders that it had before. Older versions have none. */
    repairs: v.optional(dependencyStatus, { state: 'up' }),
  }),
  /** Repairs that wait although everything works, and until when. */
  repairsWait: v.exactOptional(
    v.object({ why: v.picklist(['settling', 'draining']), orders: v.number(), until: time }),
  ),
  /**
   * How long effects of commands took to show that Abacos had denied at first, in milliseconds by task;
   * left out where there are none.
   */
  lags: v.exactOptional(
    v.object({ insert_order: v.exactOptional(v.number()), confirm_payment: v.exactOptional(v.number()) }),
  ),
  lastCycle: v.exactOptional(cycle),
  /** Until when the pause between two cycles lasts at most, while there is one. */
  pausedUntil: v.exactOptional(time),
  /** Commands that run on the integration server. */
  running: v.exactOptional(v.array(v.object({ task: v.picklist(TASKS), orderNumber: words, since: time }))),
  /** Until when a stop waits for them at the latest. */
  stoppingUntil: v.exactOptional(time),
  /** Why the configuration on the disk is not in force. */
  configurationRefused: v.exactOptional(words),
  /** The rewind that is under way: ids below `next` have been asked about again. */
  rewind: v.exactOptional(rewind),
  backlog: v.exactOptional(v.object({ ordersLeft: v.number(), ordersPerMinute: v.number(), timeLeftMs: v.number() })),
});

/** How a running order-monit is, as `order-monit status --json` prints it. Times are ISO 8601 in UTC. */
export type Status = v.InferOutput<typeof status>;
export type DependencyStatus = v.InferOutput<typeof dependencyStatus>;

const retryResults = v.array(v.object({ orderId: v.custom<OrderId>(isOrderId), accepted: v.boolean() }));

/** A rewind and how far it has come (`core/rewind.ts`). */
export type RewindStatus = v.InferOutput<typeof rewind>;

const orderReasons = v.array(
  v.object({ orderId: v.number(), kind: v.picklist(['given-up', 'said']), text: words, at: time }),
);

/**
 * What is known of why an order is open: why it was given up (`given-up`), or
 * what was last said of it (`said`): by its command, or about Abacos' answer.
 */
export type OrderReason = v.InferOutput<typeof orderReasons>[number];

/** @throws ControlError when a service of another version answers in another form */
export function parseRewindStatus(answer: unknown): RewindStatus | null {
  return parsed(v.nullable(rewind), answer);
}

/** @throws ControlError when a service of another version answers in another form */
export function parseReasons(answer: unknown): OrderReason[] {
  return parsed(orderReasons, answer);
}

/** @throws ControlError when a service of another version answers in another form */
export function parseRefusal(answer: unknown): string {
  return parsed(v.object({ error: words }), answer).error;
}

/** @throws ControlError when a service of another version answers in another form */
export function parseStatus(answer: unknown): Status {
  return parsed(status, answer);
}

/** @throws ControlError when a service of another version answers in another form */
export function parseRetryResults(answer: unknown): RetryResult[] {
  return parsed(retryResults, answer);
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, answer: unknown): T {
  const result = v.safeParse(schema, answer);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const why = oneLine(`${v.getDotPath(issue) ?? 'the answer'}: ${issue.message}`, 200);
  throw new ControlError({
    kind: 'failed',
    why: `it answers in another form than this command reads (${why}). Is it of another version? Then: systemctl restart order-monit`,
  });
}
