/** How Abacos is asked about many numbers, over its real adapter: one bad number costs one order. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import { NO_ORDER, type OrderNumber } from '../../src/core/order.ts';
import type { Policy } from '../../src/core/policy.ts';
import { Asker, type Answers } from '../../src/monitor/asking.ts';
import type { Erp } from '../../src/monitor/ports.ts';
import { KEY, manyNumbers, NEVER, openSite, orderNumbers, type Site } from '../abacos/fixtures.ts';
import { answer } from '../abacos/wire.ts';
import type { FailureMode } from '../sandbox/abacos.ts';
import { POLICY } from './harness.ts';

/** Long enough for a call on a busy machine that is answered. */
const SHORT_MS = 1000;

const WAYS: readonly (readonly [what: string, mode: FailureMode])[] = [
  ['a SOAP fault', { fault: 'Server was unable to process request. ---> Invalid cast.' }],
  ['HTTP 503', 'html-503'],
  ['a web page', { raw: '<html>Erro</html>', contentType: 'text/html' }],
  ['a connection reset', 'reset'],
  ['an answer that is cut off', 'truncated'],
  ['what is no XML', 'garbage'],
  ['a refusal', { raw: answer({ code: 300_012, type: 'tdreErroDados', text: 'A lista está vazia.' }) }],
];

interface Asking extends Pick<Site, 'standIn'> {
  readonly ask: (numbers: readonly OrderNumber[]) => Promise<Answers>;
  /** What each call that was made since the last look was about: on a busy machine one may end before it has arrived. */
  readonly calls: () => (readonly string[])[];
}

interface Options {
  readonly site?: Parameters<typeof openSite>[1];
  readonly policy?: Partial<Policy>;
  readonly knownGood?: readonly string[];
}

async function openAsking(t: TestContext, options: Options = {}): Promise<Asking> {
  const { standIn, erp } = await openSite(t, options.site);
  const made: (readonly string[])[] = [];
  const watched: Erp = {
    call: async (numbers, signal) => {
      made.push(numbers);
      return erp.call(numbers, signal);
    },
    check: async (signal) => {
      made.push([NO_ORDER]);
      return erp.check(signal);
    },
  };
  const asker = new Asker({ now: Date.now, monotonic: () => performance.now(), wait: async () => Promise.resolve() });
  const ask = async (numbers: readonly OrderNumber[]): Promise<Answers> =>
    asker.ask(numbers, {
      erp: watched,
      policy: { ...POLICY, ...options.policy },
      signal: NEVER,
      knownGood: async () => Promise.resolve(orderNumbers(...(options.knownGood ?? []))),
      unclear: new Set(),
      onCall: () => undefined,
    });
  const calls = (): (readonly string[])[] => made.splice(0);
  return { standIn, ask, calls };
}

function withAnswer(kind: 'unknown' | 'missing' | 'exists', { byNumber }: Answers): string[] {
  return [...byNumber].flatMap(([number, answer]) => (answer.kind === kind ? [number] : []));
}

describe('Asking', () => {
  test('is about each number once, with no more numbers in a call than allowed', async (t) => {
    const { ask, calls } = await openAsking(t, { policy: { maxNumbersPerCall: 4 } });
    const numbers = manyNumbers(10);
    const { byNumber } = await ask([...numbers, ...numbers]);
    assert.equal(byNumber.size, 10);
    const asked = calls();
    assert.deepEqual(asked.map(({ length }) => length).sort(), [2, 4, 4]);
    assert.deepEqual(new Set(asked.flat()), new Set(numbers));
  });

  test('makes no call where there are no numbers', async (t) => {
    const { standIn, ask } = await openAsking(t);
    assert.equal((await ask([])).byNumber.size, 0);
    assert.equal(standIn.connections, 0);
  });

  test('makes as many calls side by side as allowed, and none for another list after an outage', async (t) => {
    const { standIn, ask, calls } = await openAsking(t, {
      site: { erp: { timeoutMs: 500, maxParallelCalls: 3 } },
      policy: { maxNumbersPerCall: 1, maxParallelCalls: 3 },
    });
    standIn.fail('black-hole');
    const { byNumber, outage } = await ask(manyNumbers(10));
    assert.equal(byNumber.size, 0);
    assert.match(outage?.reason ?? '', /did not answer within 0\.5 s/);
    const asked = calls();
    assert.deepEqual(asked.slice(0, 3).flat().sort(), ['1', '2', '3']);
    assert.deepEqual(asked.slice(3), [['order-monit-check']]);
  });

  test('keeps what was answered before an outage', async (t) => {
    const key = (): string => {
      if (standIn.calls.length === 2) standIn.fail('html-503');
      return KEY;
    };
    const { standIn, ask } = await openAsking(t, {
      site: { erp: { key } },
      policy: { maxNumbersPerCall: 2, maxParallelCalls: 1 },
      knownGood: ['9'],
    });
    const answers = await ask(manyNumbers(6));
    assert.deepEqual(withAnswer('missing', answers), ['1', '2', '3', '4']);
    assert.equal(answers.byNumber.size, 4);
    assert.match(answers.outage?.reason ?? '', /HTTP 503/);
    assert.equal(standIn.calls.length, 4);
  });

  for (const mode of [...WAYS.map(([, mode]) => mode), 'wrong-key', 'database-error'] as const) {
    test(`blames no number where nothing at all is answered: ${JSON.stringify(mode)}`, async (t) => {
      const { standIn, ask } = await openAsking(t, { knownGood: ['8', '9'] });
      standIn.fail(mode);
      const { byNumber, outage } = await ask(manyNumbers(50));
      assert.equal(byNumber.size, 0);
      assert.ok(outage);
      assert.ok(standIn.calls.length <= 10, `${standIn.calls.length} calls`);
    });
  }
});

