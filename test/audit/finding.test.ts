/** What an audit finds of one order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findingOf, type Finding } from '../../src/audit/finding.ts';
import type { Answer, ErpStatus } from '../../src/core/answer.ts';
import { orderId, type PaymentEvidence } from '../../src/core/order.ts';
import { POLICY } from '../monitor/harness.ts';

const STATES = { ...POLICY.payments, isCancelled: (state: string) => state === 'canceled' };
const MISSING: Answer = { kind: 'missing' };
const UNKNOWN: Answer = { kind: 'unknown', why: 'two rows' };
const exists = (status: ErpStatus): Answer => ({ kind: 'exists', status });

for (const [state, answer, finding, payment = 'none'] of [
  ['authorized', MISSING, 'missing'],
  ['waiting_payment', MISSING, 'missing'],
  ['canceled', MISSING, undefined],
  ['authorized', UNKNOWN, 'unclear'],
  ['canceled', UNKNOWN, 'unclear'],
  ['authorized', exists('in-progress'), 'payment'],
  ['authorized', exists('in-progress'), 'payment', 'untracked'],
  ['authorized', exists('in-progress'), undefined, 'acknowledged'],
  ['authorized', exists('invoiced'), undefined],
  ['waiting_payment', exists('in-progress'), undefined],
  ['delivered', exists('delivered'), undefined],
  ['canceled', exists('in-progress'), 'cancelled-in-shop'],
  ['canceled', exists('delivered'), 'cancelled-in-shop'],
  ['canceled', exists('cancelled'), undefined],
  ['authorized', exists('cancelled'), 'cancelled-in-erp'],
  ['authorized', exists('cancelled'), 'cancelled-in-erp', 'acknowledged'],
  ['waiting_payment', exists('cancelled'), undefined],
] as const satisfies readonly (readonly [string, Answer, Finding | undefined, PaymentEvidence?])[]) {
  const told = answer.kind === 'exists' ? answer.status : answer.kind;
  test(`${state} (${payment}) in the shop, and ${told} in the ERP: ${finding ?? 'nothing'}`, () => {
    const order = { id: orderId(7), number: '1001', state, payment, age: 'due' } as const;
    assert.deepEqual(
      findingOf(order, answer, STATES),
      finding && {
        id: 7,
        number: '1001',
        state,
        finding,
        status: answer.kind === 'exists' ? answer.status : undefined,
        why: answer.kind === 'unknown' ? 'two rows' : undefined,
      },
    );
  });
}
