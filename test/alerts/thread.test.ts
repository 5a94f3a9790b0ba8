import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NEW_THREAD } from '../../src/alerts/state.ts';
import { maySpeak, pauseMs, reminded, spoken } from '../../src/alerts/thread.ts';
import { DAY, HOUR, MINUTE, NINE } from './manual-clock.ts';

const TIMING = { minIntervalMs: 5 * MINUTE, remindAfterMs: DAY, escalateAfterMs: 4 * HOUR, escalates: false };

test('pauseMs doubles with every mail that had to wait, up to eight times', () => {
  const pauses = [0, 1, 2, 3, 4, 100].map((streak) => pauseMs({ ...NEW_THREAD, streak }, TIMING) / MINUTE);
  assert.deepEqual(pauses, [5, 10, 20, 40, 40, 40]);
});

test('maySpeak holds nothing up when the clock was set back', () => {
  const thread = { ...NEW_THREAD, lastAt: NINE };
  assert.equal(maySpeak(thread, TIMING, NINE + MINUTE), false);
  assert.equal(maySpeak(thread, TIMING, NINE + 5 * MINUTE), true);
  assert.equal(maySpeak(thread, TIMING, NINE - HOUR), true);
});

test('reminded makes the next reminder wait twice as long, a week at most', () => {
  let thread = spoken(NEW_THREAD, { now: NINE, timing: TIMING, message: 'm', stillOpen: true });
  const days: number[] = [];
  for (let count = 0; count < 6; count += 1) {
    const now = thread.remindAt ?? 0;
    thread = reminded(thread, TIMING, now);
    days.push(((thread.remindAt ?? 0) - now) / DAY);
  }
  assert.deepEqual(days, [2, 4, 7, 7, 7, 7]);
});
