/** A monitor on standby leaves orders and reports to the active one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { Outage } from '../../src/core/outage.ts';
import { CYCLE, cycleOf, found, numberOf } from './events.ts';
import { HOUR, MINUTE } from './manual-clock.ts';
import { lines, play, SETTINGS } from './play.ts';

describe('A monitor that stands by', () => {
  const BY: Event = { kind: 'standing', standing: { kind: 'standby', leader: 'host2' } };
  const ACTIVE: Event = { kind: 'standing', standing: { kind: 'active' } };
  const settings = { ...SETTINGS, dailyReportAtMinute: 8 * 60 };

  test('neither reminds of orders nor reports a day, until it is the active one', () => {
    const told = play(
      [
        [0, [found(1), CYCLE]],
        [HOUR, BY],
        [70 * HOUR, ACTIVE],
        [70 * HOUR + MINUTE, cycleOf(400)],
      ],
      {
        settings,
        untilMs: 70.5 * HOUR,
      },
    );
    assert.deepEqual(lines(told), [
      `0 Order ${numberOf(1)} missing`,
      `${70 * 60} Reminder: order ${numberOf(1)} missing`,
    ]);
  });

  test('tells of a database that it can not reach', () => {
    const down: Event = { kind: 'down', dependency: 'shop', reason: 'connection refused', hint: undefined };
    const told = play(
      [
        [0, BY],
        [HOUR, down],
      ],
      { untilMs: 2 * HOUR },
    );
    assert.deepEqual(lines(told), ["61 The shop's database is down"]);
  });

  test('goes on as it was while it can not tell who is active', () => {
    const unknown: Event = {
      kind: 'standing',
      standing: { kind: 'unknown', outage: new Outage({ dependency: 'shop', reason: 'connection refused' }) },
    };
    const told = play(
      [
        [0, [found(1), CYCLE]],
        [HOUR, unknown],
      ],
      { untilMs: 26 * HOUR },
    );
    assert.deepEqual(lines(told).slice(1), [`${24 * 60} Reminder: order ${numberOf(1)} missing`]);
  });
});
