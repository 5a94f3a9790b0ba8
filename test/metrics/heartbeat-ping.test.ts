/** The ping after each good cycle: when it is sent, to whom, and that a bad server holds nothing up. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { describe, test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';

import { createHeartbeatPing, type HeartbeatPing, type PingProblem } from '../../src/metrics/index.ts';
import { freePort } from '../sandbox/ports.ts';
import { selfSigned } from '../shop/certificate.ts';
import { CYCLE } from './fixtures.ts';

const TOKEN = '0b2d6c1e-secret';
const MINUTE = 60_000;

class Setup {
  now = 1_000_000;
  url: string | undefined;
  readonly problems: PingProblem[] = [];
  readonly results: string[] = [];
  readonly ping: HeartbeatPing;

  constructor(deadlineMs?: number) {
    this.ping = createHeartbeatPing({
      url: () => this.url,
      monotonic: () => this.now,
      report: (problem) => this.problems.push(problem),
      count: (result) => this.results.push(result),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
  }

  /** Ends a good cycle, and waits for the request that it may lead to. */
  async cycle(changes: { interrupted?: boolean } = {}): Promise<void> {
    this.ping.take({ ...CYCLE, ...changes });
    await this.ping.idle();
  }

  get texts(): string[] {
    return this.problems.map(({ text }) => text);
  }
}

interface Receiver {
  readonly port: number;
  readonly base: string;
  readonly requests: string[];
}

async function receiver(context: TestContext, answer: RequestListener): Promise<Receiver> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    answer(request, response);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port, base: `http://127.0.0.1:${port}`, requests };
}

const FINE: RequestListener = (_, response) => response.end('OK');

