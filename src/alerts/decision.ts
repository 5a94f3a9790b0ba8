/** What a decision is made from and what it gives. */
import type { OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import type { Alert, Audience, Content } from './alert.ts';
import type { AlertState, Thread } from './state.ts';
import type { Timing } from './thread.ts';

export interface Settings extends Timing {
  readonly maxAttempts: number;
  /** Minutes after midnight, local time; `undefined`: no report. */
  readonly dailyReportAtMinute: number | undefined;
}

export interface Circumstances {
  readonly now: number;
  readonly settings: Settings;
  /** The open orders by the checkpoint. */
  readonly open: ReadonlyMap<OrderId, OrderRecord>;
}

export interface Decision {
  readonly state: AlertState;
  readonly alerts: readonly Alert[];
}

/** Gives an alert its id. The thread is that of its matter, or begins with it. */
export function issue(
  state: AlertState,
  { thread, now, content, audience }: { thread: Thread; now: number; content: Content; audience: Audience },
): { readonly state: AlertState; readonly alert: Alert } {
  const sequence = state.sequence + 1;
  const id = `${state.id}.${sequence}`;
  return {
    state: { ...state, sequence },
    alert: { id, at: now, thread: thread.firstMessage ?? id, audience, content },
  };
}

export function audienceOf(thread: Thread): Audience {
  return thread.escalated ? 'everyone' : 'subscribers';
}
