/**
 * The control sockets: HTTP over two Unix sockets in the runtime directory. Who
 * may do what is a matter of the files' modes, because Node can't tell who is
 * at the other end: the group (that of the folder) may read, only root and the
 * service's own user may change anything.
 */
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';

import type { Dismissal } from '../core/dismissal.ts';
import type { OrderId } from '../core/order.ts';
import type { RetryResult } from '../core/retry.ts';
import type { RewindRequest } from '../core/rewind.ts';
import { boundConnections, oneAtATime } from '../net/connections.ts';
import { closeServer, listenAt, listening } from '../net/listen.ts';
import { errorCode, messageOf, OUT_OF_FILES } from '../text/error.ts';
import { BadRequest, Refused, parseBy, parseDismissal, parseRetry, parseRewind } from './requests.ts';
import type { OrderReason, RewindStatus, Status } from './status.ts';
import { withErpName } from '../text/erp-name.ts';

export const READ_SOCKET = 'status.sock';
export const CHANGE_SOCKET = 'control.sock';

/** Fifty thousand order ids and a name. */
const BODY_LIMIT = 1_048_576;
const REQUEST_DEADLINE_MS = 10_000;
/** Of each socket. Whoever may read the status could take all file descriptors otherwise, and the service needs some. */
const MAX_CONNECTIONS = 50;

/** What can be asked and told. None of it waits for the cycle that may be running; each may throw {@link Refused}. */
export interface ControlOptions {
  readonly directory: string;
  readonly status: () => Status;
  /** What is known of why orders are open. */
  readonly reasons: () => readonly OrderReason[];
  /** All metrics, in the form that the `Accept` header of a request asks for. */
  readonly metrics: (accept: string | undefined) => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly retry: (orders: readonly OrderId[], by: string) => Promise<readonly RetryResult[]>;
  readonly dismiss: (orders: readonly OrderId[], dismissal: Dismissal) => Promise<readonly RetryResult[]>;
  readonly beginRewind: (request: RewindRequest) => Promise<RewindStatus>;
  /** `null` when no rewind ran. */
  readonly cancelRewind: (by: string) => Promise<RewindStatus | null>;
  readonly runNow: (by: string) => void;
  /** Reads the configuration again. @throws Refused where it has a fault */
  readonly reload: (by: string) => void;
}

export interface Control {
  close(): Promise<void>;
}

/** An answer that is no JSON. */
class Text {
  readonly contentType: string;
  readonly text: string;

  constructor({ contentType, text }: { readonly contentType: string; readonly text: string }) {
    this.contentType = contentType;
    this.text = text;
  }
}

/** Gives the answer to a request, from its body and its `Accept` header. */
type Route = (body: string, accept: string | undefined) => unknown;

/** The control sockets can not be opened. */
export class ControlUnavailable extends Error {
  override readonly name = 'ControlUnavailable';

  constructor(directory: string, cause: unknown) {
    const hint =
      HINTS[errorCode(cause) ?? ''] ?? 'The package makes the folder: systemd-tmpfiles --create order-monit.conf';
    super(`Could not open the control sockets in ${directory}: ${messageOf(cause)}. ${hint}`, { cause });
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'Give the user that runs order-monit the right to write there, or give another folder with --runtime-dir',
  EMFILE: OUT_OF_FILES.sentence,
  ENFILE: OUT_OF_FILES.sentence,
  ENOSPC: 'Free space on its file system',
  EROFS: 'Its file system is read-only: look into the kernel log for why',
};

/** By method and path: `GET /status`. */
type Routes = ReadonlyMap<string, Route>;

/**
 * Opens both sockets. An old socket file is replaced: the lock on the state
 * directory has made sure by then that no other process answers there.
 *
 * @throws ControlUnavailable
 */
export async function openControl(options: ControlOptions): Promise<Control> {
  const { directory } = options;
  const reading = serve(readingRoutes(options));
  const changing = serve(changingRoutes(options));
  const closeBoth = async (): Promise<void> => {
    await Promise.all([reading, changing].map(closeServer));
  };
  try {
    await mkdir(directory, { recursive: true, mode: 0o750 });
    await listen(reading, join(directory, READ_SOCKET), 0o660);
    await listen(changing, join(directory, CHANGE_SOCKET), 0o600);
  } catch (error) {
    // One that listens already would keep the process from ending.
    await closeBoth();
    throw new ControlUnavailable(directory, error);
  }
  return { close: closeBoth };
}

function readingRoutes({ status, reasons, metrics }: ControlOptions): Routes {
  return new Map<string, Route>([
    ['GET /metrics', async (_, accept) => new Text(await metrics(accept))],
    ['GET /status', () => status()],
    ['GET /reasons', () => reasons()],
  ]);
}

function changingRoutes({ retry, dismiss, beginRewind, cancelRewind, reload, runNow }: ControlOptions): Routes {
  const retryOrders: Route = (body) => {
    const { orders, by } = parseRetry(body);
    return retry(orders, by);
  };
  const dismissOrders: Route = (body) => {
    const { orders, ...dismissal } = parseDismissal(body);
    return dismiss(orders, dismissal);
  };
  const run: Route = (body) => {
    runNow(parseBy(body));
    return { begun: true };
  };
  const readAgain: Route = (body) => {
    reload(parseBy(body));
    return { reloaded: true };
  };
  return new Map<string, Route>([
    ['POST /retry', retryOrders],
    ['POST /dismiss', dismissOrders],
    ['POST /rewind', (body) => beginRewind(parseRewind(body))],
    ['POST /rewind/cancel', (body) => cancelRewind(parseBy(body))],
    ['POST /run-now', run],
    ['POST /reload', readAgain],
  ]);
}

function serve(routes: Routes): Server {
  const server = createServer(
    oneAtATime((request, response) => {
      void answer(routes, request, response);
    }),
  );
  boundConnections(server, MAX_CONNECTIONS);
  return server;
}

async function answer(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { method = '', url = '' } = request;
    const route = routes.get(`${method} ${url}`);
    if (route !== undefined) {
      const result = await route(await bodyOf(request), request.headers.accept);
      if (result instanceof Text) sendText(response, result);
      else send(response, 200, result);
      return;
    }
    const all = [...routes.keys()];
    const methods = all.filter((key) => key.endsWith(` ${url}`)).map((key) => key.slice(0, -url.length - 1));
    if (methods.length > 0) response.setHeader('allow', methods.join(', '));
    send(response, methods.length > 0 ? 405 : 404, { error: `What this socket takes is ${all.join(', ')}` });
  } catch (error) {
    send(response, statusOf(error), { error: messageOf(error) });
  }
}

function statusOf(error: unknown): number {
  if (error instanceof TooLarge) return 413;
  if (error instanceof BadRequest) return 400;
  return error instanceof Refused ? 409 : 500;
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) throw new TypeError('A request gave its body as something else than bytes');
    size += chunk.length;
    if (size > BODY_LIMIT) throw new TooLarge(`A request has at most ${BODY_LIMIT} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function listen(server: Server, path: string, mode: number): Promise<void> {
  // A client that says nothing can't hold a connection for long.
  server.requestTimeout = REQUEST_DEADLINE_MS;
  server.headersTimeout = REQUEST_DEADLINE_MS;
  await rm(path, { force: true });
  await listening(server, () => {
    listenAt(server, path, mode);
  });
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(withErpName(JSON.stringify(value)));
}

function sendText(response: ServerResponse, { contentType, text }: Text): void {
  response.writeHead(200, { 'content-type': contentType, connection: 'close' });
  response.end(withErpName(text));
}