describe('The ping', () => {
  test('is a GET of the URL after a good cycle', async (t) => {
    const { base, requests } = await receiver(t, FINE);
    const setup = new Setup();
    setup.url = `${base}/ping/${TOKEN}`;
    await setup.cycle();
    assert.deepEqual(requests, [`GET /ping/${TOKEN}`]);
    assert.deepEqual([setup.results, setup.problems], [['ok'], []]);
  });

  test('is not sent after a cycle that was interrupted, nor without a URL', async (t) => {
    const { base, requests } = await receiver(t, FINE);
    const setup = new Setup();
    await setup.cycle();
    setup.url = base;
    await setup.cycle({ interrupted: true });
    assert.deepEqual([requests, setup.results], [[], []]);
  });

  test('is sent once a minute at most, and a new URL at once', async (t) => {
    const { base, requests } = await receiver(t, FINE);
    const setup = new Setup();
    setup.url = `${base}/old`;
    await setup.cycle();
    setup.now += MINUTE - 1;
    await setup.cycle();
    setup.now += 1;
    await setup.cycle();
    setup.url = `${base}/new`;
    await setup.cycle();
    await setup.cycle();
    assert.deepEqual(requests, ['GET /old', 'GET /old', 'GET /new']);
  });

  test('tells of a server that is down once, once more after an hour, and that it is back', async (t) => {
    const setup = new Setup();
    const port = await freePort();
    setup.url = `http://127.0.0.1:${port}/${TOKEN}`;
    await setup.cycle();
    setup.now += MINUTE;
    await setup.cycle();
    assert.equal(setup.problems.length, 1);
    assert.match(
      setup.texts[0] ?? '',
      /^heartbeat_url at 127\.0\.0\.1:\d+ could not be called: nothing listens at 127\.0\.0\.1:\d+ \(connection refused\)/,
    );
    setup.now += 60 * MINUTE;
    await setup.cycle();
    assert.equal(setup.problems.length, 2);
    const server = createServer(FINE);
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    setup.now += MINUTE;
    await setup.cycle();
    assert.deepEqual(
      setup.problems.map(({ kind }) => kind),
      ['failed', 'failed', 'works-again'],
    );
    assert.deepEqual(setup.results, ['failed', 'failed', 'failed', 'ok']);
    assert.ok(!setup.texts.join().includes(TOKEN), 'the secret part of the URL is logged');
  });

  test('takes an answer such as 500 for a failure', async (t) => {
    const { base } = await receiver(t, (_, response) => response.writeHead(500).end());
    const setup = new Setup();
    setup.url = `${base}/${TOKEN}`;
    await setup.cycle();
    assert.match(setup.texts.join(), /it answered with HTTP status 500\. Orders/);
  });

  for (const [what, body, headers] of [
    ['as it is', Buffer.from(`sem serviço para ${TOKEN}`), {}],
    ['packed', gzipSync(`sem serviço para ${TOKEN}`), { 'content-encoding': 'gzip' }],
    ['in Latin-1', Buffer.from(`sem serviço para ${TOKEN}`, 'latin1'), {}],
  ] as const) {
    test(`quotes what a server says that refuses, ${what}, without the secret part of the URL`, async (t) => {
      const { base } = await receiver(t, (_, response) => response.writeHead(404, headers).end(body));
      const setup = new Setup();
      setup.url = `${base}/${TOKEN}`;
      await setup.cycle();
      assert.match(setup.texts.join(), /HTTP status 404, sem serviço para \[hidden\]\. Orders/);
    });
  }

  test('checks the certificate of a server over https, and says what is wrong with it', async (t) => {
    const { certificate, key } = selfSigned('localhost');
    const requests: unknown[] = [];
    const server = createTlsServer({ cert: certificate, key }, (request) => requests.push(request.url));
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    t.after(() => server.close());
    const setup = new Setup();
    setup.url = `https://127.0.0.1:${port}/${TOKEN}`;
    await setup.cycle();
    assert.deepEqual([requests, setup.results], [[], ['failed']]);
    assert.match(setup.texts.join(), /could not be called: .*self[- ]signed/);
  });

  test('holds nothing up while its server hangs, and gives up at its deadline', async (t) => {
    const { base } = await receiver(t, () => undefined);
    const setup = new Setup(100);
    setup.url = base;
    // Returns before the deadline, with no result yet.
    setup.ping.take(CYCLE);
    assert.deepEqual(setup.results, []);
    await setup.ping.idle();
    assert.match(setup.texts.join(), /no answer within 0\.1 s/);
  });

  test('waits for no body that never ends', async (t) => {
    const { base } = await receiver(t, (_, response) => void response.writeHead(200).write('O'));
    const setup = new Setup();
    setup.url = base;
    await setup.cycle();
    assert.deepEqual(setup.results, ['ok']);
  });

  test('is given up without a word when the service ends', async (t) => {
    const { base } = await receiver(t, () => undefined);
    const setup = new Setup();
    setup.url = base;
    setup.ping.take(CYCLE);
    setup.ping.close();
    await setup.ping.idle();
    setup.now += MINUTE;
    await setup.cycle();
    assert.deepEqual([setup.results, setup.problems], [[], []]);
  });

  test('of an old URL is given up for that of a new one', async (t) => {
    const hanging = await receiver(t, () => undefined);
    const { base } = await receiver(t, FINE);
    const setup = new Setup();
    setup.url = hanging.base;
    setup.ping.take(CYCLE);
    setup.url = base;
    await setup.cycle();
    assert.deepEqual([setup.results, setup.problems], [['ok'], []]);
  });

  test('follows a redirect on the same host', async (t) => {
    const { base, requests } = await receiver(t, (request, response) => {
      if (request.url === '/there') response.end();
      else response.writeHead(302, { location: '/there' }).end();
    });
    const setup = new Setup();
    setup.url = `${base}/here`;
    await setup.cycle();
    assert.deepEqual([requests, setup.results], [['GET /here', 'GET /there'], ['ok']]);
  });

  test('does not follow a redirect to another host', async (t) => {
    const other = await receiver(t, FINE);
    // The same machine by another name is another host all the same.
    const location = `http://localhost:${other.port}/${TOKEN}`;
    const { base } = await receiver(t, (_, response) => response.writeHead(301, { location }).end());
    const setup = new Setup();
    setup.url = base;
    await setup.cycle();
    assert.deepEqual([other.requests, setup.results], [[], ['failed']]);
    assert.match(setup.texts.join(), /it redirects to another host, localhost\./);
  });

  test('does not follow redirects in a circle, nor to what is no web address', async (t) => {
    const { base, requests } = await receiver(t, (request, response) => {
      response.writeHead(302, { location: request.url === '/odd' ? 'file:///etc/passwd' : '/' }).end();
    });
    const setup = new Setup();
    setup.url = `${base}/`;
    await setup.cycle();
    assert.equal(requests.length, 4);
    setup.url = `${base}/odd`;
    setup.now += 61 * MINUTE;
    await setup.cycle();
    assert.match(setup.texts.join(), /redirects more than 3 times.*redirects to what is no URL/s);
  });
});
