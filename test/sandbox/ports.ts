/** Free ports on 127.0.0.1 that tests side by side, and the kernel, do not take from each other. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { Server as WebServer } from 'node:http';
import { createServer, type Server } from 'node:net';

import { errorCode } from '../../src/text/error.ts';

/**
 * Below those that the kernel hands out by itself (32768 and up): somebody's connection
 * may get one of these at any moment, such as between a look and its use, or while a server restarts.
 */
const FIRST_PORT = 10_000;
const PORTS = 22_000;

/**
 * Tests run side by side: each process counts on from a place of its own. By chance, for numbers of processes are the
 * same in two containers that share a network.
 */
let next = randomInt(PORTS);

/** Has a server listen on a port of 127.0.0.1 that is free, and gives that. */
export async function listen(server: Server): Promise<number> {
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return port;
}

/** The same with a web server, which ends with the test, its connections too. */
export async function serve(t: { after: (end: () => void) => void }, server: WebServer): Promise<number> {
  const port = await listen(server);
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return port;
}

/** A port of 127.0.0.1 that was free a moment ago, and that nothing but another `freePort` would take. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PORTS; tried += 1) {
    const port = FIRST_PORT + (next % PORTS);
    next += 1;
    if (await isFree(port)) return port;
  }
  throw new Error('No port could be had');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') return false;
    throw error;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}
