/** When the integration side counts as out, how it is tried then, and what that costs the orders. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { CircuitBreaker, type CommandEnd } from '../../src/monitor/circuit-breaker.ts';
import { MINUTE, runFor, said } from './long-runs.ts';
import { EXIT_1, Harness, HOUR, POLICY } from './harness.ts';

const SAID_NO: CommandEnd = { startedAt: 0, endedAt: 1000, saidNo: true, lastWords: undefined };
const ENDED_WELL: CommandEnd = { ...SAID_NO, saidNo: false };
const LOOKED = { now: 1000, waitMs: 120_000, wasDownSince: () => false };

/** A command has ended for each of these orders, and Abacos does not have one of them. */
function misses(breaker: CircuitBreaker, ids: readonly number[], end = SAID_NO): void {
  for (const id of ids) {
    breaker.ended(orderId(id), end);
    breaker.notBroughtIn(orderId(id), LOOKED);
  }
}

/** An integration side that is out. */
function out(): CircuitBreaker {
  const breaker = new CircuitBreaker();
  misses(breaker, [1, 2, 3, 4, 5]);
  breaker.judge(POLICY);
  return breaker;
}

describe('The integration side', () => {
  test('is not in question by four orders, nor by five of which one is forgotten, and is by five', () => {
    const breaker = new CircuitBreaker();
    misses(breaker, [1, 2, 3, 4]);
    assert.equal(breaker.judge(POLICY), undefined);
    misses(breaker, [5]);
    breaker.forget(orderId(5));
    assert.equal(breaker.judge(POLICY), undefined);
    misses(breaker, [5]);
    assert.equal(breaker.isInQuestion, true);
    assert.deepEqual(
      breaker.judge(POLICY)?.attempts,
      [1, 2, 3, 4, 5].map((id) => [id, 1]),
    );
    assert.equal(breaker.isOpen, true);
  });

  test('is not in question by one order, however many commands were run for it', () => {
    const breaker = new CircuitBreaker();
    for (let command = 0; command < 10; command += 1) misses(breaker, [1]);
    assert.equal(breaker.isInQuestion, false);
    assert.deepEqual(breaker.acquit(), [[1, 10]]);
  });

  test('gives the attempts back once, and not those that were given back before', () => {
    const breaker = out();
    assert.equal(breaker.judge(POLICY), undefined);
    misses(breaker, [6]);
    assert.deepEqual(breaker.judge(POLICY)?.attempts, [[6, 1]]);
  });

  test('that is out is tried again after pauses that double from running_cycle to an hour', () => {
    const breaker = new CircuitBreaker();
    misses(breaker, [1, 2, 3, 4, 5]);
    const pauses = Array.from({ length: 7 }, () => {
      const { outage } = breaker.judge(POLICY) ?? {};
      misses(breaker, [6]);
      return (outage?.retryAfterMs ?? 0) / 60_000;
    });
    assert.deepEqual(pauses, [2, 4, 8, 16, 32, 60, 60]);
    breaker.broughtIn();
    misses(breaker, [1, 2, 3, 4, 5]);
    assert.equal(breaker.judge(POLICY)?.outage.retryAfterMs, 120_000, 'the pauses begin anew');
  });

  test('is told with what the last command said that said anything, and with what to do', () => {
    const breaker = new CircuitBreaker();
    misses(breaker, [1, 2, 3], { ...SAID_NO, lastWords: 'no route to host' });
    misses(breaker, [4, 5]);
    const { hint, reason } = breaker.judge(POLICY)?.outage ?? {};
    assert.match(reason ?? '', /the last one said: no route to host$/);
    assert.match(
      hint ?? '',
      /^mend what .* or see whether .* is switched on; .* one order at a time is tried, and all go on/,
    );
    breaker.broughtIn();
    misses(breaker, [1, 2, 3, 4, 5]);
    assert.match(breaker.judge(POLICY)?.outage.reason ?? '', /they ended without an error$/);
  });
});

