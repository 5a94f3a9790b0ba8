/** When the log warns that `settle_time` is too short for the shop's own queue. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { RepairWait } from '../../src/core/repair-wait.ts';
import { DrainingWatch } from '../../src/service/draining-watch.ts';
import { CYCLE } from '../alerts/events.ts';

const MINUTE = 60_000;
const SETTLE = 30 * MINUTE;

/** A cycle every two minutes, in which repairs wait for what `why` says; gives what is warned of, with the minute. */
function warnings(why: (minute: number) => RepairWait['why'] | undefined, minutes: number): string[] {
  const said: string[] = [];
  let minute = 0;
  const watch = new DrainingWatch({
    wait: () => {
      const reason = why(minute);
      return reason === undefined ? undefined : { why: reason, orders: 3, until: 0 };
    },
    settleMs: () => SETTLE,
    monotonic: () => minute * MINUTE,
    warn: (text) => said.push(`${minute}: ${text}`),
  });
  for (; minute <= minutes; minute += 2) watch.take(CYCLE);
  return said;
}

test('A queue that drains for more than four times settle_time is said once, with what to do', () => {
  assert.deepEqual(
    warnings(() => 'draining', 600),
    [
      '122: Repairs have waited for 2 h 2 min, because missing orders keep turning up without a command: the shop takes ' +
        'longer to send them than settle_time (30 min). Raise settle_time in service.yml',
    ],
  );
});

test('A cycle without anything to repair is no end of it, and a pause as long as settle_time is', () => {
  assert.equal(warnings((minute) => (minute % 10 === 0 ? undefined : 'draining'), 130).length, 1);
  assert.deepEqual(
    warnings((minute) => (minute > 100 && minute < 140 ? undefined : 'draining'), 240),
    [],
  );
});

test('The time that the shop gets in any case is none', () => {
  assert.deepEqual(
    warnings(() => 'settling', 600),
    [],
  );
});
