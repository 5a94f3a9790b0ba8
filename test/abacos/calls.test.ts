/** Calls to Abacos: many numbers in one, over kept connections, never more at once than allowed; and its check. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { withTwoAddresses } from '../sandbox/names.ts';
import { until } from '../sandbox/until.ts';
import { KEY, manyNumbers, NEVER, openSite, orderNumbers } from './fixtures.ts';

describe('calls', () => {
  test('send all numbers at once, and give an answer for each', async (t) => {
    const { standIn, call } = await openSite(t);
    const numbers = manyNumbers(50);
    const { byNumber } = await call(numbers);
    assert.deepEqual([...byNumber.keys()], numbers);
    assert.deepEqual(
      standIn.calls.map((one) => one.numbers),
      [numbers],
    );
  });

  test('go over one connection as long as it holds', async (t) => {
    const { standIn, words } = await openSite(t);
    for (const number of ['1', '2', '3']) assert.equal(await words(number), `${number} missing`);
    assert.equal(standIn.connections, 1);
  });

  test('are repeated once on a fresh connection where a kept one was closed meanwhile', async (t) => {
    const { standIn, words } = await openSite(t);
    assert.equal(await words('1'), '1 missing');
    standIn.fail('reset-reused');
    assert.equal(await words('1'), '1 missing');
    assert.equal(standIn.connections, 2);
    assert.equal(standIn.calls.length, 3);
  });

  test('are repeated no more than once', async (t) => {
    const { standIn, words } = await openSite(t);
    assert.equal(await words('1'), '1 missing');
    standIn.fail('reset');
    assert.equal(await words('1'), 'outage');
    assert.equal(standIn.calls.length, 3);
  });

  test('run side by side no more than as many as allowed, whoever makes them', async (t) => {
    const { standIn, call } = await openSite(t, { erp: { timeoutMs: 500, maxParallelCalls: 3 } });
    standIn.fail('black-hole');
    const asked = manyNumbers(10).map(async (number) => call([number]));
    await until('as many have come as may', () => standIn.calls.length === 3);
    assert.equal(standIn.openConnections, 3);
    const outcomes = await Promise.all(asked);
    assert.equal(outcomes.filter(({ outage }) => outage !== undefined).length, 10);
    assert.ok(standIn.connections >= 10);
    assert.equal(standIn.calls.length, 10);
  });

  test('wait for those of another asking, and have their whole time when their turn comes', async (t) => {
    const { standIn, call } = await openSite(t, { erp: { timeoutMs: 500, maxParallelCalls: 1 } });
    standIn.fail('black-hole');
    const first = call(orderNumbers('1'));
    const second = call(orderNumbers('2'));
    await until('the first call has come', () => standIn.calls.length === 1);
    standIn.fail(undefined);
    assert.ok((await first).outage);
    assert.deepEqual(await second, { byNumber: new Map([['2', { kind: 'missing' }]]) });
    assert.deepEqual(
      standIn.calls.map(({ numbers }) => numbers),
      [['1'], ['2']],
    );
  });
});

describe('check', () => {
  test('tells the version, the time it took, and which key it must be', async (t) => {
    const { standIn, erp } = await openSite(t);
    const findings = await erp.check(NEVER);
    assert.deepEqual(
      findings.map(({ result }) => result),
      ['ok', 'ok'],
    );
    assert.match(findings[0]?.text ?? '', /127\.0\.0\.1:\d+ answered in \d+ ms, version 5\.0B\.0081$/);
    assert.match(findings[1]?.text ?? '', /key is accepted.*the key that the shop inserts its orders with$/);
    assert.deepEqual(
      standIn.calls.map(({ numbers }) => numbers),
      [['order-monit-check']],
    );
  });

  test('warns where the answer is not that the number is missing', async (t) => {
    const { standIn, erp } = await openSite(t);
    standIn.fail('no-rows');
    assert.match((await erp.check(NEVER))[2]?.text ?? '', /instead: Abacos gave no answer for it$/);
    standIn.fail({ contradict: ['order-monit-check'] });
    assert.equal((await erp.check(NEVER))[2]?.result, 'warning');
  });

  test('warns of plain HTTP to another host', async (t) => {
    const names = withTwoAddresses();
    t.after(() => {
      names.restore();
    });
    const { standIn } = await openSite(t);
    const endpoint = standIn.url.replace('127.0.0.1', 'erp.example.com').replace('?wsdl', '');
    const { erp } = await openSite(t, { erp: { endpoint } });
    const [finding, ...others] = (await erp.check(NEVER)).filter(({ result }) => result === 'warning');
    assert.match(finding?.text ?? '', /key goes to erp\.example\.com:\d+ over plain HTTP.*wsdl_order_api$/);
    assert.deepEqual(others, []);
  });

  for (const mode of ['wrong-key', 'soap-fault', 'html-403', 'database-error'] as const) {
    test(`throws an outage without secrets on ${mode}`, async (t) => {
      const { standIn, erp } = await openSite(t);
      standIn.fail(mode);
      await assert.rejects(erp.check(NEVER), (error: Error) => {
        assert.equal(error.name, 'Outage');
        assert.doesNotMatch(error.message, new RegExp(`${KEY}|h0rse`));
        return true;
      });
    });
  }
});
