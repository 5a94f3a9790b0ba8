/** Which due orders come first: the foreground before the background, and nobody starves. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { orderId, type OrderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { failed } from '../../src/core/verdict.ts';
import { RetrySchedule, type Lane } from '../../src/monitor/retry-schedule.ts';

interface Open {
  readonly id: number;
  /** When it is due, in monotonic milliseconds. */
  readonly at?: number;
  readonly lane?: Lane;
}

function due(orders: readonly Open[], { pageSize = 5, oldThrough = 0 } = {}): number[] {
  const schedule = new RetrySchedule();
  const open = new Map<OrderId, OrderRecord>();
  const at = stampOf(0);
  for (const order of orders) {
    const id = orderId(order.id);
    open.set(id, { orderId: id, verdict: failed('NOT_FOUND'), attempts: 0, createdAt: at, updatedAt: at });
    schedule.amend(id, { nextLookAt: order.at ?? 0, lane: order.lane });
  }
  return schedule.due(open, { now: 100, pageSize, oldThrough: orderId(oldThrough) });
}

const ids = (from: number, through: number): Open[] =>
  Array.from({ length: through - from + 1 }, (_, index) => ({ id: from + index }));

describe('A page of due orders', () => {
  const cases: readonly (readonly [string, readonly Open[], { pageSize?: number; oldThrough?: number }, number[]])[] = [
    ['is empty without open ones', [], {}, []],
    [
      'leaves out those whose time has not come',
      [
        { id: 1, at: 101 },
        { id: 2, at: 100 },
      ],
      {},
      [2],
    ],
    [
      'begins with those that have waited longest',
      [
        { id: 1, at: 50 },
        { id: 2, at: 10 },
        { id: 3, at: 30 },
      ],
      {},
      [2, 3, 1],
    ],
    ['takes the newest of those that have waited as long', ids(1, 7), {}, [7, 6, 5, 4, 3]],
    ['takes the orders of the day before old ones', ids(1, 4), { oldThrough: 2 }, [4, 3, 2, 1]],
    ['keeps a fifth for the old ones', ids(1, 20), { oldThrough: 10 }, [20, 19, 18, 17, 10]],
    ['keeps one for the old ones even of a page of one', ids(1, 4), { pageSize: 1, oldThrough: 2 }, [4, 2]],
    ['gives the old ones all that is left', ids(1, 11), { oldThrough: 9 }, [11, 10, 9, 8, 7]],
    ['gives the orders of the day all that is left', ids(1, 11), { oldThrough: 0 }, [11, 10, 9, 8, 7]],
    [
      'takes a young one that was retried with many others for an old one',
      [{ id: 8, lane: 'background' }, { id: 7 }],
      { oldThrough: 2 },
      [7, 8],
    ],
    [
      'takes an old one that was retried on its own for one of the day',
      [{ id: 1, lane: 'foreground' }, { id: 2 }],
      { oldThrough: 2 },
      [1, 2],
    ],
  ];
  for (const [what, orders, options, expected] of cases) {
    test(what, () => {
      assert.deepEqual(due(orders, options), expected);
    });
  }
});
