/** Which orders a dismissal is about, and how long it stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dismissalEvents, reasonIn, underDismissal, withDismissal } from '../../src/core/dismissal.ts';
import { isGivenUp, taskFor } from '../../src/core/next.ts';
import { orderId } from '../../src/core/order.ts';
import { AWAITING_PAYMENT, FAILURE_REASONS, SUCCESS, failed } from '../../src/core/verdict.ts';
import { MISSING, recordOf } from '../checkpoint/fixtures.ts';

const DISMISSED = failed('DISMISSED');
const OPEN = new Map([
  [orderId(7), recordOf(7, { verdict: MISSING, attempts: 1 })],
  [orderId(8), recordOf(8, { verdict: MISSING, attempts: 9 })],
  [orderId(9), recordOf(9, { verdict: DISMISSED, attempts: 5 })],
]);

test('those that are open and not dismissed yet are put on record, each once, with all attempts used up', () => {
  const records = withDismissal(OPEN, [8, 9, 7, 10, 8].map(orderId), 4);
  assert.deepEqual(
    records.map(({ orderId: id, verdict, attempts }) => [id, verdict.reason, attempts]),
    [
      [8, 'DISMISSED', 9],
      [7, 'DISMISSED', 5],
    ],
  );
  assert.deepEqual(
    dismissalEvents(records, { by: 'ana', why: 'x' }).map((event) => 'orderId' in event && event.orderId),
    [8, 7],
  );
});

test('it stands against every other failure, and ends with whatever says that Abacos has the order', () => {
  const dismissed = OPEN.get(orderId(9));
  for (const verdict of FAILURE_REASONS.map(failed)) {
    assert.deepEqual(underDismissal(dismissed, { verdict, why: 'x' }), { verdict: DISMISSED });
    assert.deepEqual(underDismissal(OPEN.get(orderId(7)), { verdict }), { verdict });
    assert.deepEqual(underDismissal(undefined, { verdict }), { verdict });
  }
  for (const verdict of [SUCCESS, AWAITING_PAYMENT])
    assert.deepEqual(underDismissal(dismissed, { verdict }), { verdict });
});

test('calls for no command, and needs no action', () => {
  assert.equal(taskFor(DISMISSED), undefined);
  assert.equal(isGivenUp(recordOf(9, { verdict: DISMISSED, attempts: 5 }), 4), false);
});

test('a reason is one line without control characters', () => {
  assert.equal(reasonIn('  a\tb\r\n\u001b[1mc\u202e '), 'a b [1mc');
  assert.equal(reasonIn(' \u0000 '), '');
});
