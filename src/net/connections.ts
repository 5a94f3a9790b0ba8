/** How many callers a server has at once, and how much each may ask. */
import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps a server to so many connections. Past that a new one takes the place of the one that has waited longest without
 * a request, or else of the one that has been served longest: turning the new one away would let callers who say
 * nothing, or read nothing, keep everybody else out, and letting it in would let them take all file descriptors.
 */
export function boundConnections(server: Server, most: number): void {
  const waiting = new Set<Socket>();
  const served = new Set<Socket>();
  const forget = (socket: Socket): void => {
    waiting.delete(socket);
    served.delete(socket);
  };
  server.on('connection', (socket: Socket) => {
    socket.once('close', () => {
      forget(socket);
    });
    const [oldest] = waiting.size > 0 ? waiting : served;
    if (waiting.size + served.size >= most && oldest !== undefined) {
      forget(oldest);
      oldest.destroy();
    }
    waiting.add(socket);
  });
  server.on('request', ({ socket }, response) => {
    if (!waiting.delete(socket)) return;
    served.add(socket);
    response.once('close', () => {
      if (served.delete(socket) && !socket.destroyed) waiting.add(socket);
    });
  });
}

/**
 * Answers one request of a connection at a time. Who sends the next one before the answer is cut off: Node would take
 * thousands of them out of one packet, and answer each, while the service does nothing else.
 */
export function oneAtATime(answer: RequestListener): RequestListener {
  const busy = new WeakSet<Socket>();
  return (request, response) => {
    const { socket } = request;
    if (busy.has(socket)) {
      socket.destroy();
      return;
    }
    busy.add(socket);
    response.once('close', () => busy.delete(socket));
    answer(request, response);
  };
}
