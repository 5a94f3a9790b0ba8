/** The budget of a stream, with and without TLS above it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, test } from 'node:test';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';

import { AnswerTooLong, BoundedStream } from '../../src/net/bounded-stream.ts';
import { flood, openFlood } from '../sandbox/flood.ts';
import { listen } from '../sandbox/ports.ts';
import { selfSigned } from '../shop/certificate.ts';

const MEGABYTE = 1_048_576;
const BODY = Buffer.alloc(65_536, 'x');

const failureOf = async (stream: Duplex): Promise<unknown> =>
  new Promise((resolve) => {
    stream.once('error', resolve);
  });

describe('A stream with a budget', () => {
  test('ends with an error when more comes, and the other side sees it', async (t) => {
    const { ended, port } = await openFlood(t, BODY);
    const stream = new BoundedStream(connect(port, '127.0.0.1'), MEGABYTE);
    let size = 0;
    stream.on('data', (bytes: Buffer) => (size += bytes.length));
    assert.ok((await failureOf(stream)) instanceof AnswerTooLong);
    assert.ok(size <= MEGABYTE);
    await ended;
  });

  test('does so below TLS', async (t) => {
    const { certificate: cert, key } = selfSigned('localhost');
    const server = createTlsServer({ cert, key }, (socket) => {
      flood(socket, BODY);
    });
    const port = await listen(server);
    t.after(() => server.close());
    const stream = new BoundedStream(connect(port, '127.0.0.1'), MEGABYTE);
    const secure = connectTls({ socket: stream, rejectUnauthorized: false });
    let size = 0;
    secure.on('data', (bytes: Buffer) => (size += bytes.length));
    assert.ok((await failureOf(secure)) instanceof AnswerTooLong);
    assert.ok(size > 0 && size <= MEGABYTE);
  });

  test('lets as much through again as it is allowed, however it is cut', async (t) => {
    const server = createServer((socket) => {
      socket.on('data', () => {
        for (let part = 0; part < 10; part += 1) socket.write(BODY);
      });
    });
    const port = await listen(server);
    t.after(() => server.close());
    const stream = new BoundedStream(connect(port, '127.0.0.1'), 0);
    t.after(() => stream.destroy());
    for (let question = 0; question < 3; question += 1) {
      stream.allow(MEGABYTE);
      stream.write('?');
      let size = 0;
      while (size < 10 * BODY.length) {
        const bytes: unknown = stream.read();
        if (bytes instanceof Buffer) size += bytes.length;
        else await once(stream, 'readable');
      }
    }
  });

  test('keeps nothing back of a reader that is slow, and asks for no more meanwhile', async (t) => {
    const { port } = await openFlood(t, BODY);
    const socket = connect(port, '127.0.0.1');
    const stream = new BoundedStream(socket, 1000 * MEGABYTE);
    t.after(() => stream.destroy());
    await once(stream, 'readable');
    // What the stream and the system keep for it is little; that of the other side is not ours.
    assert.ok(stream.readableLength < MEGABYTE);
    assert.ok(socket.isPaused() || stream.readableLength < stream.readableHighWaterMark);
  });
});
