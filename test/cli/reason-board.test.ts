/** What the running service remembers of why orders are open, and when it forgets it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed } from '../../src/core/verdict.ts';
import { ReasonBoard } from '../../src/service/reason-board.ts';

const id = orderId(72066);
const name = { orderId: id, orderNumber: '1226207' };
const record: OrderRecord = {
  orderId: id,
  verdict: failed('NOT_FOUND'),
  attempts: 5,
  createdAt: stampOf(0),
  updatedAt: stampOf(0),
};
const outcome = { kind: 'exited', status: 1, durationMs: 1, output: ['rake aborted!', 'no payment'] } as const;

const ENDED: Event = { kind: 'command-ended', ...name, task: 'insert_order', outcome };
const LOST: Event = {
  kind: 'command-ended',
  ...name,
  task: 'insert_order',
  outcome: { kind: 'lost', why: 'connection reset', durationMs: 1, output: [] },
};
const GIVEN_UP: Event = { kind: 'given-up', ...name, record, why: 'trying again is no use' };
const UNCLEAR: Event = { kind: 'verdict', ...name, record, previous: undefined, why: 'two rows', late: false };
const VERDICT: Event = { kind: 'verdict', ...name, record, previous: undefined, late: false };
const RETRY: Event = { kind: 'retry', ...name, record, by: 'ana' };

describe('What is known of why an order is open', () => {
  const cases: readonly (readonly [string, readonly Event[], string | undefined])[] = [
    ['is nothing before anything has happened', [], undefined],
    ['is the line of its command that says most', [ENDED], 'said: no payment'],
    ['is why its command was lost', [ENDED, LOST], 'said: connection reset'],
    ['is what was unclear about the answer of Abacos', [UNCLEAR], 'said: two rows'],
    ['stays where a verdict has no words', [UNCLEAR, VERDICT], 'said: two rows'],
    ['is why it was given up, whatever is said later', [ENDED, GIVEN_UP, UNCLEAR], 'given-up: trying again is no use'],
    ['is forgotten with a retry', [GIVEN_UP, RETRY], undefined],
    ['begins anew after a retry', [GIVEN_UP, RETRY, ENDED], 'said: no payment'],
  ];
  for (const [what, events, expected] of cases) {
    test(what, () => {
      const board = new ReasonBoard(() => true);
      for (const event of events) board.take(event, 0);
      const [reason] = board.reasons();
      assert.equal(reason === undefined ? undefined : `${reason.kind}: ${reason.text}`, expected);
    });
  }

  test('is forgotten once the order is settled', () => {
    let isOpen = true;
    const board = new ReasonBoard(() => isOpen);
    board.take(ENDED, 0);
    assert.deepEqual(board.reasons(), [
      { orderId: 72066, kind: 'said', text: 'no payment', at: '1970-01-01T00:00:00.000Z' },
    ]);
    isOpen = false;
    assert.deepEqual(board.reasons(), []);
  });

  test('is bounded', () => {
    const board = new ReasonBoard(() => true);
    board.take({ ...GIVEN_UP, why: 'x'.repeat(10_000) }, 0);
    assert.equal(board.reasons()[0]?.text.length, 500);
  });

  test('is kept of those orders about which something was said last, however many are open', () => {
    const board = new ReasonBoard(() => true);
    for (let index = 0; index < 20_000; index += 1) board.take({ ...UNCLEAR, orderId: orderId(index) }, 0);
    board.take({ ...UNCLEAR, orderId: orderId(16_000) }, 0);
    const ids = board.reasons().map((reason) => reason.orderId);
    assert.deepEqual([ids.length, ids[0], ids.at(-1)], [5000, 15_000, 16_000]);
  });
});
