/**
 * What the page needs of the program around it, in the words of the business.
 * All moments are milliseconds since 1970.
 */
import type { Advice } from '../core/advice.ts';
import type { Answer } from '../core/answer.ts';
import type { CommandOutcome, Task } from '../core/command.ts';
import type { Dismissal } from '../core/dismissal.ts';
import type { Lags } from '../core/effects.ts';
import type { OrderAge, OrderId, OrderReference } from '../core/order.ts';
import type { Dependency } from '../core/outage.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import type { RetryResult } from '../core/retry.ts';
import type { Said } from '../core/said.ts';
import type { FailureReason, OpenReason, Verdict } from '../core/verdict.ts';

export interface PagePorts {
  now(): number;
  status(): PageStatus;
  openOrders(signal: AbortSignal, query: OpenQuery): Promise<OpenOrders>;
  chosenOrders(signal: AbortSignal, ids: readonly OrderId[]): Promise<readonly ChosenOrder[]>;
  /**
   * Asks the shop, Abacos and the checkpoint. Never throws an Outage: what could not be asked is in the answer.
   * @param meant what may be meant, the likeliest first
   */
  findOrder(meant: readonly OrderReference[], signal: AbortSignal): Promise<FoundOrder>;
  /** The same of several, in their order. */
  findOrders(wanted: readonly (readonly OrderReference[])[], signal: AbortSignal): Promise<readonly FoundOrder[]>;
  chart(): Promise<Chart>;
  /** Gives open orders their attempts again. @param by who asked for it, for the log */
  retry(orders: readonly OrderId[], by: string): Promise<readonly RetryResult[]>;
  /** Has nothing more done about open orders. */
  dismiss(orders: readonly OrderId[], dismissal: Dismissal): Promise<readonly RetryResult[]>;
  /** The text of `GET /metrics`. Without it there is no such address. */
  metrics?(): string | Promise<string>;
}

export type DependencyNow =
  | { readonly state: 'up' }
  | { readonly state: 'not-asked' }
  | { readonly state: 'down'; readonly since: number; readonly reason: string; readonly hint?: string };

export interface PageStatus {
  readonly version: string;
  readonly startedAt: number;
  readonly head: OrderId;
  /** Another order-monit looks after the orders: what this one knows of them is old. */
  readonly standsBy: { readonly leader: string | undefined } | undefined;
  readonly dependencies: Readonly<Record<Dependency, DependencyNow>>;
  /** Repairs that wait although everything works. */
  readonly repairsWait: RepairWait | undefined;
  /** How long effects of commands may take to show, where that has been learned. */
  readonly lags: Lags;
  /** Whether everything was checked lately; where it was not, since when. */
  readonly checking: { readonly state: 'current' | 'not-yet' | 'blind' | 'standby'; readonly since: number };
  /** How long ago the last whole look at the orders ended, in milliseconds; `undefined` until there was one. */
  readonly lastLookMs: number | undefined;
  /** When the pause between two cycles ends; `undefined` while a cycle is under way. */
  readonly pausedUntil: number | undefined;
  /** Commands that run on the integration server. */
  readonly running: readonly RunningCommand[];
  /** What the configuration says now is not in force. */
  readonly configurationRefused: boolean;
  /** So many orders are open that new ones wait. */
  readonly isFull: boolean;
  readonly backlog: { readonly ordersLeft: number; readonly timeLeftMs: number } | undefined;
}

export interface RunningCommand {
  readonly task: Task;
  /** The order's number, or what else it goes by. */
  readonly order: string;
  readonly since: number;
}

export interface OpenOrders {
  /** All of them. */
  readonly total: number;
  /** Given up, with a number that only people can correct, or without a row. */
  readonly needHelp: number;
  readonly byReason: Readonly<Record<OpenReason, number>>;
  /** Orders besides that were dismissed, and are not in Abacos. */
  readonly dismissed: number;
  /** The largest first. Orders are named in them only where none were asked for by themselves. */
  readonly groups: readonly OpenGroup[];
  /** So many are what was asked for. */
  readonly matching: number;
  /** Those of them that were asked for: group by group, and of each the oldest first. */
  readonly orders: readonly OpenOrder[];
}

/** Whether somebody has to do something about an order, or order-monit is at it. */
export type OpenPart = 'action' | 'progress';

/** Which open orders are wanted by name, and how many of them. */
export interface OpenQuery {
  readonly part?: OpenPart;
  readonly group?: string;
  readonly from: number;
  readonly most: number;
}

/** Open orders that have one cause, or of several causes that have few orders each. */
export interface OpenGroup {
  readonly key: string;
  readonly part: OpenPart;
  readonly reason: OpenReason;
  /** What was last said of them, without what differs from order to order. */
  readonly words?: string;
  /** So many causes; of more than one there are no words. */
  readonly causes: number;
  readonly count: number;
  /** When the first of them was found failing. */
  readonly since: number;
  /** The first ones. */
  readonly sample: readonly OpenOrder[];
}

export interface OpenOrder extends OpenRecord {
  readonly orderId: OrderId;
  readonly reason: OpenReason;
  /** As the shop stores it; `null` where that is not known. */
  readonly number: string | null;
}

/** An order that people choose, by the names it goes by; dismissed ones among them. */
export interface ChosenOrder {
  readonly orderId: OrderId;
  readonly number: string | null;
  /** Its last command may have done its work, whatever Abacos shows. */
  readonly inDoubt: boolean;
}

