/** The verdict table, row by row, and what a number must be like to be asked about. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Answer, ErpStatus } from '../../src/core/answer.ts';
import { checkNumber, judge, paymentState, type Evidence } from '../../src/core/judge.ts';
import { orderId, type PaymentEvidence, type ShopOrder } from '../../src/core/order.ts';
import { paymentPolicy } from '../../src/core/payments.ts';
import { POLICY } from '../monitor/harness.ts';

const STATES = [
  'waiting_payment',
  'under_review',
  'authorized',
  'picking',
  'delivering',
  'delivered',
  'not_delivered',
  'canceled',
  'reversed',
  'refunded',
];
const UNPAID = ['waiting_payment', 'under_review'];
const BEYOND: readonly ErpStatus[] = ['invoiced', 'dispatched', 'delivered', 'cancelled'];

const missing: Answer = { kind: 'missing' };
const exists = (status: ErpStatus): Answer => ({ kind: 'exists', status });

function order(changes: Partial<ShopOrder> = {}): ShopOrder {
  return { id: orderId(7), number: '1226207', state: 'authorized', payment: 'none', age: 'due', ...changes };
}

/** The shop has had its own time to confirm payments, unless said otherwise. */
function verdictOn(
  shop: ShopOrder,
  answer: Answer,
  { paymentCommandSucceeded = false, paymentIsDue = true, payments = POLICY.payments }: Partial<Evidence> = {},
): string {
  const { verdict } = judge({ order: shop, answer, paymentCommandSucceeded, paymentIsDue, payments });
  return `${verdict.status} ${verdict.reason}`;
}

describe('judge, by the rows of the verdict table', () => {
  for (const state of STATES) {
    test(`an order that Abacos lacks is FAILED NOT_FOUND in the state ${state}`, () => {
      assert.equal(verdictOn(order({ state }), missing), 'FAILED NOT_FOUND');
    });
  }

  test('in progress, paid and without a sign of the payment is FAILED PAYMENT_PENDING', () => {
    assert.equal(verdictOn(order(), exists('in-progress')), 'FAILED PAYMENT_PENDING');
  });

  test('the same is SUCCESS AWAITING_PAYMENT while the shop has its own time to confirm the payment', () => {
    const verdict = verdictOn(order(), exists('in-progress'), { paymentIsDue: false });
    assert.equal(verdict, 'SUCCESS AWAITING_PAYMENT');
  });

  for (const state of UNPAID) {
    test(`in progress in the state ${state} is SUCCESS AWAITING_PAYMENT`, () => {
      assert.equal(verdictOn(order({ state }), exists('in-progress')), 'SUCCESS AWAITING_PAYMENT');
      assert.equal(
        verdictOn(order({ state, payment: 'untracked' }), exists('in-progress')),
        'SUCCESS AWAITING_PAYMENT',
      );
    });

    test(`in progress in the state ${state}, and Abacos knows of a payment: SUCCESS OK`, () => {
      assert.equal(verdictOn(order({ state, payment: 'acknowledged' }), exists('in-progress')), 'SUCCESS OK');
    });

    test(`beyond in progress in the state ${state} is SUCCESS OK: no payment is waited for`, () => {
      for (const status of BEYOND) assert.equal(verdictOn(order({ state }), exists(status)), 'SUCCESS OK');
    });
  }

  for (const state of STATES.filter((one) => one !== 'authorized' && !UNPAID.includes(one))) {
    test(`in progress in the state ${state} is SUCCESS OK`, () => {
      assert.equal(verdictOn(order({ state }), exists('in-progress')), 'SUCCESS OK');
    });
  }

  test('states compare as people write them: blanks around them and case make no difference', () => {
    assert.equal(verdictOn(order({ state: ' Authorized ' }), exists('in-progress')), 'FAILED PAYMENT_PENDING');
    assert.equal(verdictOn(order({ state: 'Waiting_Payment' }), exists('in-progress')), 'SUCCESS AWAITING_PAYMENT');
  });

  test('a state may be the number of a Rails enum', () => {
    const payments = paymentPolicy({ ...POLICY.payments, paidStates: ['2'], unpaidStates: ['0', '1'] });
    const verdicts = ['0', '1', '2', '3'].map((state) =>
      verdictOn(order({ state }), exists('in-progress'), { payments }),
    );
    assert.deepEqual(verdicts, [
      'SUCCESS AWAITING_PAYMENT',
      'SUCCESS AWAITING_PAYMENT',
      'FAILED PAYMENT_PENDING',
      'SUCCESS OK',
    ]);
  });

  for (const status of BEYOND) {
    test(`${status} is SUCCESS OK, paid and unconfirmed though the shop calls it`, () => {
      assert.equal(verdictOn(order(), exists(status)), 'SUCCESS OK');
    });
  }

  const payments: [PaymentEvidence, boolean, string][] = [
    ['acknowledged', false, 'SUCCESS OK'],
    ['acknowledged', true, 'SUCCESS OK'],
    ['none', false, 'FAILED PAYMENT_PENDING'],
    // The shop's own column outranks an exit status.
    ['none', true, 'FAILED PAYMENT_PENDING'],
    ['untracked', false, 'FAILED PAYMENT_PENDING'],
    ['untracked', true, 'SUCCESS OK'],
  ];
  for (const [payment, succeeded, expected] of payments) {
    test(`payment ${payment}, command ${succeeded ? 'succeeded' : 'not run'}: ${expected}`, () => {
      assert.equal(
        verdictOn(order({ payment }), exists('in-progress'), { paymentCommandSucceeded: succeeded }),
        expected,
      );
    });
  }

  test('an answer that says nothing usable is FAILED UNKNOWN, whatever else is known', () => {
    for (const state of STATES) {
      assert.equal(
        verdictOn(order({ state }), { kind: 'unknown', why: 'no row' }, { paymentCommandSucceeded: true }),
        'FAILED UNKNOWN',
      );
    }
  });

  test('a succeeded payment command never makes a missing order SUCCESS', () => {
    assert.equal(
      verdictOn(order({ payment: 'untracked' }), missing, { paymentCommandSucceeded: true }),
      'FAILED NOT_FOUND',
    );
  });
});

