/** Where the page is to be had: a TCP port or a Unix socket. */
import { lstat, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';

import { boundConnections, oneAtATime } from '../net/connections.ts';
import { closeServer, listenAt, listening } from '../net/listen.ts';
import { errorCode, messageOf } from '../text/error.ts';

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string };

export interface OpenPage {
  /** What the address is, as people write it. */
  readonly address: string;
  /** Another page at the same address, from the next request on. */
  replace(page: RequestListener): void;
  close(): Promise<void>;
}

/** A visitor that says nothing, or reads nothing, can't hold a connection for long. */
const REQUEST_MS = 10_000;
const IDLE_MS = 60_000;
const MAX_CONNECTIONS = 100;
const MAX_HEADER_BYTES = 16_384;
/** The owner and the group are let in. */
const SOCKET_MODE = 0o660;

/**
 * Serves a page. A socket file that was left behind is replaced; its mode lets
 * the owner and the group in.
 *
 * @throws Error when the address can't be used, with the reason in words
 */
export async function openPage(listen: ListenAddress, page: RequestListener): Promise<OpenPage> {
  let current = page;
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, maxHeaderSize: MAX_HEADER_BYTES },
    oneAtATime((request, response) => {
      current(request, response);
    }),
  );
  boundConnections(server, MAX_CONNECTIONS);
  server.timeout = IDLE_MS;
  const address = describeAddress(listen);
  try {
    await begin(server, listen);
  } catch (error) {
    throw new Error(`The page can not be served at ${address}: ${reasonOf(error)}`, { cause: error });
  }
  return {
    address,
    replace: (next) => {
      current = next;
    },
    close: async () => closeServer(server),
  };
}

export function describeAddress(listen: ListenAddress): string {
  if (listen.kind === 'socket') return listen.path;
  const { host, port } = listen;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}

async function begin(server: Server, listen: ListenAddress): Promise<void> {
  if (listen.kind === 'tcp') {
    await listening(server, () => {
      server.listen(listen.port, listen.host);
    });
    return;
  }
  await removeSocket(listen.path);
  await listening(server, () => {
    listenAt(server, listen.path, SOCKET_MODE);
  });
}

/** Only what is a socket is ever removed: the path is a setting, and settings can be wrong. */
async function removeSocket(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error('there is something else than a socket');
  await rm(path, { force: true });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there already',
  EADDRNOTAVAIL: 'this host has no such address',
  EACCES: 'permission denied (ports below 1024 are not for this service; for a socket, look at its folder)',
  ENOENT: 'its folder does not exist',
};

function reasonOf(error: unknown): string {
  const code = errorCode(error);
  return REASONS[code ?? ''] ?? messageOf(error);
}
