/** A line of the checkpoint reads back as written, and no damage makes it say something else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { LineReader, printLine } from '../../src/checkpoint/line.ts';
import { orderId } from '../../src/core/order.ts';
import { epochOf, isStamp, stampOf } from '../../src/core/stamp.ts';
import { FAILURE_REASONS, failed, SUCCESS } from '../../src/core/verdict.ts';
import { stamp } from './fixtures.ts';
import { inTimeZone, ZONES } from './zones.ts';

const TIMES = '01/10/2012-11:18:48 01/10/2012-11:25:03';

/** The line as order-monit would write it, or what is wrong with it. */
function reread(text: string): string {
  const reader = new LineReader();
  const bytes = Buffer.from(text, 'latin1');
  const end = reader.read(bytes, 0);
  if (end < 0) return reader.fault;
  assert.equal(end, bytes.length);
  return printLine(reader.isHead ? '^HEAD' : reader.index, reader.record(bytes)).trimEnd();
}

const FORMS: readonly (readonly [what: string, read: string, written: string])[] = [
  ['seven columns', `1 ${TIMES} 72026 FAILED PAYMENT_PENDING 5`, `1 ${TIMES} 72026 FAILED PAYMENT_PENDING 5`],
  ['seven columns of the head', `^HEAD ${TIMES} 7 SUCCESS OK 0`, `^HEAD ${TIMES} 7 SUCCESS OK 0`],
  ['a watched payment', `3 ${TIMES} 9 SUCCESS AWAITING_PAYMENT 1`, `3 ${TIMES} 9 SUCCESS AWAITING_PAYMENT 1`],
  ['six columns, failed', `0 ${TIMES} 621 FAILED 1`, `0 ${TIMES} 621 FAILED NOT_FOUND 1`],
  ['six columns, settled', `2 ${TIMES} 623 SUCCESS 0`, `2 ${TIMES} 623 SUCCESS OK 0`],
  ['six columns of the head', `^HEAD ${TIMES} 72066 FAILED 1`, `^HEAD ${TIMES} 72066 FAILED NOT_FOUND 1`],
  ['a head by hand without attempts', `^HEAD ${TIMES} 529 FAILED`, `^HEAD ${TIMES} 529 FAILED NOT_FOUND 0`],
  ['six columns that the old program rewrote', `4 ${TIMES} 621 FAILED 3 0`, `4 ${TIMES} 621 FAILED NOT_FOUND 3`],
  ['an empty reason that the old program wrote', `4 ${TIMES} 621 FAILED  0`, `4 ${TIMES} 621 FAILED NOT_FOUND 0`],
  ['a CRLF line end', `0 ${TIMES} 621 FAILED UNKNOWN 1\r`, `0 ${TIMES} 621 FAILED UNKNOWN 1`],
  ['blanks at the end', `0 ${TIMES} 621 FAILED BAD_NUMBER 1 \t`, `0 ${TIMES} 621 FAILED BAD_NUMBER 1`],
  ['blanks behind a head by hand', `^HEAD ${TIMES} 529 FAILED \r`, `^HEAD ${TIMES} 529 FAILED NOT_FOUND 0`],
  ['the greatest id', `0 ${TIMES} 9007199254740991 SUCCESS OK 1`, `0 ${TIMES} 9007199254740991 SUCCESS OK 1`],
];

for (const [what, read, written] of FORMS) {
  test(`a line is read: ${what}`, () => {
    assert.equal(reread(`${read}\n`), written);
  });
}

const COLUMN_2 = 'column 2 is not a time of the form dd/mm/yyyy-HH:MM:SS';
const COLUMN_6 = 'column 6 is neither a reason that goes with column 5 nor a number of attempts';
const FAULTS: readonly (readonly [line: string, fault: string])[] = [
  ['', 'column 1 is neither an index nor ^HEAD'],
  ['garbage', 'column 1 is neither an index nor ^HEAD'],
  [`^HEADS ${TIMES} 1 SUCCESS OK 1`, 'column 1 is neither an index nor ^HEAD'],
  [`-1 ${TIMES} 1 SUCCESS OK 1`, 'column 1 is neither an index nor ^HEAD'],
  [` 1 ${TIMES} 1 SUCCESS OK 1`, 'column 1 is neither an index nor ^HEAD'],
  [`01 ${TIMES} 1 SUCCESS OK 1`, 'column 1 is neither an index nor ^HEAD'],
  [`1  ${TIMES} 1 SUCCESS OK 1`, COLUMN_2],
  ['1 32/10/2012-11:18:48 01/10/2012-11:25:03 1 SUCCESS OK 1', COLUMN_2],
  ['1 01/10/2012 11:18:48 01/10/2012-11:25:03 1 SUCCESS OK 1', COLUMN_2],
  ['1 01/10/2012-11:18:48 01/10/2012 1 SUCCESS OK 1', 'column 3 is not a time of the form dd/mm/yyyy-HH:MM:SS'],
  [`1 ${TIMES} x SUCCESS OK 1`, 'column 4 is not an order id'],
  [`1 ${TIMES} 007 SUCCESS OK 1`, 'column 4 is not an order id'],
  [`1 ${TIMES} 9007199254740992 SUCCESS OK 1`, 'column 4 is not an order id'],
  [`1 ${TIMES} 1 success OK 1`, 'column 5 is neither SUCCESS nor FAILED'],
  [`1 ${TIMES} 1 FAILURE OK 1`, 'column 5 is neither SUCCESS nor FAILED'],
  [`1 ${TIMES} 1 FAILED OK 1`, COLUMN_6],
  [`1 ${TIMES} 1 SUCCESS NOT_FOUND 1`, COLUMN_6],
  [`1 ${TIMES} 1 FAILED SOMETHING 1`, COLUMN_6],
  [`1 ${TIMES} 1 FAILED`, COLUMN_6],
  [`1 ${TIMES} 1 FAILED   1`, COLUMN_6],
  [`1 ${TIMES} 1 FAILED NOT_FOUND`, 'column 7 is not a number of attempts'],
  [`1 ${TIMES} 1 FAILED NOT_FOUNDS 1`, 'column 7 is not a number of attempts'],
  [`1 ${TIMES} 1 FAILED NOT_FOUND -1`, 'column 7 is not a number of attempts'],
  [`1 ${TIMES} 1 FAILED NOT_FOUND 1.5`, 'something follows the number of attempts'],
  [`1 ${TIMES} 1 FAILED NOT_FOUND 1 1`, 'something follows the number of attempts'],
  [`1 ${TIMES} 1 FAILED 1.0`, 'something follows the number of attempts'],
  [`1 ${TIMES} 1 FAILED 1 7`, 'something follows the number of attempts'],
];