describe('One bad number', () => {
  for (const [what, mode] of WAYS) {
    test(`among fifty is found and costs the others nothing, in few calls: ${what}`, async (t) => {
      for (const bad of ['1', '24', '50']) {
        const { standIn, ask } = await openAsking(t, { knownGood: ['90', '91'] });
        standIn.place('90');
        standIn.spoil(bad, mode);
        const answers = await ask(manyNumbers(50));
        assert.equal(answers.outage, undefined);
        assert.deepEqual(withAnswer('unknown', answers), [bad]);
        assert.equal(withAnswer('missing', answers).filter((number) => Number(number) <= 50).length, 49);
        // The adapter tries a connection that was lost once more.
        assert.ok(
          standIn.calls.length <= (mode === 'reset' || mode === 'truncated' ? 40 : 26),
          `${standIn.calls.length} calls`,
        );
      }
    });

    test(`that is asked about in a call of its own costs itself: ${what}`, async (t) => {
      for (const knownGood of [['90'], []]) {
        const { standIn, ask } = await openAsking(t, { policy: { maxNumbersPerCall: 1 }, knownGood });
        standIn.spoil('3', mode);
        const answers = await ask(manyNumbers(5));
        assert.equal(answers.outage, undefined);
        assert.deepEqual(withAnswer('unknown', answers), ['3']);
        assert.deepEqual(
          ['1', '2', '4', '5'].filter((number) => !withAnswer('missing', answers).includes(number)),
          [],
        );
      }
    });
  }

  test('is said to be bad by what its call fails by, in one line', async (t) => {
    const { standIn, ask } = await openAsking(t);
    standIn.spoil('2', { fault: 'Server was unable to process request. ---> Invalid cast\nfrom 2.' });
    const { byNumber } = await ask(manyNumbers(3));
    const [two] = orderNumbers('2');
    const why =
      'the call about it alone fails: SOAP fault: Server was unable to process request. ---> Invalid cast from 2';
    assert.deepEqual(two === undefined ? undefined : byNumber.get(two), { kind: 'unknown', why });
  });

  test('is not one whose call fails once: a connection that is lost in passing costs no order', async (t) => {
    let calls = 0;
    const key = (): string => {
      calls += 1;
      standIn.fail(calls === 1 ? 'truncated' : undefined);
      return KEY;
    };
    const { standIn, ask } = await openAsking(t, {
      site: { erp: { key } },
      policy: { maxNumbersPerCall: 1 },
      knownGood: ['9'],
    });
    const answers = await ask(orderNumbers('1'));
    assert.equal(answers.outage, undefined);
    assert.deepEqual(withAnswer('unknown', answers), []);
    assert.ok(withAnswer('missing', answers).includes('1'));
  });

  test('that is known to be good is no sign of an outage, nor are two', async (t) => {
    for (const spoilt of [['90'], ['90', '91']]) {
      const { standIn, ask } = await openAsking(t, { knownGood: ['90', '91', '92'] });
      for (const number of [...spoilt, '7']) standIn.spoil(number, 'html-503');
      const answers = await ask(manyNumbers(50));
      assert.equal(answers.outage, undefined);
      assert.deepEqual(withAnswer('unknown', answers), ['7']);
    }
  });

  test('is asked about after all others from then on, alone, and as any other once it is answered', async (t) => {
    const { standIn, ask, calls } = await openAsking(t, { knownGood: ['90'] });
    const numbers = manyNumbers(5);
    standIn.spoil('1', 'garbage');
    await ask(numbers);
    calls();
    await ask(numbers);
    assert.deepEqual(calls(), [['2', '3', '4', '5'], ['1'], ['90']]);
    standIn.spoil('1', undefined);
    assert.ok(withAnswer('missing', await ask(numbers)).includes('1'));
    assert.deepEqual(calls(), [['2', '3', '4', '5'], ['1']]);
    await ask(numbers);
    assert.deepEqual(calls(), [['1', '2', '3', '4', '5']]);
  });

  test('whose row alone fails is asked about together with the others again', async (t) => {
    const { standIn, ask, calls } = await openAsking(t);
    const numbers = manyNumbers(5);
    standIn.spoil('1', 'garbage');
    await ask(numbers);
    standIn.spoil('1', undefined);
    standIn.fail({ failingRows: ['1'] });
    await ask(numbers);
    calls();
    assert.deepEqual(withAnswer('unknown', await ask(numbers)), ['1']);
    assert.deepEqual(calls(), [['1', '2', '3', '4', '5']]);
  });

  test('is not counted as failing again during an outage', async (t) => {
    const { standIn, ask } = await openAsking(t, { knownGood: ['90'] });
    const numbers = manyNumbers(5);
    standIn.spoil('1', 'garbage');
    await ask(numbers);
    standIn.fail('html-503');
    const during = await ask(orderNumbers('1'));
    assert.ok(during.outage);
    assert.equal(during.byNumber.size, 0);
    assert.equal(during.postponed.size, 0);
  });
});

