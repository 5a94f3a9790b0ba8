/** Sockets to a name with several addresses, of which the first has no listener. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { after, describe, test, type TestContext } from 'node:test';

import { closeSocket, isLoopback, openSocket } from '../../src/net/socket.ts';
import { withTwoAddresses } from '../sandbox/names.ts';
import { listen } from '../sandbox/ports.ts';

async function open(t: TestContext): Promise<{ server: Server; port: number }> {
  const server = createServer();
  t.after(() => server.close());
  return { server, port: await listen(server) };
}

const names = withTwoAddresses();
after(() => {
  names.restore();
});

describe('A socket to a name with two addresses', () => {
  test('connects to the second where nothing listens at the first', async (t) => {
    const { server, port } = await open(t);
    const socket = openSocket({ host: 'server.example', port });
    server.on('connection', (accepted) => accepted.resume());
    await once(socket, 'connect');
    assert.equal(socket.remoteAddress, '127.0.0.1');
    closeSocket(socket);
    assert.ok(socket.destroyed);
  });

  test('is closed at any moment of its way, and the other side sees it', async (t) => {
    const { server, port } = await open(t);
    // Each round closes it a turn of the event loop later, until it is connected by then.
    for (let turns = 0, last = false; !last; turns++) {
      const hungUp = new Promise((resolve) => {
        server.once('connection', (accepted) => accepted.resume().once('close', resolve));
      });
      const socket = openSocket({ host: 'server.example', port });
      const closed = once(socket, 'close');
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      last = !socket.connecting;
      closeSocket(socket);
      await closed;
      if (last) await hungUp;
    }
  });
});

test('Only this host counts as the loopback, by whatever address of it', () => {
  for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.8.8', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])
    assert.ok(isLoopback(host), host);
  for (const host of ['128.0.0.1', '0.0.0.0', '::', '::2', '127.0.0.1.example.com', 'localhost.example.com', '127.1'])
    assert.ok(!isLoopback(host), host);
});
