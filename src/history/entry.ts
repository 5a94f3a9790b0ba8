/** The entries of the history: which events are worth keeping, and their JSON form, written and read. */
import * as v from 'valibot';

import { TASKS, type CommandOutcome } from '../core/command.ts';
import type { Event, OrderName } from '../core/event.ts';
import { isOrderId, type OrderId } from '../core/order.ts';
import { DEPENDENCIES } from '../core/outage.ts';
import type { OrderRecord } from '../core/record.ts';
import type { Rewind } from '../core/rewind.ts';
import { isStamp, type Stamp } from '../core/stamp.ts';
import { FAILURE_REASONS, type Verdict } from '../core/verdict.ts';

/** Somebody was told. */
export interface AlertSent {
  readonly kind: 'alert';
  /** What it was about, in the alerts' own words for it. */
  readonly alert: string;
  /** How it went out: `mail`, `webhook`. */
  readonly channel: string;
  readonly subject: string;
  readonly orders: readonly OrderName[];
}

/** The history itself has a hole here: it could not be written for so long that there was no room to wait in. */
export interface EntriesLost {
  readonly kind: 'lost';
  readonly entries: number;
}

export type HistoryEvent = Event | AlertSent | EntriesLost;

/** What happened, and when (milliseconds since 1970). */
export type HistoryEntry = HistoryEvent & { readonly at: number };

/** Longer texts are cut: one entry is never more than some kilobytes. */
const MAX_TEXT_LENGTH = 500;
/** An alert may be about an outage's worth of orders. */
const MAX_ORDERS = 1000;

/**
 * Whether something is worth keeping. An order that Abacos had at the first
 * look is not: the checkpoint says so, and the history grows with the trouble
 * and not with the shop.
 */
export function isWorthKeeping(event: HistoryEvent): boolean {
  if (event.kind === 'verdict') {
    return event.record.verdict.status === 'FAILED' || event.previous !== undefined;
  }
  if (event.kind === 'cycle') {
    const { commands, judged } = event.report;
    return commands + judged.fresh + judged.due + judged.late > 0;
  }
  return FORMS[event.kind] !== undefined;
}

/** The line of an entry, with its line feed. `at` comes first, so that a reader can pass over what is too old unparsed. */
export function printEntry(at: number, event: HistoryEvent): string {
  const bounded = 'orders' in event ? { ...event, orders: event.orders.slice(0, MAX_ORDERS) } : event;
  return `${JSON.stringify({ at, ...bounded }, compact)}\n`;
}

function compact(_key: string, value: unknown): unknown {
  // JSON has no undefined; the reader gives it back.
  if (value === undefined) return null;
  if (typeof value === 'number') return Math.round(value);
  if (typeof value !== 'string' || value.length <= MAX_TEXT_LENGTH) return value;
  return `${value.slice(0, MAX_TEXT_LENGTH - 1)}…`;
}

/** The entry in a line, or undefined when there is none: the line is torn, damaged, or of another version. */
export function parseEntry(line: string): HistoryEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const kind = v.safeParse(KIND, value);
    const form = kind.success ? FORMS[kind.output.kind] : undefined;
    const entry = form === undefined ? undefined : v.safeParse(form, value);
    return entry?.success === true ? entry.output : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const ORDER_ID = v.custom<OrderId>(isOrderId);
const STAMP = v.custom<Stamp>((value) => typeof value === 'string' && isStamp(value));
const TASK = v.picklist(TASKS);
const DEPENDENCY = v.picklist(DEPENDENCIES);

const VERDICT = v.variant('status', [
  v.object({ status: v.literal('SUCCESS'), reason: v.picklist(['OK', 'AWAITING_PAYMENT']) }),
  v.object({ status: v.literal('FAILED'), reason: v.picklist(FAILURE_REASONS) }),
]) satisfies v.GenericSchema<unknown, Verdict>;

const RECORD = v.object({
  orderId: ORDER_ID,
  verdict: VERDICT,
  attempts: v.number(),
  createdAt: STAMP,
  updatedAt: STAMP,
}) satisfies v.GenericSchema<unknown, OrderRecord>;

const ENDED = { durationMs: v.number(), output: v.array(v.string()) };

const OUTCOME = v.variant('kind', [
  v.object({ kind: v.literal('exited'), status: v.number(), ...ENDED }),
  v.object({ kind: v.literal('killed'), why: v.string(), ...ENDED }),
  v.object({ kind: v.literal('busy'), ...ENDED }),
  v.object({ kind: v.literal('too-soon'), ...ENDED }),
  v.object({ kind: v.literal('not-started'), why: v.string(), ...ENDED }),
  v.object({ kind: v.literal('lost'), why: v.string(), ...ENDED }),
]) satisfies v.GenericSchema<unknown, CommandOutcome>;

