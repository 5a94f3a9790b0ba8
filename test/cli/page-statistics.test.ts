/** What the page learns from events and from the history: orders by the hour, numbers, reasons, an order's history. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed, SUCCESS, type Verdict } from '../../src/core/verdict.ts';
import { storyEntries } from '../../src/service/page-lookup.ts';
import { PageStatistics } from '../../src/service/page-statistics.ts';

const HOUR = 3_600_000;
const START = 1_000_000 * HOUR;
const ID = orderId(7);
const NAME = { orderId: ID, orderNumber: '1007' };

function record(verdict: Verdict, attempts = 0): OrderRecord {
  return { orderId: ID, verdict, attempts, createdAt: stampOf(START), updatedAt: stampOf(START) };
}

function verdict(found: OrderRecord, previous?: OrderRecord): Event {
  return { kind: 'verdict', ...NAME, record: found, previous, late: false };
}

const MISSING = record(failed('NOT_FOUND'));
const OUTPUT = ['rake aborted!', 'RuntimeError: no payment', 'Tasks: TOP => x'];
const REFUSED: Event = {
  kind: 'command-ended',
  ...NAME,
  task: 'insert_order',
  outcome: { kind: 'exited', status: 1, durationMs: 700, output: OUTPUT },
};

function cycleOf({ fresh, late }: { readonly fresh: number; readonly late: number }): Event {
  const judged = { fresh, late, due: 5 };
  const report = {
    durationMs: 1,
    judged,
    settled: 0,
    failing: 0,
    commands: 0,
    repaired: 0,
    workLeft: false,
    interrupted: false,
    whole: true,
  };
  return { kind: 'cycle', report };
}

function seen(...events: readonly Event[]): PageStatistics {
  const statistics = new PageStatistics(() => START);
  for (const event of events) statistics.take(event);
  return statistics;
}

test('The story of an order leaves out each look that found nothing new, and what is about no order', () => {
  const events: readonly Event[] = [
    verdict(MISSING),
    REFUSED,
    verdict(MISSING, MISSING),
    { kind: 'up', dependency: 'abacos', downMs: 1 },
  ];
  const story = storyEntries(events.map((event, index) => ({ ...event, at: START + index })));
  assert.deepEqual(
    story.map(({ at, what }) => [at - START, what.kind]),
    [
      [0, 'verdict'],
      [1, 'command-ended'],
    ],
  );
});

test('The statistics of the page keeps what was last said of an open order: the words of the command, not that its attempts are used up', () => {
  const givenUp: Event = { kind: 'given-up', ...NAME, record: MISSING, why: 'its attempts are used up' };
  assert.equal(seen(verdict(MISSING), givenUp).whyOf(ID), undefined);
  assert.equal(seen(verdict(MISSING), REFUSED, givenUp).whyOf(ID), 'RuntimeError: no payment');
});

test('The statistics of the page knows of a command that may have done its work: also after a dismissal and a retry, and where its end was never seen', () => {
  const begun: Event = { kind: 'command-started', ...NAME, task: 'insert_order', attempt: 1 };
  const killed: Event = {
    kind: 'command-ended',
    ...NAME,
    task: 'insert_order',
    outcome: { kind: 'killed', why: 'its time was over', durationMs: 1, output: [] },
  };
  const dismissed: Event = { kind: 'dismissed', ...NAME, record: record(failed('DISMISSED'), 5), by: 'ana', why: 'x' };
  const retried: Event = { kind: 'retry', ...NAME, record: record(failed('UNKNOWN'), 1), by: 'ana' };
  for (const events of [[begun, killed], [begun]]) {
    assert.equal(seen(...events).isInDoubt(ID), true);
    assert.equal(seen(...events, dismissed).isInDoubt(ID), true);
    assert.equal(seen(...events, dismissed, retried).isInDoubt(ID), true);
  }
  const busy: Event = { ...killed, outcome: { kind: 'busy', durationMs: 1, output: [] } };
  assert.equal(seen(begun, begun, busy).isInDoubt(ID), true, 'the end of the first one was not seen');
  assert.equal(seen(begun, busy).isInDoubt(ID), false);
  assert.equal(seen(begun, killed, begun, REFUSED).isInDoubt(ID), false);
  const story = storyEntries([retried, { ...retried, record: MISSING }].map((event) => ({ ...event, at: START })));
  assert.deepEqual(
    story.map(({ what }) => what.kind),
    ['reopened', 'retry'],
  );
});

test('The statistics of the page knows an open order by its number, and lets go of it once it is settled', () => {
  const statistics = seen(verdict(MISSING), REFUSED);
  assert.equal(statistics.numberOf(ID), '1007');
  assert.deepEqual(statistics.idsOf('1007'), [ID]);
  statistics.take(verdict(record(SUCCESS, 1), MISSING));
  assert.equal(statistics.numberOf(ID), undefined);
  assert.equal(statistics.whyOf(ID), undefined);
});

test('The statistics of the page counts the hours of two days, and the median of the times to integrate', () => {
  let now = START;
  const statistics = new PageStatistics(() => now);
  statistics.take(cycleOf({ fresh: 2, late: 1 }));
  for (const openMs of [9000, 1000, 5000]) {
    statistics.take({ kind: 'repaired', ...NAME, record: record(SUCCESS, 2), openMs });
  }
  statistics.take(verdict(MISSING));
  statistics.take(verdict(MISSING, MISSING));
  statistics.take({ kind: 'given-up', ...NAME, record: MISSING, why: 'its attempts are used up' });
  statistics.take({ kind: 'up', dependency: 'abacos', downMs: HOUR / 2 });
  const { downtimes, hours, since } = statistics.chart([['repairs', START - 60_000]]);
  assert.equal(since, START);
  assert.deepEqual(downtimes, [
    { dependency: 'abacos', from: START - HOUR / 2, until: START },
    { dependency: 'repairs', from: START - 60_000, until: START },
  ]);
  assert.equal(hours.length, 48);
  assert.deepEqual(hours.at(-1), {
    startsAt: START,
    orders: 3,
    missing: 1,
    needsAction: 1,
    repairs: 3,
    medianTimeToIntegrateMs: 5000,
  });
  assert.deepEqual(hours[0], {
    startsAt: START - 47 * HOUR,
    orders: 0,
    missing: 0,
    needsAction: 0,
    repairs: 0,
    medianTimeToIntegrateMs: undefined,
  });
  now = START + 48 * HOUR;
  assert.ok(statistics.chart([]).hours.every(({ orders, repairs }) => orders + repairs === 0));
});

test('The statistics of the page takes up what an earlier process saw, with its times', () => {
  const statistics = new PageStatistics(() => START);
  statistics.recall({ ...verdict(MISSING), at: START - 2 * HOUR });
  statistics.recall({ ...REFUSED, at: START - 2 * HOUR });
  statistics.recall({ ...cycleOf({ fresh: 4, late: 0 }), at: START - 2 * HOUR });
  const { hours, since } = statistics.chart([]);
  assert.equal(since, START - 2 * HOUR);
  assert.equal(hours.at(-3)?.orders, 4);
  assert.equal(statistics.whyOf(ID), 'RuntimeError: no payment');
});

test('Numbers and words are kept of those orders about which something was said last, however many are open', () => {
  const orders = Array.from({ length: 20_000 }, (_, index) => orderId(index));
  const statistics = seen(
    ...orders.map((id): Event => {
      const name = { orderId: id, orderNumber: `n${id}` };
      return { kind: 'verdict', ...name, record: MISSING, previous: undefined, late: false, why: `w${id}` };
    }),
  );
  assert.deepEqual([statistics.numberOf(orderId(14_999)), statistics.whyOf(orderId(14_999))], [undefined, undefined]);
  assert.deepEqual([statistics.numberOf(orderId(15_000)), statistics.whyOf(orderId(15_000))], ['n15000', 'w15000']);
});
