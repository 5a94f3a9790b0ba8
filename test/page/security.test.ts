/** Who may see the page and who may change anything, and that nothing others wrote becomes markup. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import { orderId, type OrderId } from '../../src/core/order.ts';
import type { RetryResult } from '../../src/core/retry.ts';
import { ask, NOW, openOrder, openOrders, serve, SOME_OPEN, STORY, type Served } from './fixtures.ts';

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
const PASSWORD = 'correct horse battery';

function basic(name: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

describe('Every answer', () => {
  const PATHS = ['/', '/orders/1', '/orders?number=%3C', '/retry?id=1', '/healthz', '/nothing', '/static/page.css'];
  for (const path of PATHS) {
    test(`${path} carries the security headers`, async (t) => {
      const { headers } = await ask(await serve(t), { path });
      const policy = String(headers['content-security-policy']);
      for (const rule of [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]) {
        assert.ok(policy.split('; ').includes(rule), rule);
      }
      assert.ok(!policy.includes('unsafe'), policy);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(headers['referrer-policy'], 'same-origin');
      assert.equal(headers['cache-control'], 'no-store');
    });
  }

  test('has no inline script or style', async (t) => {
    const served = await serve(t);
    served.ports.open = SOME_OPEN;
    served.ports.found = { kind: 'story', story: STORY };
    for (const path of ['/', '/orders/1226050', '/retry?id=72050']) {
      const { body } = await ask(served, { path });
      assert.doesNotMatch(body, /<style|style=|\son\w+=|javascript:/i, path);
      assert.doesNotMatch(body, /<script(?! src="\/static\/)/, path);
    }
  });
});

describe('What others wrote is text, never markup', () => {
  function assertHarmless(body: string): void {
    assert.doesNotMatch(body, /<script>alert|<img/);
    assert.match(body, /&lt;script&gt;alert/);
  }

  test('in the list of open orders', async (t) => {
    const served = await serve(t);
    served.ports.open = openOrders(openOrder(7, { number: HOSTILE, why: HOSTILE }));
    assertHarmless((await ask(served)).body);
  });

  test('in the reason of an outage', async (t) => {
    const served = await serve(t);
    const down = { state: 'down', since: NOW, reason: HOSTILE, hint: HOSTILE } as const;
    served.ports.state = {
      ...served.ports.state,
      dependencies: { ...served.ports.state.dependencies, abacos: down },
    };
    assertHarmless((await ask(served)).body);
  });

  test('in the story of an order', async (t) => {
    const served = await serve(t);
    served.ports.found = {
      kind: 'story',
      story: {
        ...STORY,
        number: HOSTILE,
        abacos: { kind: 'unknown', why: HOSTILE },
        shop: {
          kind: 'row',
          state: HOSTILE,
          age: 'due',
          settleMs: 0,
          paymentPending: false,
          awaitsPayment: false,
          details: [{ what: 'send-error', value: HOSTILE }],
        },
        entries: [{ at: NOW, what: { kind: 'retry', by: HOSTILE } }],
      },
    };
    assertHarmless((await ask(served, { path: '/orders?id=72050' })).body);
  });

  test('in what somebody searches for', async (t) => {
    const served = await serve(t);
    for (const path of [`/orders?number=${encodeURIComponent(HOSTILE)}`, `/orders/${encodeURIComponent(HOSTILE)}`]) {
      const { body, status } = await ask(served, { path });
      // With digits in it, it may name orders.
      assert.ok(status === 200 || status === 404, String(status));
      assertHarmless(body);
    }
    const plain = await ask(served, { path: `/orders?number=${encodeURIComponent(HOSTILE.replace(/\d/g, ''))}` });
    assert.equal(plain.status, 400);
    assertHarmless(plain.body);
  });

  test('without the characters that turn the direction of writing', async (t) => {
    const served = await serve(t);
    served.ports.open = openOrders(openOrder(7, { why: 'paid\u202e\u0000\u0007' }));
    const { body } = await ask(served);
    assert.doesNotMatch(body, /[\u202e\u0000\u0007]/);
  });
});

describe('A password', () => {
  test('is asked of everybody, and compared', async (t) => {
    const served = await serve(t, { password: () => PASSWORD, loopbackOnly: false });
    for (const path of ['/', '/orders/1226050', '/retry?id=1', '/metrics', '/nothing']) {
      const { headers, status } = await ask(served, { path });
      assert.equal(status, 401, path);
      assert.match(String(headers['www-authenticate']), /^Basic /);
    }
    assert.equal((await ask(served, { headers: basic('maria', 'wrong') })).status, 401);
    assert.equal((await ask(served, { headers: basic('maria', '') })).status, 401);
    assert.equal((await ask(served, { headers: { authorization: 'Basic !' } })).status, 401);
    assert.equal((await ask(served, { headers: basic('maria', PASSWORD) })).status, 200);
  });

  test('is not looked at any more after ten wrong ones in a minute', async (t) => {
    const served = await serve(t, { password: () => PASSWORD, loopbackOnly: false });
    for (let failure = 0; failure < 10; failure++) {
      assert.equal((await ask(served, { headers: basic('x', `guess ${failure}`) })).status, 401);
    }
    assert.equal((await ask(served, { headers: basic('x', PASSWORD) })).status, 429);
    served.ports.now = () => NOW + 61_000;
    assert.equal((await ask(served, { headers: basic('x', PASSWORD) })).status, 200);
  });

  test('is needed neither for the health of the page nor for its stylesheet', async (t) => {
    const served = await serve(t, { password: () => PASSWORD, loopbackOnly: false });
    assert.equal((await ask(served, { path: '/healthz' })).status, 200);
    const style = /href="(\/static\/[^"]+\.css)"/.exec((await ask(served)).body)?.[1];
    assert.equal((await ask(served, { path: style ?? '' })).status, 200);
  });
});

test('A page without a password answers under the names of this host only', async (t) => {
  const served = await serve(t);
  assert.equal((await ask(served, { headers: { host: 'evil.example' } })).status, 421);
  assert.equal((await ask(served, { headers: { host: `localhost.evil.example:${served.port}` } })).status, 421);
  for (const host of [`localhost:${served.port}`, `127.0.0.1:${served.port}`, `[::1]:${served.port}`]) {
    assert.equal((await ask(served, { headers: { host } })).status, 200, host);
  }
});

describe('A dismissal', () => {
  async function posted(served: Served, form: Record<string, string>, headers: Record<string, string> = {}) {
    const asked = await ask(served, { path: '/dismiss?id=72050' });
    const cookie = (asked.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
    const token = /name="token" value="([^"]+)"/.exec(asked.body)?.[1] ?? '';
    const body = new URLSearchParams({ token, id: '72050', ...form }).toString();
    const own = { origin: served.origin, cookie, 'content-type': 'application/x-www-form-urlencoded' };
    return ask(served, { method: 'POST', path: '/dismiss', body, headers: { ...own, ...headers } });
  }

  test('is done for a form of the page itself, with a reason in one line', async (t) => {
    const served = await serve(t);
    served.ports.open = SOME_OPEN;
    const { headers, status } = await posted(
      served,
      { why: ' cancelled\r\n\u001b[31m by phone ' },
      basic('maria', 'x'),
    );
    assert.equal(status, 303);
    assert.match(headers.location ?? '', /^\/orders\?id=72050&done=dismiss\./);
    assert.deepEqual(served.ports.dismissed, [
      { orders: [orderId(72_050)], by: 'maria (on the page)', why: 'cancelled [31m by phone' },
    ]);
  });

  test('is refused without a reason, without its token, from anywhere else, and where nothing may be changed', async (t) => {
    const served = await serve(t);
    assert.equal((await posted(served, { why: ' \u0000 ' })).status, 400);
    assert.equal((await posted(served, { why: 'x', token: '' })).status, 403);
    assert.equal((await posted(served, { why: 'x' }, { origin: 'https://evil.example' })).status, 403);
    const closed = await serve(t, { allowRetry: false });
    closed.ports.found = { kind: 'story', story: STORY };
    assert.equal((await posted(closed, { why: 'x' })).status, 403);
    assert.equal((await ask(closed, { path: '/dismiss?id=72050' })).status, 403);
    assert.doesNotMatch((await ask(closed, { path: '/orders/1226050' })).body, /\/dismiss/);
    assert.deepEqual([...served.ports.dismissed, ...closed.ports.dismissed], []);
  });

  test('is offered on the page of an open order, and not of one that is dismissed', async (t) => {
    const served = await serve(t);
    served.ports.found = { kind: 'story', story: STORY };
    assert.match((await ask(served, { path: '/orders/1226050' })).body, /href="\/dismiss\?id=72050"/);
    assert.ok(STORY.checkpoint.kind === 'open');
    const checkpoint = { ...STORY.checkpoint, reason: 'DISMISSED', givenUp: false } as const;
    served.ports.found = { kind: 'story', story: { ...STORY, checkpoint } };
    const { body } = await ask(served, { path: '/orders/1226050' });
    assert.deepEqual([body.includes('/dismiss'), body.includes('/retry')], [false, true]);
  });
});

describe('A retry', () => {
  interface Form {
    readonly token: string;
    readonly cookie: string;
  }

  async function form(served: Served, headers: Record<string, string> = {}): Promise<Form> {
    const { body, headers: sent } = await ask(served, { path: '/retry?id=72050', headers });
    const cookie = sent['set-cookie']?.[0] ?? '';
    assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Strict$/);
    return { token: /name="token" value="([^"]+)"/.exec(body)?.[1] ?? '', cookie: cookie.split(';')[0] ?? '' };
  }

  async function post(served: Served, { token, cookie }: Form, headers: Record<string, string> = {}): Promise<number> {
    const body = new URLSearchParams({ token, id: '72050' }).toString();
    const own = { origin: served.origin, cookie, 'content-type': 'application/x-www-form-urlencoded' };
    return (await ask(served, { method: 'POST', path: '/retry', body, headers: { ...own, ...headers } })).status;
  }

  async function opened(t: TestContext): Promise<Served> {
    const served = await serve(t);
    served.ports.open = SOME_OPEN;
    return served;
  }

  test('is done for a form of the page itself', async (t) => {
    const served = await opened(t);
    assert.equal(await post(served, await form(served), { ...basic('maria', 'x') }), 303);
    assert.deepEqual(served.ports.retried, [{ orders: [orderId(72_050)], by: 'maria (on the page)' }]);
  });

  test('leads to a page that says what was changed and what was not, which nobody else can have it say', async (t) => {
    for (const [kind, words] of [
      ['retry', [/Retry started: 2 orders\./, /Not retried, as not open any more: 1 order\./]],
      ['dismiss', [/Dismissed: 2 orders\./, /Not dismissed, as .*: 1 order\./]],
    ] as const) {
      const served = await opened(t);
      const results = async (orders: readonly OrderId[]): Promise<RetryResult[]> =>
        Promise.resolve(orders.map((id) => ({ orderId: id, accepted: id !== 72_061 })));
      served.ports.retry = results;
      served.ports.dismiss = results;
      const { cookie, token } = await form(served);
      const send = async (ids: readonly string[]): Promise<string> => {
        const fields = new URLSearchParams({ token, why: 'x' });
        for (const id of ids) fields.append('id', id);
        const body = fields.toString();
        const headers = { origin: served.origin, cookie, 'content-type': 'application/x-www-form-urlencoded' };
        const { headers: sent, status } = await ask(served, { method: 'POST', path: `/${kind}`, body, headers });
        assert.equal(status, 303);
        return sent.location ?? '';
      };
      const location = await send(['72050', '72060', '72061']);
      assert.match(location, /^\/\?done=/);
      const { body } = await ask(served, { path: location });
      for (const said of words) assert.match(body, said);
      assert.match(/id="done".*?<\/section>/s.exec(body)?.[0] ?? '', /href="\/orders\?id=72061"/);
      const forged = [location.replace(`${kind}.`, `${kind}.1`), '/?done=retry.1.5.0~x', '/?done=', '/?done=~'];
      for (const path of forged) assert.doesNotMatch((await ask(served, { path })).body, /id="done"/);
      served.ports.found = { kind: 'story', story: STORY };
      const one = await send(['72050']);
      assert.match(one, /^\/orders\?id=72050&done=/);
      assert.match(
        (await ask(served, { path: one })).body,
        kind === 'retry' ? /Retry started: 1 order\./ : /Dismissed: 1 order\./,
      );
      served.ports.now = () => NOW + 3_600_000;
      assert.doesNotMatch((await ask(served, { path: one })).body, /id="done"/);
    }
  });

  test('changes nothing when it is only looked at', async (t) => {
    const served = await opened(t);
    await form(served);
    await ask(served, { method: 'HEAD', path: '/retry?id=72050' });
    assert.deepEqual(served.ports.retried, []);
  });

  test('is refused without its token, its cookie or its origin, and from anywhere else', async (t) => {
    const served = await opened(t);
    const own = await form(served);
    const other = await form(served);
    assert.equal(await post(served, { ...own, token: '' }), 403);
    assert.equal(await post(served, { ...own, token: other.token }), 403);
    assert.equal(await post(served, { ...own, cookie: '' }), 403);
    assert.equal(await post(served, own, { origin: 'https://evil.example' }), 403);
    assert.equal(await post(served, own, { origin: 'null' }), 403);
    assert.equal(await post(served, own, { 'sec-fetch-site': 'cross-site' }), 403);
    assert.deepEqual(served.ports.retried, []);
    assert.equal(await post(served, own), 303);
  });

  test('is refused where the page may only be looked at, and not offered there', async (t) => {
    const served = await serve(t, { allowRetry: false });
    served.ports.open = SOME_OPEN;
    served.ports.found = { kind: 'story', story: STORY };
    assert.equal((await ask(served, { path: '/retry?id=72050' })).status, 403);
    for (const path of ['/', '/orders/1226050']) assert.doesNotMatch((await ask(served, { path })).body, /\/retry/);
  });

  test('with a form that is too large is refused with 413', async (t) => {
    const served = await opened(t);
    const { cookie, token } = await form(served);
    const body = `token=${token}&${'id=1&'.repeat(30_000)}`;
    const asked = { method: 'POST', path: '/retry', body, headers: { cookie, origin: served.origin } };
    assert.equal((await ask(served, asked)).status, 413);
    assert.deepEqual(served.ports.retried, []);
  });
});

test('An order number with a slash or dots is asked for by a query, which no proxy rewrites', async (t) => {
  const served = await serve(t);
  served.ports.open = openOrders(openOrder(1, { number: 'A/1' }), openOrder(2, { number: '..' }));
  const { body } = await ask(served);
  assert.match(body, /href="\/orders\?number=A%2F1"/);
  assert.match(body, /href="\/orders\?number=\.\."/);
  const asked: unknown[] = [];
  served.ports.findOrder = async (wanted) => {
    asked.push(wanted);
    return Promise.resolve({ kind: 'none' });
  };
  await ask(served, { path: '/orders?number=A%2F1' });
  await ask(served, { path: '/orders?id=12' });
  await ask(served, { path: '/orders?number=%2312' });
  const byId = { id: orderId(12) };
  assert.deepEqual(asked, [
    [{ number: 'A/1' }, { number: 'a/1' }],
    [byId],
    [{ number: '#12' }, { number: '12' }, byId],
  ]);
});
