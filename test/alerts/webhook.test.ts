import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test, type TestContext } from 'node:test';

import { post } from '../../src/alerts/webhook.ts';

const TOKEN = 'T0KEN-that-nobody-may-see';

interface Call {
  readonly method: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

async function listen(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: URL; calls: Call[] }> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      calls.push({ method: request.method, type: request.headers['content-type'], body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port');
  return { url: new URL(`http://127.0.0.1:${address.port}/hooks/${TOKEN}?key=${TOKEN}`), calls };
}

describe('post', () => {
  test('posts JSON, as it is', async (t) => {
    const { url, calls } = await listen(t, (_, response) => response.end('ok'));
    const delivery = await post(url, '{"text":"olá"}', AbortSignal.timeout(20_000));
    assert.deepEqual(delivery, { kind: 'delivered', refused: [] });
    assert.deepEqual(calls, [{ method: 'POST', type: 'application/json; charset=utf-8', body: '{"text":"olá"}' }]);
  });

  for (const [status, scope] of [
    [500, 'server'],
    [429, 'server'],
    [404, 'message'],
  ] as const) {
    test(`takes the status ${status} for a failure of the ${scope}, without a word of the URL`, async (t) => {
      const { url } = await listen(t, (request, response) => {
        response.statusCode = status;
        response.end(`no ${String(request.url)}`);
      });
      const delivery = await post(url, '{}', AbortSignal.timeout(20_000));
      assert.equal(delivery.kind === 'failed' && delivery.scope, scope);
      const why = delivery.kind === 'failed' ? delivery.why : '';
      assert.match(why, new RegExp(`^127\\.0\\.0\\.1:\\d+: HTTP status ${status}`));
      assert.ok(!why.includes(TOKEN), why);
    });
  }

  test('gives up on one that does not answer in time', async (t) => {
    const { url } = await listen(t, () => undefined);
    const delivery = await post(url, '{}', AbortSignal.timeout(300));
    assert.equal(delivery.kind === 'failed' && delivery.why, `${url.host}: no answer in time`);
  });

  test('gives up on one that answers without an end', async (t) => {
    const { url } = await listen(t, (_, response) => {
      response.write('a');
    });
    const delivery = await post(url, '{}', AbortSignal.timeout(300));
    assert.equal(delivery.kind, 'failed');
  });
});
