/** What people are told while commands run beside the cycles. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CYCLE, found, givenUp, numberOf, repairingCycle } from './events.ts';
import { HOUR, MINUTE } from './manual-clock.ts';
import { lines, play, SETTINGS, type Step } from './play.ts';

/** A cycle every two minutes, at the end of each of which commands run. */
function repairing(untilMs: number): Step[] {
  return Array.from({ length: untilMs / (2 * MINUTE) }, (_, at): Step => [(at + 1) * 2 * MINUTE, repairingCycle()]);
}

test('An order is told of once it is known what became of its repair, and after ten minutes at the latest', () => {
  const told = play([[0, [found(1), repairingCycle()]], ...repairing(HOUR)], { untilMs: HOUR });
  assert.deepEqual(lines(told), [`10 Order ${numberOf(1)} missing`]);
});

test('What lasts is escalated also while commands run for other orders without an end', () => {
  const told = play([[0, [found(1), givenUp(1), CYCLE]], ...repairing(6 * HOUR)], {
    settings: { ...SETTINGS, escalates: true },
    untilMs: 6 * HOUR,
  });
  assert.deepEqual(lines(told), [
    `0 Order ${numberOf(1)} needs action`,
    `240 Escalated: order ${numberOf(1)} needs action`,
  ]);
});
