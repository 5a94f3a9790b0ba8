/** When the log says that new orders wait because too many are open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FullWatch } from '../../src/service/full-watch.ts';
import { CYCLE } from '../alerts/events.ts';

const MINUTE = 60_000;

/** A cycle a minute, after which so many orders are open as may be; gives what is said, with level and minute. */
function said(isFull: (minute: number) => boolean, minutes: number): string[] {
  const texts: string[] = [];
  let minute = 0;
  const watch = new FullWatch({
    monotonic: () => minute * MINUTE,
    say: (level, text) => texts.push(`${minute} ${level}: ${text}`),
  });
  for (; minute <= minutes; minute += 1) {
    const report = { ...CYCLE.report, ...(isFull(minute) ? { openOrders: 250_000 } : {}) };
    watch.take({ ...CYCLE, report });
  }
  return texts;
}

const FULL =
  'warn: 250000 orders are open, the most that are kept: new ones wait, and none is lost. What to do: order-monit ' +
  'open says why they are open; as soon as some of them are settled, the new ones are asked about';

test('That new orders wait is said when it begins, each hour, and when it is over, however many cycles there are', () => {
  assert.deepEqual(
    said((minute) => minute >= 5 && minute < 100, 300),
    [`5 ${FULL}`, `65 ${FULL}`, '105 info: New orders are asked about again, after 1 h 34 min'],
  );
});

test('Where some orders are settled and others take their place, that is one time and not many', () => {
  assert.deepEqual(
    said((minute) => minute % 2 === 0, 58),
    [`0 ${FULL}`],
  );
});

test('Nothing is said while there is room', () => {
  assert.deepEqual(
    said(() => false, 300),
    [],
  );
});
