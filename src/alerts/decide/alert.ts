/** Alerts as data, before `deliver/compose.ts` puts them into words: audience, thread, and what each kind tells. */
import type { OrderId } from '../../core/order.ts';
import type { Dependency } from '../../core/outage.ts';
import type { RepairWait } from '../../core/repair-wait.ts';
import type { CaughtUp, OrderCase } from './state.ts';

/** One message to people. */
export interface Alert {
  /** Unique, and the same when a restart has to decide the same again. */
  readonly id: string;
  /** When it came to be said, in milliseconds since 1970. */
  readonly at: number;
  /** Id of the thread's first alert. */
  readonly thread: string;
  readonly audience: Audience;
  readonly content: Content;
}

/** `everyone`: those to whom a matter is escalated too. */
export type Audience = 'subscribers' | 'everyone';

export type Stage = 'news' | 'reminder' | 'escalation';

export type Content =
  OrdersContent | DownContent | BackContent | ConfigurationContent | UndatedContent | ReportContent | TestContent;

/** Orders that order-monit works on (`orders`), or that wait for a person (`action`). */
export interface OrdersContent {
  readonly kind: 'orders' | 'action';
  readonly stage: Stage;
  /** Those that this is about. */
  readonly orders: readonly OrderCase[];
  /** Others that were told earlier and are open still. */
  readonly stillOpen: number;
  /** No order of any mail is open any more. */
  readonly nothingOpen: boolean;
  /** Failing orders that nobody kept the names of. */
  readonly unnamed: number;
  /** When the mail before this one was sent, if what came after it had to wait for this one. */
  readonly heldSince: number | null;
  /** What is down, and keeps order-monit from its work. */
  readonly down: readonly Dependency[];
  /** What repairs wait for although everything works. */
  readonly repairsWait: RepairWait | undefined;
}

export interface DownContent {
  readonly kind: 'down';
  readonly stage: Stage;
  readonly dependency: Dependency;
  readonly since: number;
  readonly reason: string;
  readonly hint: string | null;
  /** Earlier outages since the last mail, too short to be told. */
  readonly blips: number;
}

export interface BackContent {
  readonly kind: 'back';
  readonly dependency: Dependency;
  readonly since: number;
  readonly until: number;
  readonly reason: string;
  readonly relapses: number;
  readonly caughtUp: CaughtUp;
}

export interface ConfigurationContent {
  readonly kind: 'configuration';
  readonly stage: Stage | 'recovery';
  readonly since: number;
  /** The faults, a line for each. */
  readonly text: string;
}

/** Orders without a usable date, which may be carts. */
export interface UndatedContent {
  readonly kind: 'undated';
  /** When the first was found. */
  readonly since: number;
  readonly count: number;
  /** The first of them. */
  readonly ids: readonly OrderId[];
}

export interface ReportContent {
  readonly kind: 'report';
  readonly from: number;
  /** Since when not everything was checked, if that is so at the time of the report. */
  readonly uncheckedSince: number | null;
  readonly checked: number;
  readonly inAbacos: number;
  readonly repaired: number;
  readonly medianMs: number | null;
  readonly givenUp: number;
  readonly outages: readonly { readonly dependency: Dependency; readonly count: number; readonly ms: number }[];
  /** Open orders, the oldest first; not more than a mail has room for. */
  readonly open: readonly ReportedOrder[];
  readonly openCount: number;
  /** Besides, on record without a usable date. */
  readonly undated: number;
}

export interface ReportedOrder {
  readonly orderId: OrderId;
  readonly orderNumber: string | null;
  readonly openedAt: number;
  readonly reason: OrderCase['reason'];
  readonly givenUp: boolean;
}

export interface TestContent {
  readonly kind: 'test';
}
