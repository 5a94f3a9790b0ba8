/** The one way to a server over TCP, with TLS where it is wanted; the connections of HTTP are made so, too. */
import { Agent } from 'node:http';
import { isIP, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

import { Deadline } from './deadline.ts';
import { addressesOf, closeSocket, openSocket } from './socket.ts';

export interface Server {
  readonly host: string;
  readonly port: number;
  /** `undefined`: the connection is not encrypted. */
  readonly tls: TlsTrust | undefined;
}

export interface TlsTrust {
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly ca: string | undefined;
}

/** The server that a URL names. */
export function serverOf(url: URL, ca: string | undefined): Server {
  const isTls = url.protocol === 'https:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    tls: isTls ? { ca } : undefined,
  };
}

/**
 * Connects to the first address of a server that answers, and agrees on TLS.
 *
 * @param begun is given the socket while it is on its way
 * @throws the system's own error, or OpenSSL's; with `addresses`, those that the server's name has, and `handshakeBytes`,
 *   what it had sent when TLS failed
 */
export async function connectTo(
  server: Server,
  signal: AbortSignal,
  begun?: (socket: Socket) => void,
): Promise<Socket> {
  const socket = openSocket(server);
  begun?.(socket);
  try {
    await opened(socket, 'connect', signal);
    return server.tls === undefined ? socket : await secured(socket, { ...server, tls: server.tls }, signal);
  } catch (error) {
    closeSocket(socket);
    throw error instanceof Error ? Object.assign(error, { addresses: addressesOf(socket) }) : error;
  }
}

async function secured(
  socket: Socket,
  { host, tls }: { readonly host: string; readonly tls: TlsTrust },
  signal: AbortSignal,
): Promise<Socket> {
  const encrypted = connectTls({
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ALPNProtocols: ['http/1.1'],
  });
  try {
    await opened(encrypted, 'secureConnect', signal);
  } catch (error) {
    // It tells a server that refuses at once from one that has shown its certificate before.
    throw error instanceof Error ? Object.assign(error, { handshakeBytes: socket.bytesRead }) : error;
  }
  return encrypted;
}

/** The wait for a connection was ended before there was one. */
export class ConnectionLate extends Error {
  override readonly name = 'ConnectionLate';

  constructor() {
    super('the wait for the connection was ended');
  }
}

async function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      reject(new ConnectionLate());
    };
    const end = (settle: () => void) => (): void => {
      signal.removeEventListener('abort', abort);
      settle();
    };
    socket.once(event, end(resolve));
    // Not `once`: an error that nobody listens to would end the process.
    socket.on('error', (error) => {
      end(() => {
        reject(error);
      })();
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

export interface ConnectionPoolOptions {
  readonly server: Server;
  readonly maxConnections: number;
  /** For a connection to be made. */
  readonly connectTimeoutMs: number;
}

/** Connections for HTTP to one server, kept open from request to request. */
export class ConnectionPool extends Agent {
  readonly #options: ConnectionPoolOptions;
  readonly #closing = new AbortController();
  #newest: Socket | undefined;

  constructor(options: ConnectionPoolOptions) {
    super({ keepAlive: true, maxSockets: options.maxConnections });
    this.#options = options;
  }

  /** The addresses that the server's name had when a connection was last made, or tried. */
  get addresses(): readonly string[] {
    return this.#newest === undefined ? [] : addressesOf(this.#newest);
  }

  override createConnection(_: unknown, callback?: (error: Error | null, socket: Duplex) => void): undefined {
    const deadline = new Deadline(this.#options.connectTimeoutMs, this.#closing.signal);
    connectTo(this.#options.server, deadline.signal, (socket) => {
      this.#newest = socket;
    })
      .then(
        (socket) => callback?.(null, socket),
        // Its types want a socket here too, which it does not look at.
        (error: unknown) => callback?.(error instanceof Error ? error : new Error(String(error)), new Socket()),
      )
      .finally(() => {
        deadline.end();
      });
    return undefined;
  }

  override destroy(): void {
    this.#closing.abort();
    super.destroy();
  }
}
