/** When alerts are told: pauses, reminders, the time of the report, and a clock that is set back. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { latestReportTime } from '../../src/alerts/decide/report.ts';
import { NEW_THREAD, type Thread } from '../../src/alerts/decide/state.ts';
import { isReminderDue, maySpeak, reminded, spoken, type Timing } from '../../src/alerts/decide/thread.ts';
import { DAY, HOUR, MINUTE } from './manual-clock.ts';

const TIMING: Timing = { minIntervalMs: 15 * MINUTE, remindAfterMs: DAY, escalateAfterMs: 4 * HOUR, escalates: true };

test('While there is something to say all the time, the pause between two mails doubles up to eight times', () => {
  let thread: Thread = NEW_THREAD;
  const saidAt: number[] = [];
  for (let now = 0; now <= 12 * HOUR; now += MINUTE) {
    if (!maySpeak(thread, TIMING, now)) continue;
    saidAt.push(now / MINUTE);
    thread = spoken(thread, { now, timing: TIMING, message: 'first', stillOpen: true });
  }
  assert.deepEqual(saidAt, [0, 15, 45, 105, 225, 345, 465, 585, 705]);
  const quiet = thread.lastAt === null ? 0 : thread.lastAt + 5 * HOUR;
  thread = spoken(thread, { now: quiet, timing: TIMING, message: 'later', stillOpen: true });
  assert.equal(maySpeak(thread, TIMING, quiet + 15 * MINUTE), true, 'after a quiet time the pause is short again');
});

test('A thread keeps its first message until it is over, and its reminders get rarer up to a week', () => {
  let thread = spoken(NEW_THREAD, { now: 0, timing: TIMING, message: 'first', stillOpen: true });
  thread = spoken(thread, { now: HOUR, timing: TIMING, message: 'second', stillOpen: true });
  assert.equal(thread.firstMessage, 'first');
  const remindedOn: number[] = [];
  for (let now = 0; now <= 40 * DAY; now += HOUR) {
    if (!isReminderDue(thread, now)) continue;
    remindedOn.push(now / DAY);
    thread = reminded(thread, TIMING, now);
  }
  assert.deepEqual(remindedOn, [1, 3, 7, 14, 21, 28, 35]);
  thread = spoken(thread, { now: 41 * DAY, timing: TIMING, message: 'end', stillOpen: false });
  assert.deepEqual([thread.firstMessage, thread.remindAt], [null, null]);
});

test('A clock that was set back holds nothing up', () => {
  const thread = spoken(NEW_THREAD, { now: 10 * DAY, timing: TIMING, message: 'first', stillOpen: true });
  assert.equal(maySpeak(thread, TIMING, 9 * DAY), true);
});

describe('The time of the report', () => {
  const local = (text: string): number => Date.parse(`${text}-03:00`);
  const CASES: readonly [now: string, minute: number, expected: string][] = [
    ['2026-11-20T08:00:00', 480, '2026-11-20T08:00:00'],
    ['2026-11-20T07:59:59', 480, '2026-11-19T08:00:00'],
    ['2026-11-20T23:59:59', 0, '2026-11-20T00:00:00'],
    ['2026-03-01T00:00:00', 1439, '2026-02-28T23:59:00'],
  ];
  for (const [now, minute, expected] of CASES) {
    test(`at ${now} of one at minute ${minute} was last ${expected}`, () => {
      const zone = process.env.TZ;
      process.env.TZ = 'America/Sao_Paulo';
      try {
        assert.equal(latestReportTime(local(now), minute), local(expected));
      } finally {
        if (zone === undefined) delete process.env.TZ;
        else process.env.TZ = zone;
      }
    });
  }

  test('comes once on the day that has an hour twice or not at all', () => {
    process.env.TZ = 'Europe/Berlin';
    for (const day of ['2026-03-29', '2026-10-25']) {
      const noon = Date.parse(`${day}T12:00:00Z`);
      const times = new Set<number>();
      for (let now = noon - DAY; now <= noon + DAY; now += 10 * MINUTE) times.add(latestReportTime(now, 150));
      const inWindow = [...times].filter((at) => Math.abs(at - noon) < DAY);
      assert.equal(inWindow.length, 2, `${day}: ${inWindow.map((at) => new Date(at).toISOString()).join(', ')}`);
    }
  });
});
