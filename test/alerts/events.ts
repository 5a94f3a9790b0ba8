/** Events as the monitor reports them. */
import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed, SUCCESS, type FailureReason } from '../../src/core/verdict.ts';
import { NINE } from './manual-clock.ts';

export const numberOf = (id: number): string => String(1_226_000 + id);

export function recordOf(id: number, reason: FailureReason | 'OK' = 'NOT_FOUND', attempts = 0): OrderRecord {
  return {
    orderId: orderId(id),
    verdict: reason === 'OK' ? SUCCESS : failed(reason),
    attempts,
    createdAt: stampOf(NINE),
    updatedAt: stampOf(NINE),
  };
}

const named = (id: number) => ({ orderId: orderId(id), orderNumber: numberOf(id) });

export function found(
  id: number,
  reason: FailureReason = 'NOT_FOUND',
  why?: string,
): Extract<Event, { kind: 'verdict' }> {
  return {
    kind: 'verdict',
    ...named(id),
    record: recordOf(id, reason),
    previous: undefined,
    late: false,
    ...(why === undefined ? {} : { why }),
  };
}

export function settled(id: number): Extract<Event, { kind: 'verdict' }> {
  return { kind: 'verdict', ...named(id), record: recordOf(id, 'OK', 6), previous: recordOf(id), late: false };
}

/** An order that is on record for one reason is found so for another, or in Abacos. */
export function foundAfter(before: FailureReason, id: number, now: FailureReason | 'OK' = 'NOT_FOUND'): Event {
  return { kind: 'verdict', ...named(id), record: recordOf(id, now), previous: recordOf(id, before), late: false };
}

export function commandRan(id: number, output: readonly string[] = [], attempt = 1): Event[] {
  return [
    { kind: 'command-started', ...named(id), task: 'insert_order', attempt },
    {
      kind: 'command-ended',
      ...named(id),
      task: 'insert_order',
      outcome: { kind: 'exited', status: output.length === 0 ? 0 : 1, durationMs: 9000, output },
    },
  ];
}

export function repaired(id: number): Event[] {
  return [...commandRan(id), { kind: 'repaired', ...named(id), record: recordOf(id, 'OK', 2), openMs: 40_000 }];
}

export function givenUp(id: number, permanentError?: string): Extract<Event, { kind: 'given-up' }> {
  return {
    kind: 'given-up',
    ...named(id),
    record: recordOf(id, 'NOT_FOUND', 5),
    why: permanentError === undefined ? 'its attempts are used up' : `trying again is no use: ${permanentError}`,
    ...(permanentError === undefined ? {} : { permanentError }),
  };
}

/** A command ran, and Abacos says of the order what its record says now. */
export function notRepaired(id: number, reason: FailureReason): Event {
  const record = recordOf(id, reason, 1);
  return { kind: 'not-repaired', ...named(id), record, task: 'insert_order', attempt: 1, found: record.verdict };
}

export function retried(id: number): Event {
  return { kind: 'retry', orderId: orderId(id), orderNumber: null, record: recordOf(id), by: 'ana' };
}

export function dismissed(id: number): Event {
  const record = recordOf(id, 'DISMISSED', 5);
  return { kind: 'dismissed', orderId: orderId(id), orderNumber: null, record, by: 'ana', why: 'cancelled' };
}

export function rowGone(id: number): Extract<Event, { kind: 'row-gone' }> {
  return { kind: 'row-gone', orderId: orderId(id), orderNumber: null, record: recordOf(id) };
}

export function rowFound(id: number, orderNumber = numberOf(id)): Extract<Event, { kind: 'row-found' }> {
  return { kind: 'row-found', orderId: orderId(id), orderNumber, record: recordOf(id), again: true };
}

export const CYCLE: Extract<Event, { kind: 'cycle' }> = {
  kind: 'cycle',
  report: {
    durationMs: 1000,
    judged: { fresh: 0, due: 0, late: 0 },
    settled: 0,
    failing: 0,
    commands: 0,
    repaired: 0,
    workLeft: false,
    interrupted: false,
    whole: true,
  },
};

/** A cycle at whose end commands run still. */
export function repairingCycle(): Event {
  return { kind: 'cycle', report: { ...CYCLE.report, repairing: true } };
}

export function cycleOf(fresh: number, failing = 0): Event {
  return {
    kind: 'cycle',
    report: { ...CYCLE.report, judged: { fresh, due: 0, late: 0 }, settled: fresh - failing, failing },
  };
}

export const ABACOS_DOWN: Event = { kind: 'down', dependency: 'abacos', reason: 'connection refused', hint: undefined };

export function abacosUp(downMs: number): Event {
  return { kind: 'up', dependency: 'abacos', downMs };
}
