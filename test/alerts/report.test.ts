/** What the daily report says, and when. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { reconcile } from '../../src/alerts/decide/cases.ts';
import { parseState, printState, type AlertState } from '../../src/alerts/decide/state.ts';
import type { Event } from '../../src/core/event.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { CYCLE, cycleOf, found, numberOf, recordOf, repaired } from './events.ts';
import { DAY, HOUR, MINUTE, NINE, SECOND } from './manual-clock.ts';
import { play, SETTINGS, type Step } from './play.ts';

describe('The daily report', () => {
  const settings = {
    ...SETTINGS,
    dailyReportAtMinute: new Date(NINE + HOUR).getHours() * 60 + new Date(NINE).getMinutes(),
  };

  test('counts orders and repairs, and names the open ones with the age of the oldest', () => {
    const open = new Map([
      [recordOf(7).orderId, { ...recordOf(7, 'NOT_FOUND', 2), createdAt: stampOf(NINE - 2 * HOUR) }],
    ]);
    const told = play(
      [
        [0, [found(7), CYCLE]],
        [10 * MINUTE, [found(1), ...repaired(1), found(2), ...repaired(2), cycleOf(412, 2)]],
        [HOUR - MINUTE, CYCLE],
      ],
      { settings, untilMs: HOUR, open },
    );
    assert.equal(
      told.at(-1)?.subject,
      `Daily report of 2026-11-20: 412 orders, 412 in Abacos, 2 repaired (median 40 s), 1 open since 3 h: ${numberOf(7)}`,
    );
  });

  test('says first since when not everything was checked, also after a restart', () => {
    const cut: Event = { kind: 'cycle', report: { ...CYCLE.report, interrupted: true, whole: false } };
    const told = (steps: readonly Step[]) => play(steps, { settings, untilMs: HOUR }).at(-1)?.subject;
    assert.equal(told([[HOUR - 6 * MINUTE, CYCLE]]), 'Daily report of 2026-11-20: 0 orders, 0 in Abacos, none open');
    const blind: Step[] = [
      [HOUR - 7 * MINUTE, CYCLE],
      [HOUR - 2 * MINUTE, 'restart'],
      [HOUR - MINUTE, cut],
    ];
    assert.equal(
      told(blind),
      'Daily report of 2026-11-20: not all checked since 2026-11-20 09:53:00, 0 orders, 0 in Abacos, none open',
    );
  });

  test('waits for the first look of a process that has just begun, as long as there may be one', () => {
    const begun = (state: AlertState, now: number) =>
      reconcile(parseState(printState(state)), new Map(), { now, maxAttempts: 4 });
    const told = (steps: readonly Step[]) => play(steps, { settings, untilMs: HOUR + 10 * MINUTE });
    const looked = told([
      [HOUR - MINUTE, begun],
      [HOUR + MINUTE, CYCLE],
    ]);
    assert.deepEqual(
      looked.map(({ at, subject }) => [at / MINUTE, subject]),
      [[61, 'Daily report of 2026-11-20: 0 orders, 0 in Abacos, none open']],
    );
    const [blind] = told([[HOUR - MINUTE, begun]]);
    assert.ok(blind !== undefined && blind.at > HOUR + 5 * MINUTE);
    assert.match(blind.subject, /^Daily report of 2026-11-20: not all checked since 2026-11-20 09:00:00/);
  });

  test('says so of the whole day when nothing was ever checked', () => {
    const told = play([], { settings, untilMs: HOUR });
    assert.equal(
      told.at(-1)?.subject,
      'Daily report of 2026-11-20: not all checked since 2026-11-20 09:00:00, 0 orders, 0 in Abacos, none open',
    );
  });

  test('comes once a day, also when a restart lies between', () => {
    const told = play([[HOUR + 10 * SECOND, 'restart']], { settings, untilMs: 3 * DAY });
    assert.deepEqual(
      told.map(({ at }) => at / HOUR),
      [1, 25, 49],
    );
  });
});
