/** What a decision is made from and what it gives. */
import { createHash } from 'node:crypto';

import type { OrderId } from '../../core/order.ts';
import type { OrderRecord } from '../../core/record.ts';
import type { Alert, Audience, Content } from './alert.ts';
import type { AlertState, Thread } from './state.ts';
import type { Timing } from './thread.ts';

export interface Settings extends Timing {
  readonly maxAttempts: number;
  /** Minutes after midnight, local time; `undefined`: no report. */
  readonly dailyReportAtMinute: number | undefined;
  readonly runningCycleMs: number;
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

/**
 * Gives an alert its id. The thread is that of its matter, or begins with it.
 * A crash may reuse the sequence number; the digest tells the two alerts apart,
 * so that mail programs do not take the second one for the first.
 */
export function issue(
  state: AlertState,
  { thread, now, content, audience }: { thread: Thread; now: number; content: Content; audience: Audience },
): { readonly state: AlertState; readonly alert: Alert } {
  const sequence = state.sequence + 1;
  const id = `${state.id}.${sequence}-${digestOf(gistOf(content))}`;
  return {
    state: { ...state, sequence },
    alert: { id, at: now, thread: thread.firstMessage ?? id, audience, content },
  };
}

export function audienceOf(thread: Thread): Audience {
  return thread.escalated ? 'everyone' : 'subscribers';
}

/** What tells an alert from another one with its number: not its times, which the same one may have anew. */
function gistOf(content: Content): string {
  switch (content.kind) {
    case 'orders':
    case 'action':
      return [
        content.kind,
        content.stage,
        ...content.orders.map(({ orderId, reason, givenUp, settledAt }) =>
          [orderId, reason, givenUp !== null, settledAt !== null].join(' '),
        ),
      ].join();
    case 'down':
      return `down ${content.dependency} ${content.stage}`;
    case 'back':
      return `back ${content.dependency}`;
    case 'configuration':
      return `configuration ${content.stage} ${content.text}`;
    case 'undated':
      return `undated ${content.count}`;
    case 'report':
    case 'test':
      return content.kind;
  }
}

/** Enough to tell two texts apart. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
