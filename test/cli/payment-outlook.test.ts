/** What `order-monit order` and the page say of an order whose payment is watched: what the service will do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { orderId, type ShopOrder } from '../../src/core/order.ts';
import type { RepairMemory } from '../../src/core/repair-memory.ts';
import { stampOf } from '../../src/core/stamp.ts';
import { AWAITING_PAYMENT, SUCCESS } from '../../src/core/verdict.ts';
import { outlookText, paymentOutlook, verdictNow, type PaymentSituation } from '../../src/lookup/payment-outlook.ts';
import { localTime } from '../../src/words/moment.ts';
import { HOUR, POLICY } from '../monitor/harness.ts';

const NOW = Date.parse('2026-11-23T13:30:00Z');
const MINUTE = 60_000;
const ID = orderId(7);
const { payments, settleMs } = POLICY;

function situation(row: Partial<ShopOrder>, paidForMinutes?: number, verdict = AWAITING_PAYMENT): PaymentSituation {
  const at = stampOf(NOW - HOUR);
  const since = NOW - (paidForMinutes ?? 0) * MINUTE;
  const memory: RepairMemory = {
    up: [{ from: NOW - 24 * HOUR, to: NOW }],
    pending: [],
    lags: {},
    paid: paidForMinutes === undefined ? [] : [[ID, since]],
    out: false,
    turnedUpAt: null,
  };
  return {
    record: { orderId: ID, verdict, attempts: 1, createdAt: at, updatedAt: at },
    row: { id: ID, number: '1007', state: 'waiting_payment', payment: 'none', age: 'due', ...row },
    memory,
    payments,
    settleMs,
    now: NOW,
  };
}

function said(one: PaymentSituation): string | undefined {
  const outlook = paymentOutlook(one);
  return outlook === undefined ? undefined : outlookText(outlook, payments, settleMs);
}

function verdict(one: PaymentSituation): string {
  return verdictNow(one, { kind: 'exists', status: 'in-progress' }).verdict.reason;
}

const PAID = { state: 'authorized' };

test('an order that the customer has not paid is looked at until its window is over', () => {
  const until = localTime(NOW - HOUR + payments.windowMs).slice(0, 16);
  const one = situation({});
  assert.equal(
    said(one),
    `nothing to do: the shop waits for the customer's payment; looked at every 10 min until ${until}`,
  );
  assert.equal(verdict(one), 'AWAITING_PAYMENT');
});

test('one that was paid a moment ago, which nobody has noticed yet', () => {
  const one = situation(PAID);
  assert.equal(
    said(one),
    "paid: that is noticed within 10 min, and from then on the shop's own confirmation has 30 min",
  );
  assert.equal(verdict(one), 'AWAITING_PAYMENT');
});

test('one that was seen paid ten minutes ago', () => {
  const one = situation(PAID, 10);
  const until = localTime(NOW + 20 * MINUTE).slice(11, 16);
  assert.equal(said(one), `paid: the shop's own confirmation has until ${until}; after that Abacos is asked about it`);
  assert.equal(verdict(one), 'AWAITING_PAYMENT');
});

test('one whose confirmation the shop has not sent in its time', () => {
  const one = situation(PAID, 31);
  assert.match(said(one) ?? '', /Abacos is asked about it in the next cycle$/);
  assert.equal(verdict(one), 'PAYMENT_PENDING');
});

test('one that is confirmed, or cancelled', () => {
  for (const row of [{ ...PAID, payment: 'acknowledged' as const }, { state: 'canceled' }]) {
    assert.match(said(situation(row)) ?? '', /^nothing to do: no payment is waited for any more/);
    assert.equal(verdict(situation(row)), 'OK');
  }
});

test('an order that is not watched has no such outlook', () => {
  assert.equal(said(situation({}, undefined, SUCCESS)), undefined);
});
