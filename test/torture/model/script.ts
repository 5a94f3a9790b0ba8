/**
 * What a trial plays, all of it drawn before it begins: the orders, and what
 * happens to them, to the hosts and to everything that they depend on. The same
 * script gives the same trial to the letter, and a part of a script is a script,
 * which is how a failure is made small.
 */
import fc from 'fast-check';

import type { ErpStatus } from '../../../src/core/answer.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** Things go wrong for so long. */
export const TROUBLE_MS = 5 * HOUR;
/** New orders are placed for so long. */
export const SELLING_MS = 3 * HOUR;
/** An order that is committed late is so by less than the late window. */
export const LATE_WINDOW_MS = 3 * HOUR;
export const SETTLE_MS = 10 * MINUTE;
export const REPAIR_WAIT_MS = 120 * SECOND;
export const COMMAND_TIMEOUT_MS = 600 * SECOND;

export type HostIndex = 0 | 1;

/** What the shop's task does for an order, on a server that is well. */
export type TaskManner =
  /** It does what it is for, and ends with 0. */
  | 'works'
  /** It does what it is for, and ends with 1. */
  | 'works and says no'
  /** It ends with 0 and has done nothing: the shop's switch for the integration is off. */
  | 'pretends'
  /** It ends with 1 and has done nothing. */
  | 'fails'
  /** The same, because it gave up waiting for Abacos. */
  | 'times out'
  /** It gives up waiting for Abacos, which does it later all the same. */
  | 'times out and lands'
  /** The same, with words that say that trying again is no use. */
  | 'fails for good'
  /** It never ends by itself. */
  | 'hangs'
  /** It does what it is for, and then never ends. */
  | 'works and hangs'
  /** It never ends by itself, and what it has asked for is done after it was killed. */
  | 'hangs and lands';

/** What all calls do that have the order's number in them. */
export interface Poison {
  /** A fault of Abacos, or an answer that nobody can read; a proxy that has no answer; none at all. */
  readonly how: 'refused' | 'unavailable' | 'hangs';
  /** Minutes after the begin. */
  readonly until: number;
}

/** What it does for all orders while it is sick. */
export type SickManner = Extract<TaskManner, 'fails' | 'pretends' | 'times out'>;

export interface OrderPlan {
  /** Minutes after the begin. */
  readonly placedAt: number;
  /** Its transaction is committed so many minutes later: until then nobody sees it. */
  readonly commitAfter: number;
  /** Its `created_at` is so many minutes off. */
  readonly ageOff: number;
  /** The number comes with the row, or so many minutes after it is seen, or never, or it is none. */
  readonly number: 'at once' | 'never' | 'bad' | number;
  /** It has a date from the first, or so many minutes after it is seen, as a cart that is bought; or never. */
  readonly date: 'at once' | 'never' | number;
  readonly state: 'authorized' | 'waiting_payment' | 'canceled';
  readonly paymentAcknowledged: boolean;
  /** What becomes of it after so many minutes, if it waits for its payment. */
  readonly later: { readonly state: 'authorized' | 'canceled'; readonly after: number } | undefined;
  /** The shop's own confirmation of the payment reaches Abacos so many seconds after the payment; or never. */
  readonly confirmedAfter: number | undefined;
  /** The shop's own queue gets a job for it so many seconds after its number is known; or none. */
  readonly push: { readonly after: number; readonly status: ErpStatus } | undefined;
  readonly poison: Poison | undefined;
  readonly task: TaskManner;
  readonly taskSeconds: number;
  /** What a task leaves behind lands so many seconds after its end. */
  readonly landsAfter: number;
  /** Abacos shows an insert so many seconds after it was made. */
  readonly shownAfter: number;
}

/** The shop's own queue, which has one worker. All in seconds. */
export interface QueuePlan {
  /** From its question whether Abacos has the order to its insert. */
  readonly check: number;
  /** Between two jobs. */
  readonly pace: number;
  /** A job that failed is tried again so much later. */
  readonly retry: number;
}