/** What the checkpoint holds of an order that is not settled. */
export interface OpenRecord {
  readonly reason: FailureReason;
  /** How many commands were run for it; `undefined` where only that it was given up is known. */
  readonly attempts: number | undefined;
  readonly maxAttempts: number;
  readonly givenUp: boolean;
  /** Its last command may have done its work, whatever Abacos shows. */
  readonly inDoubt: boolean;
  /** The shop's table has lost its row. */
  readonly rowGone?: boolean;
  /** When it was first found failing. */
  readonly since: number;
  /** When its verdict was recorded. */
  readonly updatedAt: number;
  /** What was last said of it, such as the words of the shop's task. */
  readonly why?: Said;
  /** When somebody last had it retried, if that is under way still. */
  readonly retriedAt?: number;
  /** It is asked about about this often. */
  readonly everyMs: number;
}

export interface Chart {
  /** What is told reaches back to this moment, and no further. */
  readonly since: number;
  /** 48 of them, the oldest first; the last one is under way. */
  readonly hours: readonly Hour[];
  /** Those of these hours, also one that lasts. */
  readonly downtimes: readonly Downtime[];
}

/** A time in which something could not be used. */
export interface Downtime {
  readonly dependency: Dependency;
  readonly from: number;
  readonly until: number;
}

export interface Hour {
  readonly startsAt: number;
  /** Orders that were looked at for the first time. */
  readonly orders: number;
  /** Orders that were found missing, or without their payment, for the first time. */
  readonly missing: number;
  /** Orders that people have to do something about since then. */
  readonly needsAction: number;
  /** Orders that Abacos had after a command. */
  readonly repairs: number;
  /** From being found failing to being in Abacos, of those repairs. `undefined` without one. */
  readonly medianTimeToIntegrateMs: number | undefined;
}

export type FoundOrder =
  | { readonly kind: 'story'; readonly story: OrderStory }
  | { readonly kind: 'several'; readonly ids: readonly OrderId[] }
  | { readonly kind: 'none' }
  /** The shop's database can not be asked, so nobody knows which order is meant. */
  | { readonly kind: 'unreachable'; readonly why: string };

export interface OrderStory {
  readonly orderId: OrderId;
  readonly number: string | null;
  readonly shop: ShopFinding;
  readonly abacos: Answer | { readonly kind: 'not-asked'; readonly why: string };
  readonly checkpoint: CheckpointFinding;
  /** What people are to do about it, where what was said of it tells. */
  readonly advice?: Advice;
  readonly repairs: RepairsNow;
  /** The command that runs for it. */
  readonly running: RunningCommand | undefined;
  /** What happened to it, the oldest first. */
  readonly entries: readonly StoryEntry[];
  /** The entries reach back to this moment, and no further. */
  readonly entriesSince: number;
}

/** Whether commands are run at the moment, for any order. */
export type RepairsNow =
  | { readonly kind: 'go-on' }
  /** Abacos denies orders that it had. */
  | { readonly kind: 'held' }
  /** The integration server is down. */
  | { readonly kind: 'out' }
  | { readonly kind: 'wait'; readonly until: number };

/** What the shop noted of an order. */
export interface ShopDetail {
  readonly what: 'placed' | 'changed' | 'sent' | 'send-error' | 'payment-confirmed' | 'payment-error';
  /** A moment, or the shop's own words: those of an error, or of a date that is none. */
  readonly value: number | string;
}

export type ShopFinding =
  | {
      readonly kind: 'row';
      readonly state: string;
      readonly age: OrderAge;
      readonly settleMs: number;
      readonly paymentPending: boolean;
      /** The customer has not paid yet. */
      readonly awaitsPayment: boolean;
      readonly details: readonly ShopDetail[];
    }
  | { readonly kind: 'no-row' }
  | { readonly kind: 'not-asked'; readonly why: string };

export type CheckpointFinding =
  | ({ readonly kind: 'open' } & OpenRecord)
  | {
      readonly kind: 'settled';
      readonly since: number;
      readonly updatedAt: number;
      readonly attempts: number | undefined;
      /** Where it is watched. */
      readonly payment?: PaymentNow;
    }
  /** Neither recorded yet nor passed by the head. */
  | { readonly kind: 'not-yet' }
  /** It was placed before order-monit began to watch, or its record has been thinned out. */
  | { readonly kind: 'none' };

/** The payment of an order that is in Abacos. */
export type PaymentNow =
  /** The shop waits for it. */
  | { readonly kind: 'unpaid'; readonly everyMs: number; readonly until: number }
  /** The shop has it, and confirms that itself; until then, where that is known. */
  | { readonly kind: 'paid'; readonly until?: number };

export interface StoryEntry {
  readonly at: number;
  readonly what: StoryEvent;
}

/** Something that happened to an order. */
export type StoryEvent =
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly late: boolean; readonly why?: string }
  | {
      readonly kind: 'given-up';
      readonly after: GivenUpAfter;
      /** What its command said, where that is why. */
      readonly words?: string;
    }
  | { readonly kind: 'command-started'; readonly task: Task; readonly attempt: number }
  | {
      readonly kind: 'command-ended';
      readonly task: Task;
      readonly outcome: CommandOutcome['kind'];
      readonly exitStatus?: number;
      readonly durationMs: number;
      readonly words?: Said;
    }
  | { readonly kind: 'repaired'; readonly openMs: number }
  | { readonly kind: 'not-repaired'; readonly found: Verdict; readonly why?: string }
  | { readonly kind: 'row-gone' | 'row-found' }
  /** `reopened`: it had been dismissed, and commands may have done their work. */
  | { readonly kind: 'retry' | 'reopened'; readonly by: string }
  | { readonly kind: 'dismissed'; readonly by: string; readonly why: string };

/** Why an order was given up: `doubt` where its last command may have done its work. */
export type GivenUpAfter = 'attempts' | 'permanent' | 'doubt';
