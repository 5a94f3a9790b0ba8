/**
 * What the alerts remember, in memory and (`state-file.ts`) on the disk: so that a
 * restart repeats nothing and loses no recovery. Times are milliseconds since 1970.
 */
import * as v from 'valibot';

import { TASKS } from '../../core/command.ts';
import { isOrderId, type OrderId } from '../../core/order.ts';
import { DEPENDENCIES } from '../../core/outage.ts';
import type { RepairWait } from '../../core/repair-wait.ts';
import { OPEN_REASONS } from '../../core/verdict.ts';

const orderIdForm = v.custom<OrderId>(isOrderId);
const dependencyForm = v.picklist(DEPENDENCIES);

const commandForm = v.object({
  task: v.picklist(TASKS),
  attempt: v.number(),
  /** How it ended; `running` until that is known. */
  end: v.picklist(['running', 'exited', 'killed', 'busy', 'too-soon', 'not-started', 'lost']),
  exitStatus: v.nullable(v.number()),
  /** What it said, or why it did not end well. */
  said: v.nullable(v.string()),
  /** It may have done its work, whatever Abacos shows. */
  inDoubt: v.exactOptional(v.boolean()),
});

const caseForm = v.object({
  orderId: orderIdForm,
  orderNumber: v.nullable(v.string()),
  reason: v.picklist(OPEN_REASONS),
  /** What is unclear about the answer of Abacos or the row of the shop. */
  why: v.nullable(v.string()),
  openedAt: v.number(),
  reasonSince: v.number(),
  attempts: v.number(),
  command: v.nullable(commandForm),
  givenUp: v.nullable(v.picklist(['attempts', 'permanent', 'doubt'])),
  rowGone: v.boolean(),
  /** When Abacos was found to have it. */
  settledAt: v.nullable(v.number()),
  /** What is to be said of it next, and since when. */
  news: v.nullable(v.picklist(['open', 'action', 'settled'])),
  newsAt: v.number(),
  /** In which mails people have read of it. */
  told: v.picklist(['nothing', 'open', 'action']),
  escalated: v.boolean(),
});

const threadForm = v.object({
  /** The message that began it; the others refer to it. */
  firstMessage: v.nullable(v.string()),
  lastAt: v.nullable(v.number()),
  /** How many mails in a row had to wait for their time: the pause grows with it. */
  streak: v.number(),
  remindAt: v.nullable(v.number()),
  reminders: v.number(),
  escalated: v.boolean(),
});

const caughtUpForm = v.object({
  checked: v.number(),
  failing: v.number(),
  repaired: v.number(),
  complete: v.boolean(),
});

const outageForm = v.object({
  since: v.number(),
  reason: v.string(),
  hint: v.nullable(v.string()),
  /** When it worked again; `null` while it is down. */
  until: v.nullable(v.number()),
  /** How often it went down again before its return had been said. */
  relapses: v.number(),
  caughtUp: v.nullable(caughtUpForm),
  told: v.boolean(),
});

const downtimeForm = v.object({
  dependency: dependencyForm,
  thread: threadForm,
  outage: v.nullable(outageForm),
  /** Outages since the last mail that were too short to be told. */
  blips: v.number(),
});

const faultForm = v.object({ text: v.string(), since: v.number(), told: v.boolean(), good: v.boolean() });

const undatedForm = v.object({
  /** When the first of them was found. */
  since: v.number(),
  told: v.boolean(),
  /** Since when there is none any more. */
  noneSince: v.nullable(v.number()),
});

const dayForm = v.object({
  since: v.number(),
  checked: v.number(),
  repaired: v.number(),
  /** How long repaired orders had been open: the newest thousand. */
  repairMs: v.array(v.number()),
  givenUp: v.number(),
  outages: v.array(v.object({ dependency: dependencyForm, ms: v.number() })),
});