/** How one call ends instead of well. */
export type Strike =
  | { readonly call: 'shop'; readonly how: 'refused' | 'slow' | 'hung' }
  | { readonly call: 'connect'; readonly how: 'refused' | 'slow' | 'hung' }
  | { readonly call: 'abacos'; readonly how: 'refused' | 'slow' | 'hung' | 'unknown rows' }
  | {
      readonly call: 'run';
      /** Nothing was sent; it never arrived; the connection is lost while it runs on; the same right at its end. */
      readonly how: 'unsent' | 'lost on the way' | 'lost' | 'lost at the end';
    }
  | { readonly call: 'disk'; readonly how: 'EIO' | 'ENOSPC' | 'EROFS' };

export type Call = Strike['call'];

/** A host and a moment within its work: the so-manieth await point from now. */
interface AtHost {
  readonly host: HostIndex;
}

export type Happening = { readonly at: number } & (
  | (AtHost & { readonly kind: 'strike'; readonly strike: Strike; readonly after: number; readonly times: number })
  | {
      readonly kind: 'outage';
      readonly of: 'shop' | 'abacos' | 'integration-server';
      readonly minutes: number;
      readonly hangs: boolean;
    }
  /** Nobody reaches Abacos: neither the monitors nor the shop. */
  | { readonly kind: 'Abacos is down'; readonly minutes: number; readonly hangs: boolean }
  /** What the monitors ask is another company's database, or an interface that ignores the filter. */
  | { readonly kind: 'Abacos denies all'; readonly minutes: number }
  /** Abacos goes back by so many minutes, is down while that is done, and an operator begins a rewind later. */
  | {
      readonly kind: 'Abacos goes back';
      readonly by: number;
      readonly downMinutes: number;
      readonly rewindAfter: number;
    }
  /** The shop's database goes back by so many minutes, and gives ids out again: who had ordered does so again later. */
  | { readonly kind: 'shop goes back'; readonly by: number; readonly againAfter: number }
  | { readonly kind: 'queue stands still'; readonly minutes: number }
  | { readonly kind: 'sick server'; readonly minutes: number; readonly how: SickManner }
  /** `power`: what is drawn of what the disk has not synced; left out when only the process dies. */
  | (AtHost & {
      readonly kind: 'crash';
      readonly after: number;
      readonly downMinutes: number;
      readonly power?: readonly number[];
    })
  | (AtHost & { readonly kind: 'freeze'; readonly after: number; readonly minutes: number })
  | (AtHost & { readonly kind: 'stop'; readonly graceSeconds: number; readonly downMinutes: number })
  | (AtHost & { readonly kind: 'reload'; readonly pageSize: number; readonly parallel: number })
  | (AtHost & { readonly kind: 'clock step'; readonly minutes: number })
  | { readonly kind: 'leader'; readonly who: 'first' | 'second' | 'both' | 'nobody' }
  | (AtHost & { readonly kind: 'retry'; readonly orders: readonly number[] })
  /** `retryAfter`: so many minutes later the same orders are retried. */
  | (AtHost & { readonly kind: 'dismiss'; readonly orders: readonly number[]; readonly retryAfter?: number })
  | (AtHost & { readonly kind: 'rewind'; readonly order: number; readonly rate: number })
  | (AtHost & { readonly kind: 'cancel rewind' | 'run now' })
  | { readonly kind: 'row deleted' | 'payment received' | 'number changed' | 'lost by Abacos'; readonly order: number }
);

export interface Script {
  readonly hosts: 1 | 2;
  readonly maxAttempts: number;
  readonly pageSize: number;
  readonly maxNumbersPerCall: number;
  /** `auto_increment_increment` of the shop's database. */
  readonly idStep: number;
  readonly tracksPayment: boolean;
  /** Whether the table has `erp_integrate_at`. */
  readonly tracksSending: boolean;
  readonly queue: QueuePlan;
  readonly orders: readonly OrderPlan[];
  readonly happenings: readonly Happening[];
}

/** Mostly the simple thing. */
function mostly<T, U>(usual: T, others: fc.Arbitrary<U>, weight = 3): fc.Arbitrary<T | U> {
  return fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });
}

