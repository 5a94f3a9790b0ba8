/** Decisions alone, on a clock without waiting: each matter is told once, reminded of, escalated, and its end told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { reconcile } from '../../src/alerts/decide/cases.ts';
import { takeFault, takeGood } from '../../src/alerts/decide/configuration.ts';
import { MAX_CASES, newState, parseState, printState, type AlertState } from '../../src/alerts/decide/state.ts';
import { orderId } from '../../src/core/order.ts';
import {
  ABACOS_DOWN,
  abacosUp,
  commandRan,
  CYCLE,
  cycleOf,
  dismissed,
  found,
  foundAfter,
  givenUp,
  notRepaired,
  numberOf,
  recordOf,
  repaired,
  retried,
  rowGone,
  settled,
} from './events.ts';
import { DAY, HOUR, MINUTE, NINE, SECOND } from './manual-clock.ts';
import { lines, play, SETTINGS, type Step } from './play.ts';

test('A restart with more open orders than can be named is no news', () => {
  const open = new Map(
    Array.from({ length: MAX_CASES + 100 }, (_, index) => [orderId(index + 1), recordOf(index + 1)]),
  );
  const circumstances = { now: NINE, maxAttempts: 4 };
  const first = reconcile(newState('a', NINE), open, circumstances);
  assert.equal(first.unnamed, 100);
  assert.equal(first.cases.size, MAX_CASES);
  // People have been told of them meanwhile.
  const told = { ...first, unnamed: 0 };
  const second = reconcile(parseState(printState(told)), open, circumstances);
  assert.equal(second.unnamed, 0);
  assert.deepEqual(second.cases, told.cases);
});

describe('Orders', () => {
  test('missing and repaired in one cycle are one mail, at the end of the cycle', () => {
    const told = play(
      [
        [0, [found(1), ...repaired(1)]],
        [20 * SECOND, CYCLE],
      ],
      { untilMs: DAY },
    );
    assert.deepEqual(lines(told), [`${20 / 60} Order ${numberOf(1)} was missing, repaired`]);
  });

  test('all orders of a cycle are in one mail', () => {
    const told = play([[0, [found(1), found(2), found(3, 'PAYMENT_PENDING'), CYCLE]]]);
    assert.deepEqual(lines(told), ['0 2 orders missing, 1 order: payment pending']);
  });

  test('what follows within the pause comes in one mail after it, and that pause grows', () => {
    const steps = Array.from({ length: 60 }, (_, index): Step => [index * MINUTE, [found(index + 1), CYCLE]]);
    assert.deepEqual(lines(play(steps, { untilMs: 3 * HOUR })), [
      `0 Order ${numberOf(1)} missing`,
      '5 5 orders missing, 1 order still open',
      '15 10 orders missing, 6 orders still open',
      '35 20 orders missing, 16 orders still open',
      '75 24 orders missing, 36 orders still open',
    ]);
  });

  test('an order that goes on failing is not told again', () => {
    const again = (minutes: number): Step => [minutes * MINUTE, [...commandRan(1, ['rake aborted!', 'x']), CYCLE]];
    assert.equal(play([[0, [found(1), CYCLE]], again(2), again(10), again(30)], { untilMs: 20 * HOUR }).length, 1);
  });

  test('giving up is told at once after a mail about missing ones, and its end later', () => {
    const told = play([
      [0, [found(1), CYCLE]],
      [MINUTE, [givenUp(1, 'produto não cadastrado'), CYCLE]],
      [2 * HOUR, [settled(1), CYCLE]],
    ]);
    assert.deepEqual(lines(told), [
      `0 Order ${numberOf(1)} missing`,
      `1 Order ${numberOf(1)} needs action`,
      `120 Order ${numberOf(1)} settled`,
    ]);
    assert.equal(told[2]?.thread, told[1]?.id, 'its end refers to the mail that said it was given up');
  });

  test('an order that can not be judged is told after an hour, and not before', () => {
    assert.deepEqual(lines(play([[0, [found(1, 'UNKNOWN', 'no row'), CYCLE]]], { untilMs: 3 * HOUR })), [
      `60 Order ${numberOf(1)}: unclear answer from Abacos`,
    ]);
    assert.deepEqual(
      play(
        [
          [0, [found(1, 'UNKNOWN'), CYCLE]],
          [50 * MINUTE, [settled(1), CYCLE]],
        ],
        { untilMs: 3 * HOUR },
      ),
      [],
    );
  });

  test('a row that is gone is told once', () => {
    const told = play([
      [0, [found(1), CYCLE]],
      [HOUR, [rowGone(1), CYCLE]],
      [2 * HOUR, [rowGone(1), CYCLE]],
    ]);
    assert.deepEqual(lines(told), [`0 Order ${numberOf(1)} missing`, `60 Order ${numberOf(1)} gone from the shop`]);
  });

  test('an order that was dismissed is told of no more: no reminder, and no word that it is in Abacos', () => {
    for (const before of [[found(1)], [found(1), givenUp(1)]]) {
      const told = play(
        [
          [0, [...before, CYCLE]],
          [HOUR, dismissed(1)],
          [2 * HOUR, 'restart'],
          [3 * HOUR, [notRepaired(1, 'DISMISSED'), CYCLE]],
          [3 * DAY, [foundAfter('DISMISSED', 1, 'OK'), CYCLE]],
        ],
        { untilMs: 8 * DAY, open: new Map([[orderId(1), recordOf(1, 'DISMISSED', 5)]]) },
      );
      assert.equal(told.length, 1);
    }
  });

  test('an order that was dismissed and is retried is told of as a new one', () => {
    const retriedAgain = { ...retried(1), record: recordOf(1, 'UNKNOWN') };
    const told = play([
      [0, [found(1), CYCLE]],
      [HOUR, dismissed(1)],
      [2 * HOUR, [retriedAgain, foundAfter('UNKNOWN', 1), CYCLE]],
    ]);
    assert.deepEqual(lines(told), [`0 Order ${numberOf(1)} missing`, `120 Order ${numberOf(1)} missing`]);
  });

  test('reminders come after a day, then two, then four, and refer to the first mail', () => {
    const told = play([[0, [found(1), givenUp(1), CYCLE]]], { untilMs: 8 * DAY });
    assert.deepEqual(
      told.map(({ at, subject }) => `${at / DAY} ${subject}`),
      [
        `0 Order ${numberOf(1)} needs action`,
        `1 Reminder: order ${numberOf(1)} needs action`,
        `3 Reminder: order ${numberOf(1)} needs action`,
        `7 Reminder: order ${numberOf(1)} needs action`,
      ],
    );
    assert.deepEqual([...new Set(told.map(({ thread }) => thread))], [told[0]?.id]);
  });

  test('what lasts is told to the escalation list, and so is its end', () => {
    const settings = { ...SETTINGS, escalates: true };
    const told = play(
      [
        [0, [found(1), givenUp(1), CYCLE]],
        [6 * HOUR, [settled(1), CYCLE]],
      ],
      { settings },
    );
    assert.deepEqual(
      told.map(({ at, audience, subject }) => `${at / HOUR} ${audience}: ${subject}`),
      [
        `0 subscribers: Order ${numberOf(1)} needs action`,
        `4 everyone: Escalated: order ${numberOf(1)} needs action`,
        `6 everyone: Order ${numberOf(1)} settled`,
      ],
    );
  });

  test('a restart repeats nothing, and the end of what was told before it is told', () => {
    const told = play([
      [0, [found(1), CYCLE]],
      [MINUTE, 'restart'],
      [10 * MINUTE, [CYCLE]],
      [HOUR, 'restart'],
      [2 * HOUR, [settled(1), CYCLE]],
    ]);
    assert.deepEqual(lines(told), [`0 Order ${numberOf(1)} missing`, `120 Order ${numberOf(1)} settled`]);
  });

  test('the checkpoint tells of a recovery, and of a failure, that was recorded right before a crash', () => {
    const open = new Map([[recordOf(2).orderId, recordOf(2, 'NOT_FOUND', 5)]]);
    const told = play([
      [0, [found(1), CYCLE]],
      [HOUR, (state, now) => reconcile(parseState(printState(state)), open, { now, maxAttempts: 4 })],
    ]);
    assert.deepEqual(lines(told), [
      `0 Order ${numberOf(1)} missing`,
      '60 Order id 2 needs action',
      `60 Order ${numberOf(1)} settled`,
    ]);
  });

  test('what was recorded right before a crash is what is told, not what was found before', () => {
    const open = new Map([[recordOf(1).orderId, recordOf(1, 'PAYMENT_PENDING')]]);
    const told = play([
      [0, [found(1)]],
      [10 * SECOND, (state, now) => reconcile(parseState(printState(state)), open, { now, maxAttempts: 4 })],
      [20 * SECOND, CYCLE],
    ]);
    assert.deepEqual(
      told.map(({ subject }) => subject),
      [`Order ${numberOf(1)}: payment pending`],
    );
  });

  test('an order that settles and is missing again before anybody was told is no news', () => {
    const told = play(
      [
        [0, [found(1), CYCLE]],
        [MINUTE, [settled(1), CYCLE]],
        [MINUTE + 10 * SECOND, [found(1), CYCLE]],
      ],
      { untilMs: HOUR },
    );
    assert.deepEqual(lines(told), [`0 Order ${numberOf(1)} missing`]);
  });

  test('an order that gets its number before anybody was told that it needs a person is told as missing', () => {
    const told = play(
      [
        [0, [found(1, 'BAD_NUMBER'), CYCLE]],
        [MINUTE, [found(2, 'BAD_NUMBER'), CYCLE]],
        [2 * MINUTE, [found(2), CYCLE]],
      ],
      { untilMs: HOUR },
    );
    assert.equal(told[1]?.subject, `Order ${numberOf(2)} missing`);
    assert.notEqual(told[1].thread, told[0]?.thread, 'it is no news of the matter that needs a person');
    assert.equal(told.length, 2);
  });

  test('a retried order that fails again is told as given up again', () => {
    const told = play([
      [0, [found(1), givenUp(1), CYCLE]],
      [HOUR, retried(1)],
      [2 * HOUR, [givenUp(1), CYCLE]],
    ]);
    assert.equal(told.filter(({ subject }) => subject.endsWith('needs action')).length, 2);
  });

  test('an order that is retried before people have read that it was given up does not need them', () => {
    const told = play(
      [
        [0, [found(1), givenUp(1), CYCLE]],
        [MINUTE, [found(2), givenUp(2), CYCLE]],
        [2 * MINUTE, retried(2)],
      ],
      { untilMs: HOUR },
    );
    assert.deepEqual(lines(told), [`0 Order ${numberOf(1)} needs action`, `2 Order ${numberOf(2)} missing`]);
    assert.notEqual(told[1]?.thread, told[0]?.id, 'it is no news of the matter that needs a person');
  });

  test('an order that was missing and then can not be judged is told after an hour too', () => {
    const told = play(
      [
        [0, [found(1), CYCLE]],
        [HOUR, [found(1, 'UNKNOWN', 'no row'), CYCLE]],
      ],
      { untilMs: 5 * HOUR },
    );
    assert.deepEqual(lines(told), [
      `0 Order ${numberOf(1)} missing`,
      `120 Order ${numberOf(1)}: unclear answer from Abacos`,
    ]);
  });

  test('an order that a command has brought to Abacos without its payment is not called missing', () => {
    const told = play([[0, [found(1), ...commandRan(1), notRepaired(1, 'PAYMENT_PENDING'), CYCLE]]]);
    assert.deepEqual(lines(told), [`0 Order ${numberOf(1)}: payment pending`]);
  });

  test('an order that was mended and can not be judged any more is not told as mended', () => {
    const told = play(
      [
        [0, [found(1), CYCLE]],
        [MINUTE, [settled(1), CYCLE]],
        [2 * MINUTE, [found(1, 'UNKNOWN'), CYCLE]],
      ],
      { untilMs: 50 * MINUTE },
    );
    assert.deepEqual(lines(told), [`0 Order ${numberOf(1)} missing`]);
  });
});

describe('A dependency', () => {
  test('that is down for an hour is told once, and once when it is back, with what was caught up', () => {
    const told = play(
      [
        [0, ABACOS_DOWN],
        [HOUR, [abacosUp(HOUR), cycleOf(30)]],
      ],
      { untilMs: 2 * HOUR },
    );
    assert.deepEqual(lines(told), ['1 Abacos is down', '60 Abacos is back after 1 h']);
    assert.equal(told[1]?.thread, told[0]?.id);
  });

  test('that is back within a minute is not told', () => {
    assert.deepEqual(
      play(
        [
          [0, ABACOS_DOWN],
          [50 * SECOND, [abacosUp(50_000), CYCLE]],
        ],
        { untilMs: HOUR },
      ),
      [],
    );
  });

  test('that comes and goes every other minute for a day makes few mails', () => {
    const steps = Array.from({ length: 720 }, (_, index): Step => [
      index * 2 * MINUTE,
      index % 2 === 0 ? ABACOS_DOWN : [abacosUp(2 * MINUTE), CYCLE],
    ]);
    const told = play(steps);
    assert.ok(told.length <= 80, `${told.length} mails`);
    assert.equal(told.filter(({ subject }) => subject === 'Abacos is down').length, told.length / 2);
  });

  test('that stays down is told again after a day, two, four, and to the escalation list', () => {
    const told = play([[0, ABACOS_DOWN]], { settings: { ...SETTINGS, escalates: true }, untilMs: 4 * DAY });
    assert.deepEqual(
      told.map(({ at, audience, subject }) => `${(at / HOUR).toFixed(1)} ${audience}: ${subject}`),
      [
        '0.0 subscribers: Abacos is down',
        '4.0 everyone: Escalated: Abacos still down after 4 h',
        '24.0 everyone: Reminder: Abacos still down after 1 d',
        '72.0 everyone: Reminder: Abacos still down after 3 d',
      ],
    );
  });

  test('that was down before a restart and is back after it is told as back', () => {
    const told = play([
      [0, ABACOS_DOWN],
      [10 * MINUTE, 'restart'],
      [HOUR, [abacosUp(HOUR), CYCLE]],
    ]);
    assert.deepEqual(lines(told), ['1 Abacos is down', '60 Abacos is back after 1 h']);
  });

  test('that is down for another reason now is still the same matter', () => {
    const told = play(
      [
        [0, ABACOS_DOWN],
        [HOUR, { kind: 'down', dependency: 'abacos', reason: 'HTTP status 503', hint: undefined }],
      ],
      {
        untilMs: 5 * HOUR,
      },
    );
    assert.equal(told.length, 1);
  });
});

describe('A configuration fault', () => {
  const fault = (text: string) => (state: AlertState, now: number) => takeFault(state, text, now);

  test('is told once, again when it is another one, and its end', () => {
    const told = play(
      [
        [0, fault('a')],
        [MINUTE, fault('a')],
        [2 * MINUTE, 'restart'],
        [3 * MINUTE, fault('a')],
        [HOUR, fault('b')],
        [2 * HOUR, takeGood],
      ],
      { untilMs: 3 * HOUR },
    );
    assert.deepEqual(lines(told), ['0 Configuration fault', '60 Configuration fault', '120 Configuration corrected']);
  });

  test('another one has another id, also when a crash has lost that the first was decided', () => {
    const ids = ['a', 'b', 'a'].map((text) => play([[0, fault(text)]], { untilMs: MINUTE })[0]?.id);
    assert.notEqual(ids[0], undefined);
    assert.notEqual(ids[0], ids[1]);
    assert.equal(ids[0], ids[2], 'the same one is the same mail');
  });
});