export const stateForm = v.object({
  format: v.literal(1),
  /** Of this state, in the ids of its messages. */
  id: v.string(),
  /** How many messages it has given. */
  sequence: v.number(),
  cases: v.array(caseForm),
  /** Failing orders for which there was no room among the cases. */
  unnamed: v.number(),
  orders: threadForm,
  action: threadForm,
  downtimes: v.array(downtimeForm),
  fault: v.nullable(faultForm),
  configuration: threadForm,
  /** Orders without a date, all of them one case. Older versions have none. */
  undated: v.optional(v.nullable(undatedForm), null),
  day: dayForm,
  /** When a cycle last looked at all that there was, in milliseconds since 1970. Older versions have none. */
  lastWholeCycle: v.optional(v.nullable(v.number()), null),
});

type Frozen<T> = { readonly [K in keyof T]: T[K] };

export type LastCommand = Frozen<v.InferOutput<typeof commandForm>>;
/** One order that fails, or has been mended without that having been said. */
export type OrderCase = Frozen<v.InferOutput<typeof caseForm>>;
/** The mails about one matter, which a mail program shows together. */
export type Thread = Frozen<v.InferOutput<typeof threadForm>>;
export type CaughtUp = Frozen<v.InferOutput<typeof caughtUpForm>>;
export type Outage = Frozen<v.InferOutput<typeof outageForm>>;
export type Downtime = Frozen<v.InferOutput<typeof downtimeForm>>;
/** Open orders without a usable date. Which those are the checkpoint knows. */
export type Undated = Frozen<v.InferOutput<typeof undatedForm>>;
export type Day = Frozen<v.InferOutput<typeof dayForm>>;

/** As it is on the disk. */
export type StoredState = v.InferOutput<typeof stateForm>;

export interface AlertState extends Frozen<Omit<StoredState, 'cases' | 'downtimes' | 'format'>> {
  readonly cases: ReadonlyMap<OrderId, OrderCase>;
  readonly downtimes: readonly Downtime[];
  /** When this process took the alerts up. Not on the disk. */
  readonly begunAt: number;
  /** A cycle is at work: what it does with the orders is not known yet. Not on the disk. */
  readonly midCycle: boolean;
  /** Since when commands have run at the end of each cycle: milliseconds since 1970. Not kept either. */
  readonly repairingSince: number | undefined;
  /** Another monitor works, and tells people of the orders. Not kept either. */
  readonly standsBy: boolean;
  /** What repairs wait for although everything works. Not kept: a new process finds out anew. */
  readonly repairsWait: RepairWait | undefined;
}

/** So many orders are known by name; it bounds the file and the work. */
export const MAX_CASES = 5000;

export const NEW_THREAD: Thread = {
  firstMessage: null,
  lastAt: null,
  streak: 0,
  remindAt: null,
  reminders: 0,
  escalated: false,
};

export function newDay(now: number): Day {
  return { since: now, checked: 0, repaired: 0, repairMs: [], givenUp: 0, outages: [] };
}

/** The state of alerts that have never been. */
export function newState(id: string, now: number): AlertState {
  return {
    id,
    sequence: 0,
    cases: new Map(),
    unnamed: 0,
    orders: NEW_THREAD,
    action: NEW_THREAD,
    downtimes: [],
    fault: null,
    configuration: NEW_THREAD,
    undated: null,
    day: newDay(now),
    lastWholeCycle: null,
    begunAt: now,
    midCycle: false,
    repairingSince: undefined,
    standsBy: false,
    repairsWait: undefined,
  };
}

/** @throws ValiError when this is not a state */
export function parseState(text: string): AlertState {
  const { cases, ...rest } = v.parse(stateForm, JSON.parse(text));
  const known = new Map(cases.map((one) => [one.orderId, one]));
  const unkept = { begunAt: 0, midCycle: false, repairingSince: undefined, standsBy: false, repairsWait: undefined };
  return { ...rest, cases: known, ...unkept };
}

export function printState(state: AlertState): string {
  const unkept = {
    begunAt: undefined,
    midCycle: undefined,
    repairingSince: undefined,
    standsBy: undefined,
    repairsWait: undefined,
  };
  return `${JSON.stringify({ format: 1, ...state, ...unkept, cases: [...state.cases.values()] })}\n`;
}
