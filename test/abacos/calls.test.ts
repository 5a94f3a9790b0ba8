import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { until } from '../sandbox/until.ts';
import { KEY, manyNumbers, NEVER, openSite, orderNumbers } from './fixtures.ts';

describe('calls', () => {
  test('ask about each number once, with no more numbers in one than allowed', async (t) => {
    const { standIn, erp } = await openSite(t, { erp: { maxNumbersPerCall: 4 } });
    const numbers = manyNumbers(10);
    const { byNumber } = await erp.ask([...numbers, ...numbers], NEVER);
    assert.equal(byNumber.size, 10);
    const asked = standIn.calls.map((call) => call.numbers);
    assert.deepEqual(asked.map(({ length }) => length).sort(), [2, 4, 4]);
    assert.deepEqual(new Set(asked.flat()), new Set(numbers));
  });

  test('are none where there are no numbers', async (t) => {
    const { standIn, erp } = await openSite(t);
    assert.deepEqual(await erp.ask([], NEVER), { byNumber: new Map() });
    assert.equal(standIn.connections, 0);
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

  test('run side by side as many as allowed, and none is started after an outage', async (t) => {
    const { standIn, erp } = await openSite(t, { erp: { timeoutMs: 500, maxNumbersPerCall: 1, maxParallelCalls: 3 } });
    standIn.fail('black-hole');
    const { byNumber, outage } = await erp.ask(manyNumbers(10), NEVER);
    assert.equal(byNumber.size, 0);
    assert.ok(outage);
    assert.equal(standIn.calls.length, 3);
  });

  test('wait for those of another asking, and have their whole time when their turn comes', async (t) => {
    const { standIn, erp } = await openSite(t, { erp: { timeoutMs: 500, maxParallelCalls: 1 } });
    standIn.fail('black-hole');
    const first = erp.ask(orderNumbers('1'), NEVER);
    const second = erp.ask(orderNumbers('2'), NEVER);
    await until('the first call has come', () => standIn.calls.length === 1);
    standIn.fail(undefined);
    assert.ok((await first).outage);
    assert.deepEqual(await second, { byNumber: new Map([['2', { kind: 'missing' }]]) });
    assert.deepEqual(
      standIn.calls.map(({ numbers }) => numbers),
      [['1'], ['2']],
    );
  });

  test('that were answered before an outage keep their answers', async (t) => {
    const key = (): string => {
      if (standIn.calls.length === 2) standIn.fail('html-503');
      return KEY;
    };
    const { standIn, words } = await openSite(t, { erp: { key, maxNumbersPerCall: 2, maxParallelCalls: 1 } });
    assert.equal(await words('1', '2', '3', '4', '5', '6'), '1 missing, 2 missing, 3 missing, 4 missing, outage');
    assert.equal(standIn.calls.length, 3);
  });
});

describe('halving', () => {
  test('finds the one number among fifty that the service stumbles over, in few calls', async (t) => {
    const { standIn, erp } = await openSite(t);
    const numbers = manyNumbers(50);
    for (const poison of ['1', '24', '50']) {
      standIn.calls.length = 0;
      standIn.fail({ poison });
      const { byNumber, outage } = await erp.ask(numbers, NEVER);
      assert.equal(outage, undefined);
      const unknown = numbers.filter((number) => byNumber.get(number)?.kind === 'unknown');
      assert.deepEqual(unknown, [poison]);
      assert.equal(numbers.filter((number) => byNumber.get(number)?.kind === 'missing').length, 49);
      assert.ok(standIn.calls.length <= 13, `${standIn.calls.length} calls`);
    }
  });

  test('says why for the number that stands alone, in one line', async (t) => {
    const { standIn, erp } = await openSite(t);
    standIn.fail({ poison: '2' });
    const { byNumber } = await erp.ask(manyNumbers(3), NEVER);
    const why = 'SOAP fault: Server was unable to process request. ---> Invalid cast from 2';
    assert.deepEqual(
      [...byNumber.values()].find(({ kind }) => kind === 'unknown'),
      { kind: 'unknown', why },
    );
  });

  test('gives up where nothing at all is answered, and blames no number', async (t) => {
    const { standIn, erp } = await openSite(t);
    standIn.fail('soap-fault');
    const { byNumber, outage } = await erp.ask(manyNumbers(50), NEVER);
    assert.equal(byNumber.size, 0);
    assert.match(outage?.reason ?? '', /every call fails, also for single orders/);
    assert.ok(standIn.calls.length <= 10, `${standIn.calls.length} calls`);
  });
});

describe('examine', () => {
  test('tells the version, the time it took, and which key it must be', async (t) => {
    const { standIn, erp } = await openSite(t);
    const findings = await erp.examine(NEVER);
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
    assert.match((await erp.examine(NEVER))[2]?.text ?? '', /instead: Abacos gave no answer for it$/);
    standIn.fail({ contradict: ['order-monit-check'] });
    assert.equal((await erp.examine(NEVER))[2]?.result, 'warning');
  });

  for (const mode of ['wrong-key', 'soap-fault', 'html-403', 'database-error'] as const) {
    test(`throws an outage without secrets on ${mode}`, async (t) => {
      const { standIn, erp } = await openSite(t);
      standIn.fail(mode);
      await assert.rejects(erp.examine(NEVER), (error: Error) => {
        assert.equal(error.name, 'Outage');
        assert.doesNotMatch(error.message, new RegExp(`${KEY}|h0rse`));
        return true;
      });
    });
  }
});
