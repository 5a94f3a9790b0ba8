/** TCP sockets to servers whose names may have several addresses. */
import { connect, type Socket } from 'node:net';

/** A socket on its way to the first of the host's addresses that answers: a local server need not listen on ::1. */
export function openSocket({ host, port }: { readonly host: string; readonly port: number }): Socket {
  return connect({ host, port, noDelay: true, autoSelectFamily: true });
}

/**
 * Closes a socket that `openSocket` made, at any moment of its life.
 *
 * Node.js 18 fails an assertion of its own, which nothing can catch, when a socket is destroyed while its second
 * address is being tried (seen with 18.20.4, not with 20). There it is closed as soon as it has connected or failed.
 */
export function closeSocket(socket: Socket): void {
  if (!socket.connecting || !hasConnectFault) {
    socket.destroy();
    return;
  }
  socket.unref();
  socket.on('error', () => undefined);
  socket.once('connect', () => socket.destroy());
}

const hasConnectFault = process.versions.node.startsWith('18.');
