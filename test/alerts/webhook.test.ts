/** Alerts posted to a webhook: what chat systems show, and that no text from outside can steer them. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import type { Alert, Content } from '../../src/alerts/decide/alert.ts';
import { newState } from '../../src/alerts/decide/state.ts';
import { takeEvent } from '../../src/alerts/decide/take.ts';
import { compose } from '../../src/alerts/deliver/compose.ts';
import { payloadOf } from '../../src/alerts/deliver/payload.ts';
import { post, type Webhook } from '../../src/alerts/deliver/webhook.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId } from '../../src/core/order.ts';
import { wordsOf } from '../../src/words/catalogue.ts';
import { freePort, listen, serve } from '../sandbox/ports.ts';
import { commandRan, found, givenUp, numberOf, settled } from './events.ts';
import { NINE } from './manual-clock.ts';

const TOKEN = 'T0KEN-a81b3c4d';
const LONG = AbortSignal.timeout(60_000);

function at(url: URL): Webhook {
  return { url: () => url.href, format: undefined, ca: undefined };
}

async function openHook(
  t: TestContext,
  answer: (response: ServerResponse) => void,
): Promise<{ url: URL; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      bodies.push(`${request.method ?? ''} ${request.headers['content-type'] ?? ''} ${body}`);
      answer(response);
    });
  });
  const port = await serve(t, server);
  return { url: new URL(`http://127.0.0.1:${port}/hooks/${TOKEN}?key=${TOKEN}`), bodies };
}

test('An alert is posted as JSON that chat systems show', async (t) => {
  const { url, bodies } = await openHook(t, (response) => response.writeHead(200).end('ok'));
  const content = {
    kind: 'down',
    stage: 'news',
    dependency: 'abacos',
    since: 0,
    reason: 'x',
    hint: null,
    blips: 0,
  } as const;
  const alert = { id: 'abc.1', at: 0, thread: 'abc.1', audience: 'subscribers', content } as const;
  const letter = { subject: 'Abacos is down', sections: [] };
  const body = payloadOf(alert, letter, { host: 'monitor.example.com', footer: '' });
  assert.deepEqual(await post(at(url), { body }, LONG), { kind: 'delivered', refused: [] });
  assert.match(bodies[0] ?? '', /^POST application\/json; charset=utf-8 \{"text":"\*\[order-monit\] Abacos is down\*/);
  assert.match(bodies[0] ?? '', /"order_monit":\{"id":"abc\.1".*"kind":"down","stage":"news","dependency":"abacos"/);
});

/** What a webhook gets as the attempts of an order to which these things happened. */
function attemptsAfter(...events: readonly Event[]): number | undefined {
  const state = events.reduce((before, event) => takeEvent(before, event, NINE), newState('s', NINE));
  const content: Content = {
    kind: 'orders',
    stage: 'news',
    orders: [...state.cases.values()],
    stillOpen: 0,
    nothingOpen: false,
    unnamed: 0,
    heldSince: null,
    down: [],
    repairsWait: undefined,
  };
  const alert: Alert = { id: 'abc.1', at: NINE, thread: 'abc.1', audience: 'subscribers', content };
  const body = payloadOf(alert, { subject: '', sections: [] }, { host: 'monitor.example.com', footer: '' });
  const [, attempts] = /"attempts":(\d+)/.exec(body) ?? [];
  return attempts === undefined ? undefined : Number(attempts);
}

test('A webhook is told how many commands ran for an open order, and only that of one that was given up', () => {
  const busy: Event = {
    kind: 'command-ended',
    orderId: orderId(1),
    orderNumber: numberOf(1),
    task: 'insert_order',
    outcome: { kind: 'busy', durationMs: 10, output: [] },
  };
  const [started] = commandRan(1, [], 2);
  assert.ok(started);
  assert.equal(attemptsAfter(found(1)), 0);
  assert.equal(attemptsAfter(found(1), ...commandRan(1)), 1);
  assert.equal(attemptsAfter(found(1), ...commandRan(1), started, busy), 1, 'none was started');
  assert.equal(attemptsAfter(found(1), ...commandRan(1), givenUp(1, 'produto não cadastrado')), undefined);
  assert.equal(attemptsAfter(found(1), ...commandRan(1), givenUp(1), settled(1)), undefined);
});

/** What would tell everybody, or lead somewhere else than it says, in one chat system or another. */
const INJECTIONS = [
  '<!channel>',
  '<!here|here>',
  '<@U024BE7LH>',
  '<https://evil.example/|status page>',
  '<users/all>',
  '@everyone',
  '@here',
  'x@channel',
  '[status page](https://evil.example/)',
  '![](https://evil.example/pixel.png)',
  '[status page]: https://evil.example/',
  '[status page][1]',
  '<a href="https://evil.example/">status page</a>',
];