describe('judge, of an order without a usable date', () => {
  const undated = (changes: Partial<ShopOrder> = {}): ShopOrder => order({ age: 'undated', ...changes });

  test('calls what would call for a command FAILED NO_DATE', () => {
    assert.equal(verdictOn(undated(), missing), 'FAILED NO_DATE');
    assert.equal(verdictOn(undated(), exists('in-progress')), 'FAILED NO_DATE');
  });

  test('says of one that Abacos has that only its payment is missing', () => {
    const { payments } = POLICY;
    const whyOf = (answer: Answer) =>
      judge({ order: undated(), answer, paymentCommandSucceeded: false, paymentIsDue: true, payments }).why;
    assert.equal(whyOf(exists('in-progress')), 'Abacos has it without its payment');
    assert.equal(whyOf(missing), undefined);
  });

  test('takes the word of Abacos that it has it, and an unusable answer for what it is', () => {
    assert.equal(verdictOn(undated({ payment: 'acknowledged' }), exists('in-progress')), 'SUCCESS OK');
    assert.equal(verdictOn(undated(), exists('invoiced')), 'SUCCESS OK');
    assert.equal(verdictOn(undated(), { kind: 'unknown', why: 'no row' }), 'FAILED UNKNOWN');
  });

  test('says that it lacks a date, where Abacos can not be asked about its number either', () => {
    for (const number of ['', '1 2', 'x'.repeat(51)]) {
      const check = checkNumber(undated({ number }));
      assert.ok(check.kind === 'bad');
      assert.equal(check.judgement.verdict.reason, 'NO_DATE');
      assert.match(check.judgement.why ?? '', /stores ".*" as its number/);
    }
  });
});

describe('the payment of an order that is watched', () => {
  const stateOf = (state: string, payment: PaymentEvidence) => paymentState(order({ state, payment }), POLICY.payments);

  test('is still to come while the shop waits for it', () => {
    for (const state of UNPAID)
      assert.deepEqual([stateOf(state, 'none'), stateOf(state, 'untracked')], ['unpaid', 'unpaid']);
  });

  test('is there, and not acknowledged, when the shop has it', () => {
    assert.deepEqual([stateOf('authorized', 'none'), stateOf('authorized', 'untracked')], ['paid', 'paid']);
  });

  test('is over when Abacos has acknowledged it, or the order is past it', () => {
    for (const state of STATES) assert.equal(stateOf(state, 'acknowledged'), 'over');
    for (const state of STATES.filter((one) => one !== 'authorized' && !UNPAID.includes(one)))
      assert.equal(stateOf(state, 'none'), 'over');
  });
});

describe('checkNumber', () => {
  const usable = ['1226207', '09023539454', 'R34545465465463', 'MKTPLACE-4545', '1/2.3_4', 'x'.repeat(50)];
  for (const number of usable) {
    test(`takes ${number}`, () => {
      assert.deepEqual(checkNumber(order({ number })), { kind: 'usable', number });
    });
  }

  const bad = ['', ' ', 'x'.repeat(51), '1226207]', "1'2", '1 2', '$(id)', 'número', '1\n2', '1,2'];
  for (const number of bad) {
    test(`refuses ${JSON.stringify(number)} with FAILED BAD_NUMBER and the reason`, () => {
      const check = checkNumber(order({ number }));
      assert.ok(check.kind === 'bad');
      assert.equal(check.judgement.verdict.reason, 'BAD_NUMBER');
      assert.match(check.judgement.why ?? '', /stores ".*" as its number/);
    });
  }

  test('shows no more than the beginning of a number that is too long', () => {
    const check = checkNumber(order({ number: 'x'.repeat(200) }));
    assert.ok(check.kind === 'bad');
    assert.equal(check.judgement.why, `the shop stores "${'x'.repeat(60)}" as its number`);
  });

  test('a number that the shop has not set yet is absent, not bad', () => {
    assert.deepEqual(checkNumber(order({ number: null })), { kind: 'absent' });
  });
});
