/** TCP sockets to servers whose names may have several addresses. */
import { BlockList, connect, isIP, type Socket, type TcpSocketConnectOpts } from 'node:net';

/**
 * How long each address of a host may take before the next one is tried. Node's own 250 ms are too short for a server
 * across an ocean, and for a first packet that is lost: the system sends it again after a second.
 */
const ADDRESS_PATIENCE_MS = 1500;

const TRIED = new WeakMap<Socket, string[]>();

/** A socket on its way to the first of the host's addresses that answers: a local server need not listen on ::1. */
export function openSocket(
  { host, port }: { readonly host: string; readonly port: number },
  options: Pick<TcpSocketConnectOpts, 'keepAlive' | 'keepAliveInitialDelay'> = {},
): Socket {
  const addresses: string[] = [];
  const socket = connect({
    ...options,
    host,
    port,
    noDelay: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_PATIENCE_MS,
  });
  socket.on('lookup', (error: Error | null, address: string) => {
    if (error === null) addresses.push(address);
  });
  TRIED.set(socket, addresses);
  return socket;
}

/** The addresses that the host of a socket has, once they are known; none where the host is an address itself. */
export function addressesOf(socket: Socket): readonly string[] {
  return TRIED.get(socket) ?? [];
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Whether what goes to this host never leaves this machine. Only `localhost` counts among the names: what another one
 * stands for is up to whoever answers for the name service.
 */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  return LOOPBACK.check(host, version === 4 ? 'ipv4' : 'ipv6');
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
