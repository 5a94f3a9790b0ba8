/** Which events nobody is told of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRoutine, isUneventful, type CycleReport, type Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { AWAITING_PAYMENT } from '../../src/core/verdict.ts';
import { MISSING, recordOf } from '../checkpoint/fixtures.ts';

/** A cycle of a backlog: a full page of new orders, all of which Abacos has. */
const BACKLOG: CycleReport = {
  durationMs: 5,
  judged: { fresh: 200, due: 0, late: 0 },
  settled: 200,
  failing: 0,
  commands: 0,
  repaired: 0,
  workLeft: true,
  interrupted: false,
  whole: true,
};

const CYCLES: readonly (readonly [what: string, changes: Partial<CycleReport>, isUneventful: boolean])[] = [
  ['of a backlog without problems', {}, true],
  ['that has no work left, as it ends a backlog', { workLeft: false }, false],
  ['that was interrupted', { interrupted: true }, false],
  ['with an order found failing', { failing: 1 }, false],
  ['with a command', { commands: 1 }, false],
  ['that failed as often as it ran commands', { failing: 1, commands: 1 }, false],
  ['with an open order asked about', { judged: { fresh: 200, due: 1, late: 0 } }, false],
  ['with as many of them as commands', { commands: 1, judged: { fresh: 200, due: 1, late: 0 } }, false],
  ['with an order that showed up late', { judged: { fresh: 200, due: 0, late: 1 } }, false],
  ['with as many of those as open ones', { judged: { fresh: 200, due: 1, late: 1 } }, false],
];
for (const [what, changes, expected] of CYCLES) {
  test(`A cycle ${what} is ${expected ? 'not ' : ''}logged`, () => {
    const report = { ...BACKLOG, ...changes };
    assert.equal(isUneventful(report), expected);
    assert.equal(isRoutine({ kind: 'cycle', report }), expected);
  });
}

function verdict(record: OrderRecord, previous?: OrderRecord): Event {
  return { kind: 'verdict', orderId: record.orderId, orderNumber: null, record, previous, late: false };
}

test('People are told of every verdict but that of a new order that Abacos has', () => {
  const failing = recordOf(7, { verdict: MISSING });
  const events: readonly (readonly [Event, boolean])[] = [
    [verdict(recordOf(7)), true],
    [verdict(recordOf(7, { verdict: AWAITING_PAYMENT })), true],
    [verdict(recordOf(7), failing), false],
    [verdict(failing), false],
    [verdict(failing, failing), false],
  ];
  for (const [event, expected] of events) assert.equal(isRoutine(event), expected, JSON.stringify(event));
});

test('Nothing else that happens is routine', () => {
  const id = { orderId: orderId(7), orderNumber: null };
  const record = recordOf(7);
  const events: readonly Event[] = [
    { kind: 'run-now', by: 'ana' },
    { kind: 'given-up', ...id, record, why: 'so' },
    { kind: 'row-gone', ...id, record },
    { kind: 'row-found', ...id, record, again: true },
    { kind: 'retry', ...id, record, by: 'ana' },
    { kind: 'up', dependency: 'shop', downMs: 5 },
  ];
  for (const event of events) assert.equal(isRoutine(event), false, event.kind);
});
