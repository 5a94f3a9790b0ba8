/** Callers who hold connections, and others who want to be heard. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';

import { boundConnections, oneAtATime } from '../../src/net/connections.ts';
import { listen } from '../sandbox/ports.ts';
import { until } from '../sandbox/until.ts';

const MOST = 10;

async function open(t: TestContext): Promise<{ server: Server; port: number }> {
  const server = createServer((incoming, response) => {
    response.end(incoming.url === '/much' ? Buffer.alloc(50_000_000) : 'heard');
  });
  boundConnections(server, MOST);
  const port = await listen(server);
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, port };
}

/** Connections that are never ended from this side, each with these first words. */
async function hold(t: TestContext, port: number, { count, says }: { count: number; says: string }): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (const socket of sockets) {
    socket.on('error', () => undefined).pause();
    if (socket.connecting) await once(socket, 'connect');
    socket.write(says);
  }
  return sockets;
}

const count = async (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.getConnections((_, open) => {
      resolve(open);
    });
  });

async function hear(port: number): Promise<string> {
  const asking = request({ port, host: '127.0.0.1', agent: false }).end();
  const response: unknown = (await once(asking, 'response'))[0];
  assert.ok(typeof response === 'object' && response !== null && 'statusCode' in response);
  return String(response.statusCode);
}

describe('A hundred callers', () => {
  for (const [what, says] of [
    ['who say nothing', ''],
    ['who never end what they ask', 'GET / HTTP/1.1\r\nHost: x\r\nX-'],
    ['who do not read their answer', 'GET /much HTTP/1.1\r\nHost: x\r\n\r\n'],
  ] as const) {
    test(`${what} hold no more than so many connections, and keep nobody out`, async (t) => {
      const { port, server } = await open(t);
      await hold(t, port, { count: 100, says });
      assert.equal(await hear(port), '200');
      await until('only so many are left', async () => (await count(server)) <= MOST);
    });
  }
});

test('Who has been heard and holds the connection keeps it while there is room', async (t) => {
  const { port, server } = await open(t);
  const [kept] = await hold(t, port, { count: 1, says: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' });
  assert.ok(kept);
  await once(kept.resume(), 'data');
  await hold(t, port, { count: MOST - 1, says: '' });
  await until('all are there', async () => (await count(server)) === MOST);
  kept.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(kept, 'data');
});

test('Of many requests in one packet one is answered, and the connection is cut', async (t) => {
  let answered = 0;
  const server = createServer(
    oneAtATime((_, response) => {
      answered += 1;
      setImmediate(() => response.end('heard'));
    }),
  );
  const port = await listen(server);
  t.after(() => server.close());
  const [caller] = await hold(t, port, { count: 1, says: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1000) });
  assert.ok(caller);
  await once(caller.resume(), 'close');
  assert.equal(answered, 1);
});

test('Requests one after the other on a connection are all answered', async (t) => {
  let answered = 0;
  const server = createServer(
    oneAtATime((_, response) => {
      answered += 1;
      response.end('heard');
    }),
  );
  const port = await listen(server);
  t.after(() => server.close());
  const [caller] = await hold(t, port, { count: 1, says: '' });
  assert.ok(caller);
  caller.resume();
  for (let asked = 1; asked <= 20; asked += 1) {
    caller.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(caller, 'data');
    assert.equal(answered, asked);
  }
});