const REPORT = v.object({
  durationMs: v.number(),
  judged: v.object({ fresh: v.number(), due: v.number(), late: v.number() }),
  settled: v.number(),
  failing: v.number(),
  commands: v.number(),
  repaired: v.number(),
  workLeft: v.boolean(),
  repairing: v.exactOptional(v.literal(true)),
  interrupted: v.boolean(),
  /** Entries of older versions do not say. */
  whole: v.optional(v.boolean(), false),
  openOrders: v.exactOptional(v.number()),
});

const REWIND = v.object({
  from: ORDER_ID,
  next: ORDER_ID,
  through: ORDER_ID,
  rate: v.exactOptional(v.number()),
  by: v.string(),
  startedAt: v.string(),
  asked: v.number(),
  failing: v.number(),
}) satisfies v.GenericSchema<unknown, Rewind>;

/** Where the value may be undefined, the file has null. */
function orUndefined<const Schema extends v.GenericSchema>(schema: Schema) {
  return v.pipe(
    v.nullable(schema),
    v.transform((value) => value ?? undefined),
  );
}

const AT = { at: v.number() };
const NAME = { orderId: ORDER_ID, orderNumber: v.nullable(v.string()) };
const WHY = { why: v.exactOptional(v.string()) };

type FormOf<Kind extends HistoryEvent['kind']> = v.GenericSchema<
  unknown,
  Extract<HistoryEntry, { readonly kind: Kind }>
>;

/**
 * The form of each kind of entry. Not kept (`undefined`) is what only says how things stand at the moment, and belongs to no
 * order.
 */
const FORMS: { readonly [Kind in HistoryEvent['kind']]: FormOf<Kind> | undefined } = {
  verdict: v.object({
    ...AT,
    kind: v.literal('verdict'),
    ...NAME,
    record: RECORD,
    previous: orUndefined(RECORD),
    ...WHY,
    late: v.boolean(),
    rewound: v.exactOptional(v.literal(true)),
  }),
  'given-up': v.object({
    ...AT,
    kind: v.literal('given-up'),
    ...NAME,
    record: RECORD,
    why: v.string(),
    permanentError: v.exactOptional(v.string()),
    inDoubt: v.exactOptional(v.literal(true)),
  }),
  'command-started': v.object({ ...AT, kind: v.literal('command-started'), ...NAME, task: TASK, attempt: v.number() }),
  'command-ended': v.object({ ...AT, kind: v.literal('command-ended'), ...NAME, task: TASK, outcome: OUTCOME }),
  repaired: v.object({ ...AT, kind: v.literal('repaired'), ...NAME, record: RECORD, openMs: v.number() }),
  'not-repaired': v.object({
    ...AT,
    kind: v.literal('not-repaired'),
    ...NAME,
    record: RECORD,
    task: TASK,
    attempt: v.number(),
    found: VERDICT,
    ...WHY,
  }),
  'row-gone': v.object({ ...AT, kind: v.literal('row-gone'), ...NAME, record: RECORD }),
  'row-found': v.object({ ...AT, kind: v.literal('row-found'), ...NAME, record: RECORD, again: v.boolean() }),
  retry: v.object({ ...AT, kind: v.literal('retry'), ...NAME, record: RECORD, by: v.string() }),
  dismissed: v.object({
    ...AT,
    kind: v.literal('dismissed'),
    ...NAME,
    record: RECORD,
    by: v.string(),
    why: v.string(),
  }),
  'retry-many': v.object({ ...AT, kind: v.literal('retry-many'), count: v.number(), by: v.string() }),
  rewind: v.object({
    ...AT,
    kind: v.literal('rewind'),
    step: v.picklist(['begun', 'resumed', 'cancelled', 'ended']),
    rewind: REWIND,
    by: v.string(),
  }),
  'went-back': v.object({
    ...AT,
    kind: v.literal('went-back'),
    head: ORDER_ID,
    newest: ORDER_ID,
    from: ORDER_ID,
  }),
  'lag-learned': v.object({ ...AT, kind: v.literal('lag-learned'), ...NAME, task: TASK, lagMs: v.number() }),
  'run-now': v.object({ ...AT, kind: v.literal('run-now'), by: v.string() }),
  down: v.object({
    ...AT,
    kind: v.literal('down'),
    dependency: DEPENDENCY,
    reason: v.string(),
    hint: orUndefined(v.string()),
  }),
  up: v.object({ ...AT, kind: v.literal('up'), dependency: DEPENDENCY, downMs: v.number() }),
  cycle: v.object({ ...AT, kind: v.literal('cycle'), report: REPORT }),
  alert: v.object({
    ...AT,
    kind: v.literal('alert'),
    alert: v.string(),
    channel: v.string(),
    subject: v.string(),
    orders: v.array(v.object(NAME)),
  }),
  lost: v.object({ ...AT, kind: v.literal('lost'), entries: v.number() }),
  backlog: undefined,
  'repairs-wait': undefined,
  standing: undefined,
  'strange-ids': undefined,
  undated: undefined,
};

const KIND = v.object({
  kind: v.custom<HistoryEvent['kind']>((value) => typeof value === 'string' && Object.hasOwn(FORMS, value)),
});