const told = (written: string): readonly Content[] => [
  { kind: 'down', stage: 'news', dependency: 'abacos', since: 0, reason: written, hint: null, blips: 0 },
  {
    kind: 'report',
    from: 0,
    uncheckedSince: null,
    checked: 1,
    inAbacos: 0,
    repaired: 0,
    medianMs: null,
    givenUp: 0,
    outages: [],
    open: [{ orderId: orderId(1), orderNumber: written, openedAt: 0, reason: 'NOT_FOUND', givenUp: false }],
    openCount: 1,
    undated: 0,
  },
];

for (const written of INJECTIONS) {
  test(`A text from outside can not make chat systems do what it says: ${written}`, () => {
    for (const content of told(written)) {
      const alert: Alert = { id: 'abc.1', at: 60_000, thread: 'abc.1', audience: 'subscribers', content };
      const letter = compose(alert, { words: wordsOf('en').mail, maxAttempts: 4, escalateAfterMs: 0 });
      for (const one of [letter, { ...letter, subject: written }]) {
        const body: unknown = JSON.parse(payloadOf(alert, one, { host: 'monitor.example.com', footer: '' }));
        assert.ok(typeof body === 'object' && body !== null && 'text' in body && 'order_monit' in body);
        const text = String(body.text);
        assert.doesNotMatch(text, /<|>|@\w|\][([:]/);
        // People still read it, and programs have it as it is.
        assert.ok(readable(text).includes(readable(written)), text);
        if (content.kind === 'down') assert.ok(JSON.stringify(body.order_monit).includes(JSON.stringify(written)));
      }
    }
  });
}

/** What is left for the eye. */
function readable(text: string): string {
  return text.replaceAll('‹', '<').replaceAll('›', '>').replaceAll('＠', '@').replaceAll(/\s+/g, '');
}

const ANSWERS: readonly [status: number, scope: string][] = [
  [500, 'server'],
  [503, 'server'],
  [429, 'server'],
  [404, 'message'],
  [400, 'message'],
  [302, 'message'],
];

for (const [status, scope] of ANSWERS) {
  test(`HTTP status ${status} is a failure of the ${scope}, said without the URL`, async (t) => {
    const { url } = await openHook(t, (response) => response.writeHead(status).end(`no such hook /hooks/${TOKEN}`));
    const delivery = await post(at(url), { body: '{}' }, LONG);
    assert.ok(delivery.kind === 'failed');
    assert.equal(delivery.scope, scope);
    assert.match(delivery.why, new RegExp(`HTTP status ${status}`));
    assert.ok(!delivery.why.includes(TOKEN), delivery.why);
  });
}

for (const [header, date, retryAfterMs] of [
  ['120', undefined, 120_000],
  ['Tue, 01 Dec 2026 10:01:30 GMT', 'Tue, 01 Dec 2026 10:00:00 GMT', 90_000],
  ['Tue, 01 Dec 2026 09:00:00 GMT', 'Tue, 01 Dec 2026 10:00:00 GMT', undefined],
  ['soon', undefined, undefined],
  ['-5', undefined, undefined],
] as const) {
  for (const status of [429, 503]) {
    test(`HTTP status ${status} with Retry-After: ${header} asks for ${String(retryAfterMs)} ms`, async (t) => {
      const { url } = await openHook(t, (response) => {
        response.writeHead(status, { 'retry-after': header, ...(date === undefined ? {} : { date }) }).end();
      });
      const delivery = await post(at(url), { body: '{}' }, LONG);
      assert.ok(delivery.kind === 'failed');
      assert.equal(delivery.retryAfterMs, retryAfterMs);
    });
  }
}

test('No piece of a secret is left where what a webhook says is cut', async (t) => {
  const url = new URL(`http://127.0.0.1:1/hooks/${TOKEN}`);
  for (let length = 100; length < 160; length++) {
    const hook = await openHook(t, (response) =>
      response.writeHead(404).end(`${'y'.repeat(length)} Cannot POST ${url.pathname}`),
    );
    const delivery = await post(at(hook.url), { body: '{}' }, LONG);
    assert.ok(delivery.kind === 'failed');
    assert.ok(!delivery.why.includes(TOKEN.slice(0, 3)), delivery.why);
  }
});

test('Where a redirect leads is said without the password in it', async (t) => {
  const { url } = await openHook(t, (response) =>
    response.writeHead(302, { location: 'https://user:geheim@chat.example.com/hooks?t=1' }).end(),
  );
  const delivery = await post(at(url), { body: '{}' }, LONG);
  assert.ok(delivery.kind === 'failed');
  assert.match(delivery.why, /to where it leads \(chat\.example\.com\)$/);
});

for (const [location, shown] of [
  ['https://user:geheim@login.microsoftonline.com/common/oauth2/authorize?state=x', ' (login.microsoftonline.com)'],
  ['https://chat.example.com/users/sign_in', ' (chat.example.com)'],
  ['/login?next=/hooks', ''],
]) {
  test(`A redirect to a login page is no place for a webhook: ${location}`, async (t) => {
    const { url } = await openHook(t, (response) => response.writeHead(302, { location }).end());
    const delivery = await post(at(url), { body: '{}' }, LONG);
    assert.ok(delivery.kind === 'failed');
    assert.ok(
      delivery.why.endsWith(
        `it leads to a login page${shown}: webhook in email.yml has to be an address that asks for no login`,
      ),
      delivery.why,
    );
  });
}

test('A webhook that never answers is left when the time is up', async (t) => {
  const deadline = new AbortController();
  const { url } = await openHook(t, () => {
    deadline.abort();
  });
  const delivery = await post(at(url), { body: '{}' }, deadline.signal);
  const why = `${url.host}: it took the message, and did not answer in time`;
  assert.deepEqual(delivery, { kind: 'failed', scope: 'server', why });
});

test('A webhook that can not be connected to is left when the time is up', async () => {
  const deadline = AbortSignal.abort();
  const url = new URL(`http://127.0.0.1:${await freePort()}/hooks/${TOKEN}`);
  const delivery = await post(at(url), { body: '{}' }, deadline);
  assert.ok(delivery.kind === 'failed' && delivery.scope === 'server');
  assert.match(delivery.why, /: no connection with it could be made in time\. What to do: .*firewall/);
});

for (const [what, body, headers] of [
  ['gzip', gzipSync('Não há tal gancho'), { 'content-encoding': 'gzip' }],
  ['br', brotliCompressSync('Não há tal gancho'), { 'content-encoding': 'br' }],
  ['Latin-1', Buffer.from('Não há tal gancho', 'latin1'), { 'content-type': 'text/plain; charset=iso-8859-1' }],
  ['UTF-16', Buffer.from('Não há tal gancho', 'utf16le'), { 'content-type': 'text/plain; charset=utf-16' }],
] as const) {
  test(`What a webhook says in ${what} is quoted`, async (t) => {
    const { url } = await openHook(t, (response) => response.writeHead(404, headers).end(body));
    const delivery = await post(at(url), { body: '{}' }, LONG);
    assert.ok(delivery.kind === 'failed');
    assert.match(delivery.why, /HTTP status 404, Não há tal gancho\./);
  });
}

test('A message that was taken is delivered, though the answer never ends', async (t) => {
  const { url } = await openHook(t, (response) => response.writeHead(200).write('ok'));
  assert.deepEqual(await post(at(url), { body: '{}' }, LONG), { kind: 'delivered', refused: [] });
});

test('What answers there and is no web server is named for it', async (t) => {
  const server = createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n'));
  t.after(() => server.close());
  const port = await listen(server);
  const delivery = await post(at(new URL(`http://127.0.0.1:${port}/${TOKEN}`)), { body: '{}' }, LONG);
  assert.ok(delivery.kind === 'failed' && delivery.scope === 'server');
  assert.match(
    delivery.why,
    /is an SSH server, and no web server: it says "SSH-2\.0-x".* check webhook in email\.yml, the port/,
  );
});

test('A webhook that does not listen is a failure of the server', async () => {
  const url = new URL(`http://127.0.0.1:${await freePort()}/hooks/${TOKEN}`);
  const why = `${url.host}: nothing listens at ${url.host} (connection refused)`;
  assert.deepEqual(await post(at(url), { body: '{}' }, LONG), { kind: 'failed', scope: 'server', why });
});

test('A webhook that goes over to another protocol is given up, and nothing hangs', { timeout: 30_000 }, async (t) => {
  const server = createTcpServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => socket.write('HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'));
  });
  const port = await listen(server);
  t.after(() => server.close());
  const delivery = await post(at(new URL(`http://127.0.0.1:${port}/`)), { body: '{}' }, LONG);
  assert.ok(delivery.kind === 'failed');
  assert.equal(delivery.scope, 'server');
});
