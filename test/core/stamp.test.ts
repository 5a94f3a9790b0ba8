/** The checkpoint's timestamps: their form, and the moment that each means in every time zone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { epochOf, isoOf, isStamp, Moments, stampOf } from '../../src/core/stamp.ts';
import { inTimeZone, ZONES } from '../checkpoint/zones.ts';

test('isStamp() takes the form of the old program only', () => {
  for (const good of ['01/10/2012-03:34:15', '31/12/9999-23:59:60', '01/01/0000-00:00:00'])
    assert.ok(isStamp(good), good);
  const bad = [
    '',
    '1/10/2012-03:34:15',
    '00/10/2012-03:34:15',
    '32/10/2012-03:34:15',
    '01/00/2012-03:34:15',
    '01/13/2012-03:34:15',
    '01/10/2012-24:00:00',
    '01/10/2012-23:60:00',
    '01/10/2012-23:00:61',
    '01/10/2012 03:34:15',
    '01-10-2012-03:34:15',
    '01/10/2012-03:34:15 ',
    ' 01/10/2012-03:34:15',
    '2012/10/01-03:34:15',
    '٠١/10/2012-03:34:15',
  ];
  for (const text of bad) assert.ok(!isStamp(text), text);
});

test('stampOf() writes local time', () => {
  inTimeZone('America/Sao_Paulo', () => {
    assert.equal(stampOf(Date.parse('2012-10-01T06:34:15.999Z')), '01/10/2012-03:34:15');
  });
});

test('A stamp of an early year has its four digits, and means that year', () => {
  inTimeZone('UTC', () => {
    for (const [iso, text] of [
      ['0068-03-04T05:06:07.000Z', '04/03/0068-05:06:07'],
      ['0931-12-31T23:59:59.000Z', '31/12/0931-23:59:59'],
    ] as const) {
      const stamp = stampOf(Date.parse(iso));
      assert.deepEqual([stamp, isoOf(stamp)], [text, iso]);
    }
  });
});

test('stampOf() refuses a moment that has no stamp', () => {
  for (const moment of [NaN, Infinity, Date.parse('+010000-01-01T00:00:00Z')]) {
    assert.throws(() => stampOf(moment), new RangeError(`No checkpoint timestamp can be made of ${moment}`));
  }
});

test('epochOf() gives the second of the moment that a stamp was made of, in every zone', () => {
  for (const zone of ZONES) {
    inTimeZone(zone, () => {
      const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
      fc.assert(
        fc.property(seconds, (second) => {
          const text = stampOf(second * 1000);
          const back = epochOf(text);
          // In the hour that is repeated the first of the two moments is meant.
          assert.ok(back <= second * 1000 && stampOf(back) === text, `${zone} ${second} ${text}`);
        }),
        { numRuns: 500 },
      );
    });
  }
});

test('epochOf() takes the earlier of two moments, and the one after a gap', () => {
  inTimeZone('Europe/Berlin', () => {
    const repeated = stampOf(Date.parse('2026-10-25T01:30:00Z'));
    assert.equal(repeated, '25/10/2026-02:30:00');
    assert.equal(new Date(epochOf(repeated)).toISOString(), '2026-10-25T00:30:00.000Z');
    const skipped = '29/03/2026-02:30:00';
    assert.ok(isStamp(skipped));
    assert.equal(new Date(epochOf(skipped)).toISOString(), '2026-03-29T01:30:00.000Z');
  });
});

test('Moments tells each stamp of many what epochOf() does, repeated or not', () => {
  const moments = new Moments();
  const stamps = [0, 0, 5000, 5000, 0].map(stampOf);
  assert.deepEqual(
    stamps.map((stamp) => moments.of(stamp)),
    stamps.map(epochOf),
  );
});
