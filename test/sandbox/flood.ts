/** A server that sends and sends. */
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

import { listen } from './ports.ts';

export interface Flood {
  readonly port: number;
  /** Resolves once its first client has gone. */
  readonly ended: Promise<unknown>;
}

/** Sends `head` once and then `body` again and again, to each client, until that goes. */
export async function openFlood(t: TestContext, body: Buffer, head = Buffer.alloc(0)): Promise<Flood> {
  const server = createServer((socket) => {
    flood(socket, body, head);
  });
  const ended = new Promise((resolve) => {
    server.once('connection', (socket) => socket.once('close', resolve));
  });
  const port = await listen(server);
  t.after(() => server.close());
  return { port, ended };
}

/** The same over a connection that is there. */
export function flood(socket: Socket, body: Buffer, head = Buffer.alloc(0)): void {
  socket.on('error', () => undefined);
  const pour = (): void => {
    while (!socket.destroyed && socket.write(body));
  };
  socket.on('drain', pour);
  socket.write(head);
  pour();
}
