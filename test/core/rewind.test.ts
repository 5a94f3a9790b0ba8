/** Which range a rewind covers, also where one is asked for while another runs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { OURSELVES, rewindDurationMs, rewindFor, type Rewind } from '../../src/core/rewind.ts';

const AT = '2026-11-20T12:00:00.000Z';
const LATER = '2026-11-20T13:00:00.000Z';
const head = orderId(100);

function running(from: number, next: number): Rewind {
  return {
    ...rewindFor({ from: orderId(from), rate: 7, by: 'ana' }, undefined, { head: orderId(90), at: AT }),
    next: orderId(next),
    asked: 3,
    failing: 1,
  };
}

test('A rewind begins at its start and ends at the head', () => {
  assert.deepEqual(rewindFor({ from: orderId(40), by: 'ana' }, undefined, { head, at: AT }), {
    from: 40,
    next: 40,
    through: 100,
    by: 'ana',
    startedAt: AT,
    asked: 0,
    failing: 0,
  });
});

test('A rewind from beyond the head begins at the head', () => {
  assert.equal(rewindFor({ from: orderId(400), by: 'ana' }, undefined, { head, at: AT }).next, 100);
});

describe('A rewind that is wanted while one runs', () => {
  const cases: readonly (readonly [string, number, number, number])[] = [
    ['from before the start of the running one', 10, 10, 10],
    ['from an id that the running one has passed', 50, 40, 50],
    ['from an id that the running one has yet to pass', 80, 40, 60],
  ];
  for (const [what, wanted, from, next] of cases) {
    test(`${what} makes one from ${from}, now at ${next}, to the head of now`, () => {
      const union = rewindFor({ from: orderId(wanted), by: 'rui' }, running(40, 60), { head, at: LATER });
      assert.deepEqual(
        [union.from, union.next, union.through, union.rate, union.startedAt, union.asked, union.failing, union.by],
        [from, next, 100, 7, AT, 3, 1, 'rui'],
      );
    });
  }

  test('has the rate of the newer one where that names one', () => {
    const union = rewindFor({ from: orderId(50), rate: 2, by: 'rui' }, running(40, 60), { head, at: LATER });
    assert.equal(union.rate, 2);
  });
});

test('What a rewind takes is a cycle for each rate-full of orders', () => {
  const cases = [
    [0, 5, 0],
    [1, 5, 120_000],
    [5, 5, 120_000],
    [6, 5, 240_000],
    [10_000, 200, 6_000_000],
  ] as const;
  for (const [orders, rate, ms] of cases) assert.equal(rewindDurationMs(orders, rate, 120_000), ms);
});

test('A rewind that no person asked for is ours', () => {
  assert.equal(OURSELVES, 'order-monit');
});
