/** What follows from each verdict after so many attempts, and when an order is given up. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { EffectState } from '../../src/core/effects.ts';
import { awaitsRepair, commandsRun, decide, isGivenUp, type Next } from '../../src/core/next.ts';
import { orderId } from '../../src/core/order.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { SUCCESS, failed, type Verdict } from '../../src/core/verdict.ts';

const MAX = 4;

describe('decide with max_attempts 4', () => {
  const table: [Verdict, number, Next][] = [
    [failed('NOT_FOUND'), 0, { kind: 'repair', attempts: 0, task: 'insert_order' }],
    [failed('NOT_FOUND'), 1, { kind: 'repair', attempts: 1, task: 'insert_order' }],
    [failed('NOT_FOUND'), 2, { kind: 'repair', attempts: 2, task: 'insert_order' }],
    [failed('NOT_FOUND'), 3, { kind: 'repair', attempts: 3, task: 'insert_order' }],
    [failed('NOT_FOUND'), 4, { kind: 'give-up', attempts: 5, after: 'attempts' }],
    [failed('NOT_FOUND'), 5, { kind: 'look-again', attempts: 5 }],
    [failed('PAYMENT_PENDING'), 0, { kind: 'repair', attempts: 0, task: 'confirm_payment' }],
    [failed('PAYMENT_PENDING'), 4, { kind: 'give-up', attempts: 5, after: 'attempts' }],
    [failed('PAYMENT_PENDING'), 5, { kind: 'look-again', attempts: 5 }],
    [failed('UNKNOWN'), 0, { kind: 'look-again', attempts: 0 }],
    [failed('UNKNOWN'), 4, { kind: 'look-again', attempts: 4 }],
    [failed('BAD_NUMBER'), 2, { kind: 'look-again', attempts: 2 }],
    [failed('NO_DATE'), 0, { kind: 'look-again', attempts: 0 }],
    [failed('NO_DATE'), 4, { kind: 'look-again', attempts: 4 }],
    [SUCCESS, 0, { kind: 'settle', attempts: 1 }],
    [SUCCESS, 5, { kind: 'settle', attempts: 6 }],
  ];
  for (const [verdict, attempts, expected] of table) {
    test(`${verdict.status} ${verdict.reason} after ${attempts} attempts leads to ${expected.kind}`, () => {
      assert.deepEqual(decide(verdict, attempts, { effect: 'none', maxAttempts: MAX, mayGiveUp: true }), expected);
    });
  }

  test('four commands run, and the fifth verdict gives the order up', () => {
    let attempts = 0;
    const steps: string[] = [];
    for (let verdict = 1; verdict <= 6; verdict += 1) {
      const next = decide(failed('NOT_FOUND'), attempts, { effect: 'none', maxAttempts: MAX, mayGiveUp: true });
      steps.push(next.kind);
      attempts = next.kind === 'repair' ? next.attempts + 1 : next.attempts;
    }
    assert.deepEqual(steps, ['repair', 'repair', 'repair', 'repair', 'give-up', 'look-again']);
    assert.equal(attempts, 5);
  });
});

describe('decide with commands whose effect is in doubt', () => {
  const table: [EffectState, Verdict, number, Next][] = [
    ['awaited', failed('NOT_FOUND'), 1, { kind: 'look-again', attempts: 1 }],
    ['awaited', failed('NOT_FOUND'), 4, { kind: 'look-again', attempts: 4 }],
    ['awaited', failed('PAYMENT_PENDING'), 2, { kind: 'look-again', attempts: 2 }],
    ['awaited', SUCCESS, 1, { kind: 'settle', attempts: 2 }],
    ['denied', failed('NOT_FOUND'), 1, { kind: 'repair', attempts: 1, task: 'insert_order' }],
    ['denied', failed('NOT_FOUND'), 4, { kind: 'give-up', attempts: 5, after: 'attempts' }],
    ['exhausted', failed('NOT_FOUND'), 2, { kind: 'give-up', attempts: 5, after: 'commands in doubt' }],
    ['exhausted', failed('NOT_FOUND'), 5, { kind: 'look-again', attempts: 5 }],
    ['exhausted', failed('UNKNOWN'), 2, { kind: 'look-again', attempts: 2 }],
    ['exhausted', SUCCESS, 2, { kind: 'settle', attempts: 3 }],
  ];
  for (const [effect, verdict, attempts, expected] of table) {
    test(`${effect}: ${verdict.reason} after ${attempts} attempts leads to ${expected.kind}`, () => {
      assert.deepEqual(decide(verdict, attempts, { effect, maxAttempts: MAX, mayGiveUp: true }), expected);
    });
  }
});

test('while what fails is not the order, nobody is given up, and settling and repairing go on', () => {
  const follow = (verdict: Verdict, attempts: number, effect: EffectState): string =>
    decide(verdict, attempts, { effect, maxAttempts: MAX, mayGiveUp: false }).kind;
  assert.equal(follow(failed('NOT_FOUND'), 4, 'none'), 'look-again');
  assert.equal(follow(failed('NOT_FOUND'), 2, 'exhausted'), 'look-again');
  assert.equal(follow(failed('NOT_FOUND'), 3, 'denied'), 'repair');
  assert.equal(follow(SUCCESS, 4, 'exhausted'), 'settle');
});

test('isGivenUp holds for a failed record with more attempts than allowed, and for no other', () => {
  const at = stampOf(0);
  const record = { orderId: orderId(1), createdAt: at, updatedAt: at };
  assert.equal(isGivenUp({ ...record, verdict: failed('NOT_FOUND'), attempts: 5 }, MAX), true);
  assert.equal(isGivenUp({ ...record, verdict: failed('NOT_FOUND'), attempts: 4 }, MAX), false);
  assert.equal(isGivenUp({ ...record, verdict: SUCCESS, attempts: 9 }, MAX), false);
});

test('An order awaits a repair while a command can be run for it, and it has attempts left', () => {
  const at = stampOf(0);
  const awaits = (verdict: Verdict, attempts: number): boolean =>
    awaitsRepair({ orderId: orderId(1), createdAt: at, updatedAt: at, verdict, attempts }, MAX);
  for (const reason of ['NOT_FOUND', 'PAYMENT_PENDING'] as const) {
    assert.deepEqual(
      [0, 3, 4, 5].map((attempts) => awaits(failed(reason), attempts)),
      [true, true, false, false],
    );
  }
  for (const reason of ['UNKNOWN', 'BAD_NUMBER', 'NO_DATE'] as const) assert.equal(awaits(failed(reason), 0), false);
  assert.equal(awaits(SUCCESS, 0), false);
});

test('commandsRun counts the commands of an order, and nothing where its record only says that it was given up', () => {
  const at = stampOf(0);
  const runOf = (verdict: Verdict, attempts: number): number | undefined =>
    commandsRun({ orderId: orderId(1), createdAt: at, updatedAt: at, verdict, attempts }, MAX);
  // Four commands, or two in doubt, or one that a permanent error made the last: all of them are on record as 5.
  assert.deepEqual(
    [0, 1, 4, 5].map((attempts) => runOf(failed('NOT_FOUND'), attempts)),
    [0, 1, 4, undefined],
  );
  // The verdict that settles an order is counted as well; the first record of a checkpoint counts none.
  assert.deepEqual(
    [0, 1, 2, 5, 6].map((attempts) => runOf(SUCCESS, attempts)),
    [0, 0, 1, 4, undefined],
  );
});