describe('Several bad numbers', () => {
  for (const [what, mode] of WAYS) {
    test(`that stand first are found where no order is known to be good: ${what}`, async (t) => {
      const { standIn, ask } = await openAsking(t);
      for (const bad of ['1', '2', '3']) standIn.spoil(bad, mode);
      const answers = await ask(manyNumbers(120));
      assert.equal(answers.outage, undefined);
      assert.deepEqual(withAnswer('unknown', answers).sort(), ['1', '2', '3']);
      assert.equal(withAnswer('missing', answers).length, 117);
    });

    test(`may be all of them where no order is known to be good: ${what}`, async (t) => {
      const { standIn, ask } = await openAsking(t);
      for (const bad of manyNumbers(8)) standIn.spoil(bad, mode);
      const answers = await ask(manyNumbers(8));
      assert.equal(answers.outage, undefined);
      assert.equal(withAnswer('unknown', answers).length, 8);
    });
  }

  test('that fail at once are all asked about in the next turn', async (t) => {
    const { standIn, ask } = await openAsking(t, { knownGood: ['90'] });
    const bad = manyNumbers(8);
    for (const number of bad) standIn.spoil(number, 'html-503');
    await ask(bad);
    const answers = await ask(bad);
    assert.equal(withAnswer('unknown', answers).length, 8);
    assert.equal(answers.postponed.size, 0);
  });

  test('that hang cost one deadline together in the next turn, those first that failed least', async (t) => {
    const { standIn, ask, calls } = await openAsking(t, {
      site: { erp: { timeoutMs: SHORT_MS } },
      policy: { callDeadlineMs: SHORT_MS },
      knownGood: ['90'],
    });
    const [old, young, good] = orderNumbers('1', '2', '3');
    assert.ok(old !== undefined && young !== undefined && good !== undefined);
    standIn.spoil(old, 'black-hole');
    standIn.spoil(young, 'black-hole');
    await ask([old]);
    await ask([old]);
    await ask([young]);
    calls();
    const answers = await ask([old, young, good]);
    assert.deepEqual(withAnswer('unknown', answers), [young]);
    assert.deepEqual(answers.postponed, new Set([old]));
    assert.ok(withAnswer('missing', answers).includes(good));
    assert.deepEqual(calls(), [[good], [young], ['90']]);
  });

  test('a number that hangs is found, and costs the others of its list no answer', async (t) => {
    const { standIn, ask } = await openAsking(t, { site: { erp: { timeoutMs: SHORT_MS } }, knownGood: ['90'] });
    standIn.spoil('4', 'black-hole');
    const answers = await ask(manyNumbers(5));
    assert.equal(answers.outage, undefined);
    assert.deepEqual(withAnswer('unknown', answers), ['4']);
    assert.equal(withAnswer('missing', answers).filter((number) => number !== '90').length, 4);
  });
});
