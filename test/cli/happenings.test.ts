import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Happenings } from '../../src/cli/happenings.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed, SUCCESS, type Verdict } from '../../src/core/verdict.ts';

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

function seen(...events: readonly Event[]): Happenings {
  const happenings = new Happenings(() => START);
  for (const event of events) happenings.take(event);
  return happenings;
}

test('Happenings tells the story of an order, and not each look that found nothing new', () => {
  const happenings = seen(verdict(MISSING), REFUSED, verdict(MISSING, MISSING), verdict(MISSING, MISSING));
  assert.deepEqual(
    happenings.storyOf(ID).map(({ what }) => what.kind),
    ['verdict', 'command-ended'],
  );
  assert.deepEqual(happenings.storyOf(orderId(8)), []);
});

test('Happenings keeps what was last said of an open order: the words of the command, not that its attempts are used up', () => {
  const givenUp: Event = { kind: 'given-up', ...NAME, record: MISSING, why: 'its attempts are used up' };
  assert.equal(seen(verdict(MISSING), givenUp).whyOf(ID), 'its attempts are used up');
  assert.equal(seen(verdict(MISSING), REFUSED, givenUp).whyOf(ID), 'RuntimeError: no payment');
});

test('Happenings knows an open order by its number, and lets go of it once it is settled', () => {
  const happenings = seen(verdict(MISSING), REFUSED);
  assert.equal(happenings.numberOf(ID), '1007');
  assert.deepEqual(happenings.idsOf('1007'), [ID]);
  happenings.take(verdict(record(SUCCESS, 1), MISSING));
  assert.equal(happenings.numberOf(ID), undefined);
  assert.equal(happenings.whyOf(ID), undefined);
  assert.equal(happenings.storyOf(ID).length, 3);
});

test('Happenings counts the hours of two days, and the median of the times to integrate', () => {
  let now = START;
  const happenings = new Happenings(() => now);
  happenings.take(verdict(MISSING));
  for (const openMs of [9000, 1000, 5000]) {
    happenings.take({ kind: 'repaired', ...NAME, record: record(SUCCESS, 2), openMs });
  }
  const { hours, since } = happenings.chart();
  assert.equal(since, START);
  assert.equal(hours.length, 48);
  assert.deepEqual(hours.at(-1), { startsAt: START, orders: 1, repairs: 3, medianTimeToIntegrateMs: 5000 });
  assert.deepEqual(hours[0], {
    startsAt: START - 47 * HOUR,
    orders: 0,
    repairs: 0,
    medianTimeToIntegrateMs: undefined,
  });
  now = START + 48 * HOUR;
  assert.ok(happenings.chart().hours.every(({ orders, repairs }) => orders + repairs === 0));
});

test('Happenings is bounded', () => {
  const happenings = new Happenings(() => START);
  for (let retry = 0; retry < 23_000; retry++) {
    happenings.take({ kind: 'retry', ...NAME, record: MISSING, by: String(retry) });
  }
  const story = happenings.storyOf(ID);
  assert.ok(story.length <= 22_000);
  assert.deepEqual(story.at(-1)?.what, { kind: 'retry', by: '22999' });
});