const upTo = (max: number, min = 0): fc.Arbitrary<number> => fc.integer({ min, max });
const minuteOfTrouble = upTo(TROUBLE_MS / MINUTE);
/** Orders and troubles meet more often than by chance. */
const rush = fc.constantFrom(0, 30, 60);
const inARush = fc.tuple(rush, upTo(8)).map(([placedAt, later]) => placedAt + 9 + later);
const host = fc.constantFrom<HostIndex[]>(0, 1);
const orderIndex = upTo(11);

/** Seconds: within `repair_wait`, within the first wait after it, and up to 40 times as long. */
const lateness = fc.oneof(
  upTo(REPAIR_WAIT_MS / SECOND - 2),
  upTo((4 * REPAIR_WAIT_MS) / SECOND),
  upTo((40 * REPAIR_WAIT_MS) / SECOND),
);

const plans: fc.Arbitrary<OrderPlan> = fc.record({
  placedAt: fc.oneof(upTo(SELLING_MS / MINUTE), rush),
  commitAfter: mostly(0, upTo(LATE_WINDOW_MS / MINUTE - 1, 1)),
  ageOff: mostly(0, upTo(60, -60), 6),
  number: fc.oneof(
    { weight: 8, arbitrary: fc.constant('at once' as const) },
    { weight: 1, arbitrary: fc.constantFrom('never' as const, 'bad' as const) },
    { weight: 1, arbitrary: upTo(120, 1) },
  ),
  date: mostly('at once', mostly('never', fc.oneof(upTo(SETTLE_MS / MINUTE, 1), upTo(240, 1)), 1), 5),
  state: fc.constantFrom('authorized', 'waiting_payment', 'canceled'),
  paymentAcknowledged: fc.boolean(),
  later: fc.option(
    fc.record({ state: fc.constantFrom('authorized', 'authorized', 'canceled'), after: fc.oneof(upTo(240), upTo(30)) }),
    { nil: undefined },
  ),
  confirmedAfter: fc.option(fc.oneof(upTo(SETTLE_MS / SECOND), upTo((6 * SETTLE_MS) / SECOND)), { nil: undefined }),
  push: mostly(
    undefined,
    fc.record({
      after: mostly(0, upTo(SETTLE_MS / SECOND), 2),
      status: fc.constantFrom<ErpStatus[]>('in-progress', 'invoiced', 'cancelled'),
    }),
    1,
  ),
  poison: mostly(
    undefined,
    fc.record({
      how: fc.constantFrom<Poison['how'][]>('refused', 'unavailable', 'hangs'),
      until: fc.oneof(minuteOfTrouble, fc.constant(Infinity)),
    }),
    8,
  ),
  task: fc.oneof(
    { weight: 5, arbitrary: fc.constant('works' as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom<TaskManner[]>(
        'works and says no',
        'pretends',
        'fails',
        'times out',
        'times out and lands',
        'fails for good',
        'hangs',
        'works and hangs',
        'hangs and lands',
      ),
    },
  ),
  taskSeconds: mostly(9, upTo(500, 1), 1),
  landsAfter: lateness,
  shownAfter: mostly(0, lateness, 1),
});

const ways = fc.constantFrom('refused' as const, 'slow' as const, 'hung' as const);
const strikes: fc.Arbitrary<Strike> = fc.oneof(
  fc.record({ call: fc.constant('shop' as const), how: ways }),
  fc.record({ call: fc.constant('connect' as const), how: ways }),
  fc.record({
    call: fc.constant('abacos' as const),
    how: fc.constantFrom('refused' as const, 'slow' as const, 'hung' as const, 'unknown rows' as const),
  }),
  fc.record({
    call: fc.constant('run' as const),
    how: fc.constantFrom('unsent' as const, 'lost on the way' as const, 'lost' as const, 'lost at the end' as const),
  }),
  fc.record({
    call: fc.constant('disk' as const),
    how: fc.constantFrom('EIO' as const, 'ENOSPC' as const, 'EROFS' as const),
  }),
);

const at = fc.oneof(minuteOfTrouble, inARush);
const kind = <K extends Happening['kind']>(name: K): fc.Arbitrary<K> => fc.constant(name);
const troubles: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ at, kind: kind('strike'), host, strike: strikes, after: upTo(8), times: upTo(4, 1) }),
  fc.record({
    at,
    kind: kind('outage'),
    of: fc.constantFrom('shop' as const, 'abacos' as const, 'integration-server' as const),
    minutes: upTo(90, 1),
    hangs: fc.boolean(),
  }),
  fc.record({ at, kind: kind('Abacos is down'), minutes: upTo(90, 1), hangs: fc.boolean() }),
  fc.record({
    at,
    kind: kind('sick server'),
    minutes: fc.oneof(upTo(90, 1), upTo(300, 1)),
    how: fc.constantFrom<SickManner[]>('fails', 'pretends', 'times out'),
  }),
);
/** So that there are orders to lose. */
const onceThereAreOrders = upTo(SELLING_MS / MINUTE + 30, 45);
/** Of Abacos, the shop's database and its queue. */
const surprises: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ at, kind: kind('Abacos denies all'), minutes: fc.oneof(upTo(60, 1), upTo(300, 1)) }),
  fc.record({
    at: onceThereAreOrders,
    kind: kind('Abacos goes back'),
    by: upTo(240, 1),
    downMinutes: upTo(90),
    rewindAfter: fc.oneof(upTo(180), upTo(30)),
  }),
  fc.record({ at: onceThereAreOrders, kind: kind('shop goes back'), by: upTo(120, 1), againAfter: upTo(60) }),
  fc.record({ at, kind: kind('queue stands still'), minutes: upTo(120, 1) }),
);
const ends: fc.Arbitrary<Happening> = fc.oneof(
  fc.record(
    {
      at,
      kind: kind('crash'),
      host,
      after: upTo(80),
      downMinutes: upTo(60),
      power: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
    },
    { requiredKeys: ['at', 'kind', 'host', 'after', 'downMinutes'] },
  ),
  fc.record({ at, kind: kind('freeze'), host, after: upTo(80), minutes: upTo(30, 1) }),
  fc.record({ at, kind: kind('stop'), host, graceSeconds: upTo(120), downMinutes: upTo(60) }),
);
const changes: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ at, kind: kind('reload'), host, pageSize: upTo(5, 1), parallel: upTo(3, 1) }),
  fc.record({ at, kind: kind('clock step'), host, minutes: upTo(300, -300) }),
  {
    weight: 3,
    arbitrary: fc.record({
      at,
      kind: kind('leader'),
      who: fc.constantFrom('first', 'second', 'both', 'both', 'both', 'nobody'),
    }),
  },
  fc.record({ at, kind: kind('retry'), host, orders: fc.array(orderIndex, { minLength: 1, maxLength: 12 }) }),
  fc.record({ at, kind: kind('dismiss'), host, orders: fc.array(orderIndex, { minLength: 1, maxLength: 4 }) }),
  {
    weight: 2,
    arbitrary: fc.record({
      at,
      kind: kind('dismiss'),
      host,
      orders: fc.array(orderIndex, { minLength: 1, maxLength: 12 }),
      retryAfter: upTo(30),
    }),
  },
  fc.record({ at, kind: kind('rewind'), host, order: orderIndex, rate: upTo(5, 1) }),
  fc.record({ at, kind: fc.constantFrom('cancel rewind' as const, 'run now' as const), host }),
  fc.record({
    at,
    kind: fc.constantFrom(
      'row deleted' as const,
      'payment received' as const,
      'number changed' as const,
      'lost by Abacos' as const,
    ),
    order: orderIndex,
  }),
);

export const scripts: fc.Arbitrary<Script> = fc.record({
  hosts: fc.constantFrom<(1 | 2)[]>(1, 2, 2),
  maxAttempts: upTo(4, 1),
  pageSize: upTo(5, 1),
  maxNumbersPerCall: upTo(5, 1),
  idStep: upTo(7, 1),
  tracksPayment: fc.boolean(),
  tracksSending: fc.boolean(),
  queue: fc.record({ check: upTo(20, 1), pace: upTo(240, 1), retry: upTo(300, 10) }),
  orders: fc.array(plans, { minLength: 1, maxLength: 12, size: 'max' }),
  happenings: fc.array(fc.oneof(troubles, ends, changes, { weight: 2, arbitrary: surprises }), {
    maxLength: 22,
    size: 'max',
  }),
});
