/** The words of a verdict: which say the same, and which end the matter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isUndated } from '../../src/core/record.ts';
import {
  AWAITING_PAYMENT,
  failed,
  FAILURE_REASONS,
  OPEN_REASONS,
  isSettled,
  sameVerdict,
  SUCCESS,
  zeroByReason,
} from '../../src/core/verdict.ts';
import { recordOf } from '../checkpoint/fixtures.ts';

const VERDICTS = [SUCCESS, AWAITING_PAYMENT, ...FAILURE_REASONS.map(failed)];

test('Verdicts are written as they stand in the checkpoint', () => {
  assert.deepEqual(
    VERDICTS.map(({ reason, status }) => `${status} ${reason}`),
    [
      'SUCCESS OK',
      'SUCCESS AWAITING_PAYMENT',
      'FAILED NOT_FOUND',
      'FAILED PAYMENT_PENDING',
      'FAILED UNKNOWN',
      'FAILED BAD_NUMBER',
      'FAILED NO_DATE',
      'FAILED DISMISSED',
    ],
  );
});

test('A verdict says the same as itself, and as no other', () => {
  for (const one of VERDICTS) for (const other of VERDICTS) assert.equal(sameVerdict(one, { ...other }), one === other);
});

test('Only an order that Abacos has, and whose payment nobody waits for, is settled', () => {
  for (const verdict of VERDICTS) assert.equal(isSettled(verdict), verdict === SUCCESS);
});

test('Only NO_DATE says that an order has no usable date', () => {
  for (const verdict of VERDICTS) assert.equal(isUndated(recordOf(7, { verdict })), verdict.reason === 'NO_DATE');
});

test('Every reason by which an order is open is counted from nothing', () => {
  assert.deepEqual(zeroByReason(), Object.fromEntries(OPEN_REASONS.map((reason) => [reason, 0])));
});
