/** When nobody may say any more that all is well. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isBlind } from '../../src/core/blind.ts';

test('After three running cycles without a whole one nothing is known any more of how the orders are', () => {
  const cycleMs = 120_000;
  assert.deepEqual(
    [0, cycleMs, 3 * cycleMs, 3 * cycleMs + 1, Infinity].map((ageMs) => isBlind(ageMs, cycleMs)),
    [false, false, false, true, true],
  );
});
