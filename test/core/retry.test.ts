/** Which orders a retry gives their attempts again, and what is told of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { dismissedAmong, retryEvents, retryResults, withAttemptsAgain } from '../../src/core/retry.ts';
import { failed } from '../../src/core/verdict.ts';
import { MISSING, recordOf } from '../checkpoint/fixtures.ts';

const OPEN = new Map([7, 8].map((id) => [orderId(id), recordOf(id, { verdict: MISSING, attempts: 5 })]));
const NONE = (): number => 0;

test('those that are open get all their attempts again, each once, and keep everything else', () => {
  const wanted = [8, 9, 7, 8].map(orderId);
  assert.deepEqual(withAttemptsAgain(OPEN, wanted, NONE), [
    recordOf(8, { verdict: MISSING, attempts: 0 }),
    recordOf(7, { verdict: MISSING, attempts: 0 }),
  ]);
  assert.equal(OPEN.get(orderId(7))?.attempts, 5);
});

test('one that was dismissed is open again, and commands of it that may have done their work count', () => {
  const dismissed = recordOf(7, { verdict: failed('DISMISSED'), attempts: 5 });
  const open = new Map([...OPEN, [orderId(7), dismissed]]);
  for (const inDoubt of [0, 2]) {
    assert.deepEqual(
      withAttemptsAgain(open, [8, 7].map(orderId), () => inDoubt),
      [recordOf(8, { verdict: MISSING, attempts: 0 }), recordOf(7, { verdict: failed('UNKNOWN'), attempts: inDoubt })],
    );
  }
  assert.deepEqual([...dismissedAmong(open, [9, 8, 7].map(orderId))], [7]);
});

test('each is told of, and how many they are where there are several', () => {
  const records = withAttemptsAgain(OPEN, [...OPEN.keys()], NONE);
  assert.deepEqual(
    retryEvents(records, 'ana').map((event) => [event.kind, 'orderId' in event ? event.orderId : undefined]),
    [
      ['retry', 7],
      ['retry', 8],
      ['retry-many', undefined],
    ],
  );
  assert.equal(retryEvents(records.slice(1), 'ana').length, 1);
  assert.deepEqual(retryEvents([], 'ana'), []);
});

test('whoever asks is told of each order whether it was open, in the order asked', () => {
  const wanted = [8, 9, 7].map(orderId);
  assert.deepEqual(retryResults(wanted, withAttemptsAgain(OPEN, wanted, NONE)), [
    { orderId: 8, accepted: true },
    { orderId: 9, accepted: false },
    { orderId: 7, accepted: true },
  ]);
});
