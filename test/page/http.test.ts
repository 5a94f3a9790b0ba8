/** The page as an HTTP service: statuses, limits, addresses; slow visitors keep nobody waiting. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { lstat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { orderId } from '../../src/core/order.ts';
import { openPage } from '../../src/page/listen.ts';
import { createPage } from '../../src/page/page.ts';
import { freePort } from '../sandbox/ports.ts';
import { ask, serve, STORY, SETTINGS, testPorts } from './fixtures.ts';

describe('The page', () => {
  test('answers HEAD like GET, without a body', async (t) => {
    const served = await serve(t);
    const get = await ask(served);
    const head = await ask(served, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.body, '');
    assert.equal(head.headers['content-length'], get.headers['content-length']);
  });

  test('answers other methods with 405 and what is allowed', async (t) => {
    const served = await serve(t);
    for (const [path, allow] of [
      ['/', 'GET, HEAD'],
      ['/orders/1', 'GET, HEAD'],
      ['/retry', 'GET, HEAD, POST'],
    ] as const) {
      const { headers, status } = await ask(served, { path, method: 'DELETE' });
      assert.equal(status, 405, path);
      assert.equal(headers.allow, allow);
    }
    assert.equal((await ask(served, { method: 'POST', body: 'x' })).status, 405);
  });

  for (const path of ['/nothing', '/orders', '/orders/%ff', '/static/page.css', '/..%2fetc', '/metrics', '//x']) {
    test(`answers ${path} with 404`, async (t) => {
      assert.equal((await ask(await serve(t), { path })).status, 404);
    });
  }

  for (const path of ['/orders/', '/orders?number=', '/orders?id=-1', '/orders?id=99999999999999999', '/retry']) {
    test(`answers ${path}, which names no order, with 400`, async (t) => {
      assert.equal((await ask(await serve(t), { path })).status, 400);
    });
  }

  test('answers an order that the shop does not have with 404, and one that nobody can look up with 503', async (t) => {
    const served = await serve(t);
    const none = await ask(served, { path: '/orders/123' });
    assert.equal(none.status, 404);
    assert.match(none.body, /The shop has no order 123/);
    served.ports.found = { kind: 'unreachable', why: 'connection refused' };
    const unreachable = await ask(served, { path: '/orders/123' });
    assert.equal(unreachable.status, 503);
    assert.match(unreachable.body, /connection refused/);
  });

  test('reads numbers with blanks between them as one where the shop has it, and else as those that it has', async (t) => {
    const served = await serve(t);
    const has = (...numbers: string[]): void => {
      served.ports.listed = (meant) => {
        const number = meant
          .flatMap((one) => ('number' in one ? [one.number] : []))
          .find((one) => numbers.includes(one));
        return number === undefined ? { kind: 'none' } : { kind: 'story', story: { ...STORY, number } };
      };
    };
    const asked = async (text: string): ReturnType<typeof ask> =>
      ask(served, { path: `/orders?number=${encodeURIComponent(text)}` });
    has('1001', '1002', '1003');
    const three = await asked('1001 1002 1003');
    assert.equal(three.status, 200);
    assert.match(three.body, /3 orders looked up: 3 need/);
    assert.match((await asked('1001 1002\n9998 9999')).body, /3 orders looked up: 2 need[\s\S]*9998 9999/);
    has('100200300');
    assert.match((await asked('100 200 300')).body, /<h1>[\s\S]{0,99}100200300/);
    has('100', '300');
    assert.match((await asked('100 200 300')).body, /3 orders looked up: 2 need[\s\S]* 1 not found/);
    has();
    assert.equal((await asked('100 200 300')).status, 404);
  });

  test('lets the visitor choose where the shop has several orders of one number', async (t) => {
    const served = await serve(t);
    served.ports.found = { kind: 'several', ids: [orderId(5), orderId(9)] };
    const { body, status } = await ask(served, { path: '/orders/123' });
    assert.equal(status, 300);
    assert.match(body, /href="\/orders\?id=5"[\s\S]*href="\/orders\?id=9"/);
  });

  test('serves its stylesheet and script under an address that holds their hash, for ever', async (t) => {
    const served = await serve(t);
    const { body } = await ask(served);
    const paths = [...body.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path = '']) => path);
    assert.equal(paths.length, 3);
    for (const path of paths) {
      const { headers, status } = await ask(served, { path });
      assert.equal(status, 200, path);
      assert.match(String(headers['cache-control']), /immutable/);
    }
  });

  test('gives metrics where there are some', async (t) => {
    const served = await serve(t);
    served.ports.metrics = () => 'order_monit_up 1\n';
    const { body, headers } = await ask(served, { path: '/metrics' });
    assert.equal(body, 'order_monit_up 1\n');
    assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
  });

  test('says that something went wrong without saying what, and reports it', async (t) => {
    const served = await serve(t);
    served.ports.openOrders = async () => Promise.reject(new Error('secret detail'));
    const { body, status } = await ask(served);
    assert.equal(status, 500);
    assert.doesNotMatch(body, /secret detail/);
    assert.match(String(served.errors), /secret detail/);
  });

  test('looks up four orders at once and sends the fifth visitor away for some seconds', async (t) => {
    const served = await serve(t);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = 0;
    const allBegun = new Promise<void>((resolve) => {
      served.ports.findOrder = async () => {
        begun += 1;
        if (begun === 4) resolve();
        await held;
        return { kind: 'none' };
      };
    });
    const waiting = Array.from({ length: 4 }, async (_, index) => ask(served, { path: `/orders/${index}` }));
    await allBegun;
    const fifth = await ask(served, { path: '/orders/5' });
    assert.equal(fifth.status, 503);
    assert.equal(fifth.headers['retry-after'], '5');
    release();
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ status }) => status),
      [404, 404, 404, 404],
    );
  });

  test('ends a look-up when its visitor goes away', async (t) => {
    const served = await serve(t);
    const ended = new Promise<void>((resolve) => {
      served.ports.findOrder = async (_, signal) => {
        visitor.destroy();
        await new Promise((aborted) => {
          signal.addEventListener('abort', aborted);
        });
        resolve();
        throw new Error('aborted');
      };
    });
    const visitor = request({ host: '127.0.0.1', port: served.port, path: '/orders/1' });
    visitor.on('error', () => undefined);
    visitor.end();
    await ended;
    assert.deepEqual(served.errors, []);
  });
});

test('Slow visitors keep nobody else waiting', async (t) => {
  const served = await serve(t);
  const sockets = Array.from({ length: 150 }, () => connect(served.port, '127.0.0.1'));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    if (socket.connecting) await once(socket, 'connect');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
  }
  assert.equal((await ask(served)).status, 200);
});

describe('Opening the page', () => {
  const page = createPage({ ports: testPorts(), settings: SETTINGS, report: () => undefined });

  test('on a Unix socket lets its owner and group in, and replaces a socket that was left behind', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'order-monit-page-'));
    t.after(async () => rm(folder, { recursive: true }));
    const path = join(folder, 'page.sock');
    const first = await openPage({ kind: 'socket', path }, page);
    assert.equal((await lstat(path)).mode & 0o777, 0o660);
    const second = await openPage({ kind: 'socket', path }, page);
    const status = await new Promise((resolve, reject) => {
      request({ socketPath: path, path: '/healthz' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    assert.equal(status, 200);
    await Promise.all([first.close(), second.close()]);
  });

  test('never removes what is no socket', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'order-monit-page-'));
    t.after(async () => rm(folder, { recursive: true }));
    const path = join(folder, 'precious');
    await writeFile(path, 'data');
    await assert.rejects(openPage({ kind: 'socket', path }, page), /there is something else than a socket/);
  });

  test('says in words why an address can not be used', async (t) => {
    const port = await freePort();
    const listen = { kind: 'tcp', host: '127.0.0.1', port } as const;
    const open = await openPage(listen, page);
    t.after(async () => open.close());
    await assert.rejects(openPage(listen, page), /127\.0\.0\.1:\d+\/: something else listens there already/);
  });
});
