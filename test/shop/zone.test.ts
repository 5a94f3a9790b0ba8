/** From when on an order is old enough, in the table's local time; never too early where the clock changes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { earliestLocal, offsetAt, dueUpTo } from '../../src/shop/zone.ts';

const HALF_HOUR = 1_800_000;

describe('dueUpTo', () => {
  const table: [string, string, string][] = [
    ['2026-11-20T12:00:00Z', 'UTC', '2026-11-20 11:30:00'],
    ['2026-11-20T12:00:00Z', '-03:00', '2026-11-20 08:30:00'],
    ['2026-11-20T12:00:00Z', '+05:30', '2026-11-20 17:00:00'],
    ['2026-11-20T12:00:00Z', 'America/Sao_Paulo', '2026-11-20 08:30:00'],
    ['2026-07-20T12:00:00Z', 'Europe/Berlin', '2026-07-20 13:30:00'],
    ['2026-01-01T00:10:00Z', 'UTC', '2025-12-31 23:40:00'],
  ];
  for (const [now, zone, expected] of table) {
    test(`at ${now} with 30 minutes in ${zone} is ${expected}`, () => {
      assert.equal(dueUpTo(Date.parse(now), HALF_HOUR, zone), expected);
    });
  }

  test('takes no order too early in the hour that Berlin repeats', () => {
    // At 01:15 UTC it is 02:15 for the second time. Orders of the last half hour began at 02:45, summer time.
    const now = Date.parse('2026-10-25T01:15:00Z');
    const cutoff = dueUpTo(now, HALF_HOUR, 'Europe/Berlin');
    assert.equal(cutoff, '2026-10-25 01:45:00');
    for (let age = 0; age < HALF_HOUR; age += 60_000) {
      const placed = now - age;
      const local = new Date(placed + offsetAt(placed, 'Europe/Berlin')).toISOString().slice(0, 19).replace('T', ' ');
      assert.ok(local > cutoff, `an order placed ${age / 60_000} min ago, at ${local}, was taken`);
    }
  });

  test('takes no order too early where the clock goes forward', () => {
    const now = Date.parse('2026-03-29T01:10:00Z');
    const cutoff = dueUpTo(now, HALF_HOUR, 'Europe/Berlin');
    for (let age = 0; age < HALF_HOUR; age += 60_000) {
      const placed = now - age;
      const local = new Date(placed + offsetAt(placed, 'Europe/Berlin')).toISOString().slice(0, 19).replace('T', ' ');
      assert.ok(local > cutoff, `an order placed ${age / 60_000} min ago, at ${local}, was taken`);
    }
  });
});

describe('earliestLocal', () => {
  const cases: [string, string, string][] = [
    ['2026-11-20T12:00:00Z', 'UTC', '2026-11-20 12:00:00'],
    ['2026-11-20T12:00:00Z', '-03:00', '2026-11-20 09:00:00'],
    // 02:30 for the first time: what is placed at 02:00 for the second time comes after it.
    ['2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25 01:30:00'],
    ['2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-25 02:30:00'],
    ['2026-03-29T00:30:00Z', 'Europe/Berlin', '2026-03-29 01:30:00'],
  ];
  for (const [moment, zone, expected] of cases) {
    test(`of ${moment} in ${zone} is ${expected}`, () => {
      assert.equal(earliestLocal(Date.parse(moment), zone), expected);
    });
  }
});
