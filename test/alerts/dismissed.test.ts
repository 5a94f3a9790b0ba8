/** Orders that somebody has dismissed: nobody is told of them any more. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { CYCLE, dismissed, found, foundAfter, givenUp, notRepaired, numberOf, recordOf, retried } from './events.ts';
import { DAY, HOUR } from './manual-clock.ts';
import { lines, play } from './play.ts';

describe('Orders', () => {
  test('an order that was dismissed is told of no more: no reminder, and no word that it is in Abacos', () => {
    for (const before of [[found(1)], [found(1), givenUp(1)]]) {
      const told = play(
        [
          [0, [...before, CYCLE]],
          [HOUR, dismissed(1)],
          [2 * HOUR, 'restart'],
          [3 * HOUR, [notRepaired(1, 'DISMISSED'), CYCLE]],
          [3 * DAY, [foundAfter('DISMISSED', 1, 'OK'), CYCLE]],
        ],
        { untilMs: 8 * DAY, open: new Map([[orderId(1), recordOf(1, 'DISMISSED', 5)]]) },
      );
      assert.equal(told.length, 1);
    }
  });

  test('an order that was dismissed and is retried is told of as a new one', () => {
    const retriedAgain = { ...retried(1), record: recordOf(1, 'UNKNOWN') };
    const told = play([
      [0, [found(1), CYCLE]],
      [HOUR, dismissed(1)],
      [2 * HOUR, [retriedAgain, foundAfter('UNKNOWN', 1), CYCLE]],
    ]);
    assert.deepEqual(lines(told), [`0 Order ${numberOf(1)} missing`, `120 Order ${numberOf(1)} missing`]);
  });
});
