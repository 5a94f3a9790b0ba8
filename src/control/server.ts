/**
 * The control sockets: HTTP over two Unix sockets in the runtime directory. Who
 * may do what is a matter of the files' modes, because Node can't tell who is
 * at the other end: the group may read, only root and the service's own user
 * may change anything.
 */
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';

import { isOrderId, type OrderId } from '../core/order.ts';
import type { RetryResult, Status } from './status.ts';

export const READ_SOCKET = 'status.sock';
export const CHANGE_SOCKET = 'control.sock';

/** A request is a few order ids and a name. */
const BODY_LIMIT = 1_048_576;
const REQUEST_DEADLINE_MS = 10_000;

export interface ControlOptions {
  readonly directory: string;
  readonly status: () => Status;
  /** All metrics, in the form that the `Accept` header of a request asks for. */
  readonly metrics: (accept: string | undefined) => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly retry: (orders: readonly OrderId[], by: string) => Promise<readonly RetryResult[]>;
}

export interface Control {
  close(): Promise<void>;
}

/**
 * Opens both sockets. An old socket file is replaced: the lock on the state
 * directory has made sure by then that no other process answers there.
 */
export async function openControl(options: ControlOptions): Promise<Control> {
  await mkdir(options.directory, { recursive: true, mode: 0o750 });
  const reading = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/status') send(response, 200, options.status());
    else if (request.method === 'GET' && request.url === '/metrics') void sendMetrics(options, request, response);
    else send(response, 404, { error: 'GET /status and GET /metrics are all there is on this socket' });
  });
  const changing = createServer((request, response) => {
    void change(options, request, response);
  });
  await listen(reading, join(options.directory, READ_SOCKET), 0o660);
  await listen(changing, join(options.directory, CHANGE_SOCKET), 0o600);
  return {
    close: async () => {
      await Promise.all([reading, changing].map(close));
    },
  };
}

async function sendMetrics(
  { metrics }: Pick<ControlOptions, 'metrics'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { contentType, text } = await metrics(request.headers.accept);
    response.writeHead(200, { 'content-type': contentType, connection: 'close' });
    response.end(text);
  } catch (error) {
    send(response, 500, { error: error instanceof Error ? error.message : String(error) });
  }
}

async function listen(server: Server, path: string, mode: number): Promise<void> {
  // A client that says nothing can't hold a connection for long.
  server.requestTimeout = REQUEST_DEADLINE_MS;
  server.headersTimeout = REQUEST_DEADLINE_MS;
  await rm(path, { force: true });
  // Closed to all until the mode is set, whatever the process' own mask.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        server.off('error', reject);
        // What goes wrong with one caller (too many open files, say) must not end the service.
        server.on('error', () => undefined);
        resolve();
      });
    });
  } finally {
    process.umask(mask);
  }
  await chmod(path, mode);
}

async function change(options: ControlOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.method !== 'POST' || request.url !== '/retry') {
      send(response, 404, { error: 'POST /retry is all there is on this socket' });
      return;
    }
    const wanted = retryRequest(await body(request));
    if (wanted === undefined) {
      send(response, 400, { error: 'a retry is {"orders": [id, …], "by": "name"}' });
      return;
    }
    send(response, 200, await options.retry(wanted.orders, wanted.by));
  } catch (error) {
    send(response, 500, { error: error instanceof Error ? error.message : String(error) });
  }
}

function retryRequest(text: string): { orders: readonly OrderId[]; by: string } | undefined {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || !('orders' in value) || !('by' in value)) return undefined;
  const { orders, by } = value;
  if (!Array.isArray(orders) || typeof by !== 'string') return undefined;
  const ids = orders.filter((id: unknown): id is OrderId => typeof id === 'number' && isOrderId(id));
  return ids.length === orders.length ? { orders: ids, by: by.slice(0, 100) } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function body(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_LIMIT) throw new RangeError('the request is too large');
  }
  return text;
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(value));
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeAllConnections();
  await closed;
}