describe('A command that ended well', () => {
  test('has not brought its order in once its effect has had its time to show, and not before', () => {
    const breaker = new CircuitBreaker();
    breaker.ended(orderId(1), ENDED_WELL);
    breaker.notBroughtIn(orderId(1), { ...LOOKED, now: ENDED_WELL.endedAt + LOOKED.waitMs - 1 });
    assert.equal(breaker.isIdle, false);
    breaker.notBroughtIn(orderId(1), { ...LOOKED, now: ENDED_WELL.endedAt + LOOKED.waitMs });
    assert.equal(breaker.isIdle, true);
    assert.deepEqual(breaker.acquit(), [[1, 1]]);
  });

  test('costs its order nothing where Abacos was down at some time since the first one began', () => {
    const breaker = new CircuitBreaker();
    breaker.ended(orderId(1), { ...ENDED_WELL, startedAt: 10, endedAt: 20 });
    breaker.ended(orderId(1), { ...ENDED_WELL, startedAt: 500, endedAt: 1000 });
    const wasDownSince = (moment: number): boolean => moment <= 100;
    breaker.notBroughtIn(orderId(1), { ...LOOKED, now: HOUR, wasDownSince });
    assert.deepEqual([breaker.excuse(), breaker.excuse(), breaker.acquit()], [[[1, 2]], [], []]);
  });
});

describe('Before it is known what came of those that have ended,', () => {
  test('five commands may run, or as many as there are slots; and twice the slots once one has worked', () => {
    const capacity = (breaker: CircuitBreaker): number[] =>
      [2, 4, 8].map((maxParallelRepairs) => breaker.capacity({ maxParallelRepairs }, 0));
    const breaker = new CircuitBreaker();
    assert.deepEqual(capacity(breaker), [5, 5, 8]);
    breaker.broughtIn();
    assert.deepEqual(capacity(breaker), [5, 8, 16]);
    breaker.ended(orderId(1), ENDED_WELL);
    misses(breaker, [2]);
    assert.deepEqual(capacity(breaker), [3, 6, 14]);
  });

  test('none may run while the integration side is out, but one at a time', () => {
    const breaker = out();
    assert.equal(breaker.capacity(POLICY, 0), 1);
    breaker.ended(orderId(6), ENDED_WELL);
    assert.equal(breaker.capacity(POLICY, 0), 0);
    breaker.notBroughtIn(orderId(6), { ...LOOKED, now: HOUR });
    assert.equal(breaker.capacity(POLICY, 0), 1);
  });

  test('an order that nobody can be asked about keeps the others waiting for an hour and no longer', () => {
    const breaker = out();
    breaker.ended(orderId(6), ENDED_WELL);
    assert.equal(breaker.capacity(POLICY, ENDED_WELL.endedAt + HOUR), 0);
    assert.equal(breaker.capacity(POLICY, ENDED_WELL.endedAt + HOUR + 1), 1);
  });
});

test('Of the orders that wait while the integration side is out, the one is tried that was not for longest', () => {
  const breaker = out();
  breaker.tried(orderId(7), 1000);
  breaker.tried(orderId(8), 2000);
  const ids = [8, 7, 9].map(orderId).sort((a, b) => breaker.turn(a, b));
  assert.deepEqual(ids, [9, 7, 8]);
});

test('The more commands have come to nothing, the fewer may run until witnesses are asked; none while it is out', () => {
  const breaker = new CircuitBreaker();
  const trust = Array.from({ length: 7 }, (_, order) => {
    breaker.ended(orderId(order), ENDED_WELL);
    return breaker.trust;
  });
  assert.deepEqual(trust, [4, 3, 2, 1, 0, 0, 0]);
  breaker.broughtIn();
  assert.equal(breaker.trust, 5);
  breaker.refused();
  assert.equal(breaker.trust, 0);
  breaker.ended(orderId(1), SAID_NO);
  assert.equal(breaker.isInDoubt, false, 'a command was started again');
});

test('Commands that fail are no sickness of the integration side where each order turns up by its next look', async () => {
  const harness = new Harness();
  for (let index = 0; index < 6; index += 1) {
    harness.place(101 + index, { inAbacos: false, placedAt: harness.clock.now() + index * HOUR });
  }
  harness.onCommand = ({ number }) => {
    harness.clock.after(MINUTE, () => {
      harness.insert(number);
    });
    return EXIT_1;
  };
  await runFor(harness, 8 * HOUR);
  assert.deepEqual([harness.commands.length, said(harness, 'down').length], [6, 0]);
  assert.equal(harness.checkpoint.open.size, 0);
});
