/** What people are told of orders without a date: one notice for all of them, as long as it lasts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { decide } from '../../src/alerts/decide/decide.ts';
import { newState } from '../../src/alerts/decide/state.ts';
import { takeEvent } from '../../src/alerts/decide/take.ts';
import { compose } from '../../src/alerts/deliver/compose.ts';
import { renderText } from '../../src/alerts/deliver/render.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId, type OrderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import type { FailureReason } from '../../src/core/verdict.ts';
import { wordsOf, type Language } from '../../src/words/catalogue.ts';
import { CYCLE, found, numberOf, recordOf, repairingCycle } from './events.ts';
import { DAY, HOUR, MINUTE, NINE } from './manual-clock.ts';
import { lines, play, SETTINGS, type Step } from './play.ts';

/** A table that carts come to and leave, with what the checkpoint has of them. */
class Carts {
  readonly open = new Map<OrderId, OrderRecord>();

  come(after: number, from: number, through = from): Step {
    return [
      after,
      (state, now) => {
        let next = state;
        for (let id = from; id <= through; id += 1) {
          this.open.set(orderId(id), recordOf(id, 'NO_DATE'));
          next = takeEvent(next, found(id, 'NO_DATE'), now);
        }
        return takeEvent(next, CYCLE, now);
      },
    ];
  }

  leave(after: number, from: number, through = from): Step {
    return [
      after,
      (state, now) => {
        let next = state;
        for (let id = from; id <= through; id += 1) {
          this.open.delete(orderId(id));
          next = takeEvent(next, settledWithout(id), now);
        }
        return takeEvent(next, CYCLE, now);
      },
    ];
  }
}

function foundAfter(before: FailureReason, id: number, reason: FailureReason): Event {
  return {
    kind: 'verdict',
    orderId: orderId(id),
    orderNumber: numberOf(id),
    record: recordOf(id, reason),
    previous: recordOf(id, before),
    late: false,
  };
}

function settledWithout(id: number): Event {
  return {
    kind: 'verdict',
    orderId: orderId(id),
    orderNumber: numberOf(id),
    record: recordOf(id, 'OK', 1),
    previous: recordOf(id, 'NO_DATE'),
    late: false,
  };
}

