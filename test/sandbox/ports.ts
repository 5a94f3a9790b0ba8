import { once } from 'node:events';
import type { Server as WebServer } from 'node:http';
import { createServer, type Server } from 'node:net';

/** Has a server listen on a port of 127.0.0.1 that is free, and gives that. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port could be had');
  return address.port;
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

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
