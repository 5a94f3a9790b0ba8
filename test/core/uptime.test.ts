/** When the ERP was seen up: what counts for the time that the shop has to send its orders, and what does not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { Uptime } from '../../src/core/uptime.ts';

const GAP = 600;
const MINUTE = 60_000;

/** Answers at these moments; an `x` is a failed call one millisecond after the one before. */
function seen(...calls: (number | 'x')[]): Uptime {
  const uptime = new Uptime();
  let last = 0;
  for (const call of calls) {
    if (call === 'x') uptime.failed(last + 1);
    else uptime.answered((last = call), GAP);
  }
  return uptime;
}

describe('The time in which Abacos was seen up', () => {
  const FAR = 10 * MINUTE;
  const cases: readonly (readonly [what: string, uptime: Uptime, from: number, now: number, upMs: number])[] = [
    ['is none before it ever answered', seen(), 0, MINUTE, 0],
    ['is none before it ever answered, whatever failed', seen('x'), 0, MINUTE, 0],
    ['goes on for a minute after an answer', seen(0), 0, MINUTE, MINUTE],
    ['goes on for a minute also long after the start', seen(FAR), 0, FAR + 500, 500],
    ['counts no silence of more than a minute after the last answer', seen(0), 0, MINUTE + 1, 0],
    ['lasts from answer to answer', seen(0, 600, 1200), 0, FAR, 1200],
    ['does not last over a silence that is too long', seen(0, 600, 1201), 0, FAR, 600],
    ['does not last over a failed call', seen(0, 300, 'x', 600), 0, FAR, 300],
    ['begins again after a failed call', seen(0, 300, 'x', 600, 900), 0, FAR, 600],
    ['does not go on after a failed call', seen(0, 300, 'x'), 0, 400, 300],
    ['goes on again with the first answer after it', seen(0, 300, 'x', 600), 0, 700, 400],
    ['is counted from the moment that is asked about', seen(0, 600, 1200), 500, FAR, 700],
    ['is counted from that moment also where nothing has answered since', seen(0), 400, 1000, 600],
    ['is none of what lies before that moment', seen(0, 600), 700, FAR, 0],
    ['adds what was seen of several times', seen(0, 600, 5000, 5500), 100, FAR, 1000],
    ['is no less for an answer that comes after a later one', seen(0, 600, 500), 0, FAR, 600],
  ];
  for (const [what, uptime, from, now, upMs] of cases) {
    test(what, () => {
      assert.equal(uptime.between(from, now), upMs);
    });
  }

  test('is never more than has passed', () => {
    const call = fc.record({ pauseMs: fc.nat(2 * GAP), fails: fc.boolean() });
    fc.assert(
      fc.property(fc.array(call), fc.nat(5000), fc.nat(5000), (calls, from, until) => {
        const uptime = new Uptime();
        let now = 0;
        for (const { fails, pauseMs } of calls) {
          now += pauseMs;
          if (fails) uptime.failed(now);
          else uptime.answered(now, GAP);
        }
        now += until;
        const moment = Math.min(from, now);
        const upMs = uptime.between(moment, now);
        assert.ok(upMs >= 0 && upMs <= now - moment);
      }),
    );
  });
});

test('A restart counts on where the process before ended, if that was a moment ago', () => {
  const known = [{ from: 0, to: 1000 }];
  const soon = new Uptime(known);
  assert.equal(soon.between(0, 1100), 1100);
  soon.answered(1000 + GAP, GAP);
  assert.deepEqual(soon.spans, [{ from: 0, to: 1000 + GAP }]);
  const late = new Uptime(known);
  late.answered(1001 + GAP, GAP);
  assert.deepEqual(late.spans, [known[0], { from: 1001 + GAP, to: 1001 + GAP }]);
  assert.deepEqual(known, [{ from: 0, to: 1000 }]);
});

test('The last answer is known, until there is one nothing', () => {
  assert.equal(seen('x').lastSeenAt, undefined);
  assert.equal(seen(0, 600, 'x').lastSeenAt, 600);
  assert.equal(seen(0, 5000).lastSeenAt, 5000);
});

test('A call that failed is known from its moment on', () => {
  const uptime = seen(500);
  assert.equal(uptime.hasFailedSince(0), false);
  uptime.failed(700);
  uptime.answered(800, GAP);
  assert.deepEqual(
    [699, 700, 701].map((moment) => uptime.hasFailedSince(moment)),
    [true, true, false],
  );
});

test('Of the times between outages the last 200 are kept', () => {
  const uptime = new Uptime();
  for (let outage = 1; outage <= 200; outage += 1) uptime.answered(outage * 1000, 0);
  assert.deepEqual([uptime.spans.length, uptime.spans[0]?.from], [200, 1000]);
  uptime.answered(201_000, 0);
  assert.deepEqual([uptime.spans.length, uptime.spans[0]?.from, uptime.lastSeenAt], [200, 2000, 201_000]);
});