describe('Orders without a date', () => {
  test('are one notice, however many there are and for however long', () => {
    const carts = new Carts();
    const told = play([carts.come(0, 1, 10_000)], { open: carts.open, untilMs: 60 * DAY });
    assert.deepEqual(lines(told), ['5 10,000 orders have no date']);
  });

  test('are one notice as well where they come one by one, across restarts', () => {
    const carts = new Carts();
    const steps = Array.from({ length: 1440 }, (_, hour): Step[] => [
      carts.come(hour * HOUR, hour + 1),
      ...(hour % 100 === 50 ? [[hour * HOUR, 'restart'] as const] : []),
    ]).flat();
    const told = play(steps, { open: carts.open, untilMs: 60 * DAY });
    assert.deepEqual(lines(told), ['5 1 order has no date']);
  });

  test('are still the same case when there are none for some hours, and another one after a day', () => {
    const carts = new Carts();
    const steps = [
      carts.come(0, 1),
      carts.leave(HOUR, 1),
      carts.come(20 * HOUR, 2),
      carts.leave(21 * HOUR, 2),
      carts.come(3 * DAY, 3),
    ];
    const told = play(steps, { open: carts.open, untilMs: 5 * DAY });
    assert.deepEqual(lines(told), ['5 1 order has no date', `${3 * 24 * 60 + 5} 1 order has no date`]);
  });

  test('are told of also while commands run for others without an end', () => {
    const carts = new Carts();
    const cycles = Array.from({ length: 60 }, (_, at): Step => [at * 2 * MINUTE + 1000, repairingCycle()]);
    const told = play([carts.come(0, 1), ...cycles], { open: carts.open, untilMs: 2 * HOUR });
    assert.deepEqual(lines(told), ['5 1 order has no date']);
  });

  test('that get their date within minutes, and are in Abacos, are nobody’s news', () => {
    const carts = new Carts();
    const told = play([carts.come(0, 1, 3), carts.leave(2 * MINUTE, 1, 3)], { open: carts.open, untilMs: DAY });
    assert.deepEqual(lines(told), []);
  });

  test('leave the names of others their room, and hide none of their news', () => {
    const carts = new Carts();
    const told = play([carts.come(0, 1, 6000), [HOUR, [found(7000), CYCLE]]], { open: carts.open, untilMs: 2 * HOUR });
    assert.deepEqual(lines(told), ['5 6,000 orders have no date', `60 Order ${numberOf(7000)} missing`]);
  });

  test('that get one and are missing then are told as missing', () => {
    const carts = new Carts();
    const dated = foundAfter('NO_DATE', 1, 'NOT_FOUND');
    const told = play([carts.come(0, 1), [HOUR, [dated, CYCLE]]], { open: carts.open, untilMs: 2 * HOUR });
    assert.deepEqual(lines(told), ['5 1 order has no date', `60 Order ${numberOf(1)} missing`]);
  });

  test('that were told as missing before are not told again, and are mended in the same mails', () => {
    const told = play(
      [
        [0, [found(1), CYCLE]],
        [HOUR, [foundAfter('NOT_FOUND', 1, 'NO_DATE'), CYCLE]],
        [2 * HOUR, [settledWithout(1), CYCLE]],
      ],
      { untilMs: 3 * HOUR },
    );
    assert.deepEqual(lines(told), [`0 Order ${numberOf(1)} missing`, `120 Order ${numberOf(1)} settled`]);
  });

  test('whose row is gone are nobody’s news', () => {
    const carts = new Carts();
    const record = recordOf(1, 'NO_DATE');
    const gone: Event = { kind: 'row-gone', orderId: record.orderId, orderNumber: null, record };
    const told = play([carts.come(0, 1), [HOUR, [gone, CYCLE]]], { open: carts.open, untilMs: 2 * HOUR });
    assert.deepEqual(lines(told), ['5 1 order has no date']);
  });

  const letters: [Language, RegExp[]][] = [
    ['en', [/3 orders have no date/i, /id 1, id 2, id 3/, /repairs none/, /orders: table/, /told once/]],
    ['pt-BR', [/3 pedidos estão sem data/i, /id 1, id 2, id 3/, /não repara nenhum/, /orders: table/, /uma única vez/]],
  ];
  for (const [language, wanted] of letters) {
    test(`are told with what to do about carts, in ${language}`, () => {
      const content = { kind: 'undated', since: NINE, count: 3, ids: [1, 2, 3].map(orderId) } as const;
      const letter = compose(
        { at: NINE, content },
        { words: wordsOf(language).mail, maxAttempts: 4, escalateAfterMs: HOUR },
      );
      const text = `${letter.subject}\n${renderText(letter, '')}`.replace(/\s+/g, ' ');
      for (const pattern of wanted) assert.match(text, pattern);
    });
  }
});

test('The daily report counts orders without a date, and lists the others', () => {
  const open = new Map<OrderId, OrderRecord>();
  for (let id = 1; id <= 300; id += 1) open.set(orderId(id), recordOf(id, id === 7 ? 'NOT_FOUND' : 'NO_DATE'));
  const settings = { ...SETTINGS, dailyReportAtMinute: 0 };
  const now = NINE + DAY;
  const { alerts } = decide(
    { ...newState('s', NINE), undated: { since: NINE, told: true, noneSince: null } },
    { now, settings, open },
  );
  const [report] = alerts;
  assert.ok(report?.content.kind === 'report');
  const { openCount, undated } = report.content;
  assert.deepEqual([openCount, undated], [1, 299]);
  const letter = compose(report, { words: wordsOf('en').mail, maxAttempts: 4, escalateAfterMs: HOUR });
  assert.match(renderText(letter, ''), /299 orders on record without a date/);
});
