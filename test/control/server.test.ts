/** The control sockets: who may do what, what garbage is refused, and that bad callers harm nobody. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';

import {
  askDismiss,
  askReasons,
  askRetry,
  askRewind,
  askRewindCancel,
  askRunNow,
  askStatus,
} from '../../src/control/client.ts';
import { ControlError } from '../../src/control/control-error.ts';
import { CHANGE_SOCKET, openControl, READ_SOCKET, type Control } from '../../src/control/server.ts';
import {
  parseReasons,
  parseRetryResults,
  parseRewindStatus,
  parseStatus,
  type Status,
} from '../../src/control/status.ts';
import { orderId } from '../../src/core/order.ts';
import { rewindFor } from '../../src/core/rewind.ts';

const STATUS: Status = {
  version: '1.2.3',
  pid: 1,
  startedAt: '2026-11-20T12:00:00.000Z',
  dryRun: false,
  head: 72066,
  failing: 0,
  givenUp: 1,
  lags: {},
  dependencies: {
    shop: { state: 'up' },
    abacos: { state: 'up' },
    'integration-server': { state: 'up' },
    repairs: { state: 'up' },
  },
};
const REASON = { orderId: 72066, kind: 'given-up', text: 'no payment', at: STATUS.startedAt } as const;
const REWIND = rewindFor({ from: orderId(5), by: 'ana' }, undefined, { head: orderId(9), at: STATUS.startedAt });

let directory: string;
let control: Control;
let told: unknown[] = [];
let retry = async (): Promise<void> => Promise.resolve();

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'order-monit-control-'));
  control = await openControl({
    directory,
    status: () => STATUS,
    reasons: () => [REASON],
    metrics: async (accept) => Promise.resolve({ contentType: 'text/plain', text: `accept ${accept ?? 'anything'}\n` }),
    retry: async (orders, by) => {
      told.push(['retry', orders, by]);
      await retry();
      return orders.map((id) => ({ orderId: id, accepted: id === 72066 }));
    },
    dismiss: async (orders, dismissal) => {
      told.push(['dismiss', orders, dismissal]);
      return Promise.resolve(orders.map((id) => ({ orderId: id, accepted: true })));
    },
    beginRewind: async (wanted) => {
      told.push(['rewind', wanted]);
      return Promise.resolve(REWIND);
    },
    cancelRewind: async (by) => {
      told.push(['cancel', by]);
      return Promise.resolve(null);
    },
    reload: () => undefined,
    runNow: (by) => {
      told.push(['run-now', by]);
    },
  });
});
after(async () => {
  await control.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => {
  told = [];
  retry = async () => Promise.resolve();
});

interface Answer {
  readonly status: number | undefined;
  readonly allow: string | undefined;
  readonly text: string;
}

/** What any program can send, well formed or not. */
async function send(socket: string, what: string, body: string): Promise<Answer> {
  const [method, path] = what.split(' ');
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: join(directory, socket), method, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode, allow: response.headers.allow, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('The control sockets', () => {
  test('let the group read, and only their owner change anything', async () => {
    assert.equal((await stat(join(directory, READ_SOCKET))).mode & 0o777, 0o660);
    assert.equal((await stat(join(directory, CHANGE_SOCKET))).mode & 0o777, 0o600);
  });

  test('answer what the commands ask', async () => {
    assert.deepEqual(parseStatus(await askStatus(directory)), STATUS);
    assert.deepEqual(parseReasons(await askReasons(directory)), [REASON]);
    assert.deepEqual(parseRetryResults(await askRetry(directory, [72066, 5].map(orderId), 'ana')), [
      { orderId: 72066, accepted: true },
      { orderId: 5, accepted: false },
    ]);
    const dismissal = { by: 'ana', why: 'the customer cancelled' };
    assert.deepEqual(parseRetryResults(await askDismiss(directory, [orderId(5)], dismissal)), [
      { orderId: 5, accepted: true },
    ]);
    assert.deepEqual(parseRewindStatus(await askRewind(directory, { from: orderId(5), rate: 3, by: 'ana' })), REWIND);
    assert.equal(parseRewindStatus(await askRewindCancel(directory, 'rui')), null);
    await askRunNow(directory, 'eva');
    assert.deepEqual(told, [
      ['retry', [72066, 5], 'ana'],
      ['dismiss', [5], dismissal],
      ['rewind', { from: 5, rate: 3, by: 'ana' }],
      ['cancel', 'rui'],
      ['run-now', 'eva'],
    ]);
  });

  test('answer the one while the other takes its time', async () => {
    let end: (() => void) | undefined;
    retry = async () => new Promise((resolve) => (end = resolve));
    const slow = askRetry(directory, [orderId(72066)], 'ana');
    while (end === undefined) await askStatus(directory);
    await askRunNow(directory, 'eva');
    end();
    await slow;
  });

  const misuses: readonly (readonly [string, string, number, string?])[] = [
    [READ_SOCKET, 'GET /', 404],
    [READ_SOCKET, 'GET /status/../retry', 404],
    [READ_SOCKET, 'POST /status', 405, 'GET'],
    [READ_SOCKET, 'POST /retry', 404],
    [CHANGE_SOCKET, 'GET /status', 404],
    [CHANGE_SOCKET, 'GET /retry', 405, 'POST'],
    [CHANGE_SOCKET, 'GET /rewind', 405, 'POST'],
    [CHANGE_SOCKET, 'GET /run-now', 405, 'POST'],
  ];
  for (const [socket, what, status, allow] of misuses) {
    test(`refuse ${what} on ${socket} with ${status}`, async () => {
      const answer = await send(socket, what, '{}');
      assert.deepEqual([answer.status, answer.allow], [status, allow]);
      assert.deepEqual(told, []);
    });
  }

  const garbage: readonly (readonly [string, string])[] = [
    ['POST /retry', ''],
    ['POST /retry', 'orders=1'],
    ['POST /retry', '{"orders": [1]}'],
    ['POST /retry', '{"orders": ["1"], "by": "ana"}'],
    ['POST /retry', '{"orders": [1.5], "by": "ana"}'],
    ['POST /retry', '{"orders": [-1], "by": "ana"}'],
    ['POST /retry', '{"orders": [1], "by": ""}'],
    ['POST /retry', '{"orders": [1], "by": "ana", "attempts": 99}'],
    ['POST /dismiss', '{"orders": [1], "by": "ana"}'],
    ['POST /dismiss', '{"orders": [1], "by": "ana", "why": " \\u0007 "}'],
    ['POST /dismiss', JSON.stringify({ orders: [1], by: 'ana', why: 'x'.repeat(301) })],
    ['POST /rewind', '{"by": "ana"}'],
    ['POST /rewind', '{"from": 1, "rate": 0, "by": "ana"}'],
    ['POST /rewind', '{"from": 1, "rate": 1e9, "by": "ana"}'],
    ['POST /rewind', '[]'],
    ['POST /rewind/cancel', 'null'],
    ['POST /run-now', '{"by": 7}'],
    ['POST /run-now', '\u0000\u0001\u0002'],
  ];
  for (const [what, body] of garbage) {
    test(`refuse ${what} with ${JSON.stringify(body)} as garbage`, async () => {
      const answer = await send(CHANGE_SOCKET, what, body);
      assert.equal(answer.status, 400);
      assert.match(answer.text, /must be/);
      assert.deepEqual(told, []);
    });
  }

  test('refuse a body past the limit, and answer the next one', async () => {
    const answer = await send(CHANGE_SOCKET, 'POST /retry', ' '.repeat(1_048_577));
    assert.equal(answer.status, 413);
    await askRunNow(directory, 'eva');
    assert.deepEqual(told, [['run-now', 'eva']]);
  });

  test('take as many orders at once as may be open', async () => {
    const orders = Array.from({ length: 250_000 }, (_, index) => orderId(1_000_000_000 + index));
    assert.equal(parseRetryResults(await askRetry(directory, orders, 'ana')).length, 250_000);
  });

  test('keep a name printable and bounded', async () => {
    await askRunNow(directory, `a\n\u001b[31m${'b'.repeat(200)}`);
    assert.deepEqual(told, [['run-now', `a??[31m${'b'.repeat(93)}`]]);
  });

  test('say what went wrong inside, and go on', async () => {
    retry = async () => Promise.reject(new Error('the disk is full'));
    await assert.rejects(askRetry(directory, [orderId(1)], 'ana'), /500.*the disk is full/);
    await askStatus(directory);
  });

  test('that nobody listens at mean that no service runs', async () => {
    const isNotRunning = (error: unknown): boolean =>
      error instanceof ControlError && error.failure.kind === 'not-running';
    await assert.rejects(askStatus(join(directory, 'nowhere')), isNotRunning);
  });
});
