/** When people are told that repairs wait for another reason. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sameWait, type RepairWait } from '../../src/core/repair-wait.ts';

test('Waits are the same where their reason is, however many orders wait and until when', () => {
  const settling: RepairWait = { why: 'settling', orders: 3, until: 5 };
  const draining: RepairWait = { why: 'draining', orders: 3, until: 5 };
  assert.equal(sameWait(settling, { why: 'settling', orders: 9, until: 99 }), true);
  assert.equal(sameWait(undefined, undefined), true);
  assert.equal(sameWait(settling, draining), false);
  assert.equal(sameWait(settling, undefined), false);
  assert.equal(sameWait(undefined, draining), false);
});