for (const [line, fault] of FAULTS) {
  test(`a line is refused: ${JSON.stringify(line)}`, () => {
    assert.equal(reread(`${line}\n`), fault);
  });
}

test('every record that is written is read back as it was', () => {
  const verdicts = [SUCCESS, ...FAILURE_REASONS.map(failed)];
  const stamps = fc.integer({ min: 0, max: 4_000_000_000 }).map((second) => stampOf(second * 1000));
  const records = fc.record(
    {
      orderId: fc.maxSafeNat().map(orderId),
      verdict: fc.constantFrom(...verdicts),
      attempts: fc.maxSafeNat(),
      createdAt: stamps,
      updatedAt: stamps,
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.option(fc.nat()), records, (index, record) => {
      const bytes = Buffer.from(printLine(index ?? '^HEAD', record));
      const reader = new LineReader();
      assert.equal(reader.read(bytes, 0), bytes.length);
      assert.equal(reader.canonical, true);
      assert.equal(reader.isHead, index === null);
      if (index !== null) assert.equal(reader.index, index);
      assert.deepEqual(reader.record(bytes), record);
    }),
  );
});

test('no change of one byte makes a line that is read as something it does not say', () => {
  const good = Buffer.from(`12 ${TIMES} 72026 FAILED PAYMENT_PENDING 5\n`);
  const reader = new LineReader();
  for (let at = 0; at < good.length - 1; at++) {
    for (let byte = 0; byte < 256; byte++) {
      const bytes = Buffer.from(good);
      bytes[at] = byte;
      if (reader.read(bytes, 0) < 0) continue;
      const first = reader.isHead ? '^HEAD' : reader.index;
      assert.equal(printLine(first, reader.record(bytes)).trimEnd(), bytes.toString('latin1').trimEnd());
    }
  }
});

test('the times of lines are those of epochOf(), through every change of the clock', () => {
  const around = ['2012-10-21T03:00:00Z', '2013-02-17T02:00:00Z', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'];
  around.push('2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z');
  for (const zone of ZONES) {
    inTimeZone(zone, () => {
      const reader = new LineReader();
      for (const change of around) {
        for (let minute = -180; minute <= 180; minute += 7) {
          const text = stampOf(Date.parse(change) + minute * 60_000 + 13_000);
          assert.ok(reader.read(Buffer.from(`0 ${text} ${text} 1 SUCCESS OK 1\n`), 0) > 0);
          assert.equal(reader.createdAtMs, epochOf(text), `${zone} ${text}`);
          assert.equal(reader.updatedAtMs, epochOf(text), `${zone} ${text}`);
        }
      }
    });
  }
});

test('the time of a line is its own, whatever line was read before', () => {
  // A day of the month less and some months more, an hour less and some days more, and the like.
  const pairs = [
    ['02/03/2012-12:00:07', '01/09/2014-12:00:07'],
    ['01/10/2012-12:00:07', '25/10/2012-11:00:07'],
    ['01/03/2012-12:00:07', '01/02/2025-12:00:07'],
    ['01/03/2012-12:00:07', '01/03/1912-12:00:07'],
  ];
  for (const texts of [...pairs, ...pairs.map((pair) => [...pair].reverse())]) {
    const reader = new LineReader();
    for (const text of texts.map(stamp)) {
      assert.ok(reader.read(Buffer.from(`0 ${text} ${text} 1 SUCCESS OK 1\n`), 0) > 0);
      assert.equal(reader.createdAtMs, epochOf(text), text);
    }
  }
});

test('the times of lines are accepted exactly where isStamp() accepts them', () => {
  const good = '01/10/2012-11:18:48';
  for (const at of [0, 3, 6, 8, 11, 14, 17]) {
    for (let number = 0; number <= 99; number++) {
      const candidate = good.slice(0, at) + String(number).padStart(2, '0') + good.slice(at + 2);
      const bytes = Buffer.from(`0 ${candidate} ${candidate} 1 SUCCESS OK 1\n`);
      assert.equal(new LineReader().read(bytes, 0) > 0, isStamp(candidate), candidate);
    }
  }
});
