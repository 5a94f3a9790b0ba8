/** One HTTP request and its answer, on a connection of its own. */
import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http';
import { urlToHttpOptions } from 'node:url';

import { connectTo, serverOf } from './connection.ts';

export interface HttpRequest extends Pick<RequestOptions, 'headers' | 'method' | 'path' | 'socketPath'> {
  /** `path` and `socketPath` name a server on this host instead. */
  readonly url?: URL;
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly ca?: string | undefined;
  readonly body?: string | undefined;
  /** Ends the exchange at any moment: the deadline of the whole. */
  readonly signal: AbortSignal;
  /** So much of the answer's body is read; the rest is left where it is. 0: its head is enough. */
  readonly mostBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** False where there is more of it than was read. */
  readonly isWhole: boolean;
}

/** @throws the system's own error; some error when the signal ends it */
export async function exchange({ url, ca, body, mostBytes, ...options }: HttpRequest): Promise<HttpAnswer> {
  const whole = { ...options, ...(url === undefined ? { agent: false } : await optionsFor(url, ca, options.signal)) };
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const take = (response: IncomingMessage): void => {
      isAnswered = true;
      const { statusCode = 0, headers } = response;
      bodyOf(response, mostBytes)
        .then(({ bytes, isWhole }) => {
          resolve({ status: statusCode, headers, text: bytes.toString(), isWhole });
        }, reject)
        // The connection of an answer that was not read to its end is of no use any more.
        .finally(() => response.destroy());
    };
    const sent = requestHttp(whole, take);
    // Not `once`: an error that nobody listens to would end the process.
    sent.on('error', reject);
    // An answer that goes over to another protocol (101) is told of by neither.
    sent.once('close', () => {
      if (!isAnswered) reject(lostConnection());
    });
    sent.end(body);
  });
}

/** What has a request go to a URL, over a connection that is made already: one in the making can not be ended on Node 18. */
async function optionsFor(url: URL, ca: string | undefined, signal: AbortSignal): Promise<RequestOptions> {
  const server = serverOf(url, ca);
  const socket = await connectTo(server, signal);
  return { ...addressOf(url), createConnection: () => socket };
}

/** Host and path of a URL. Its protocol is left out: who makes the connection has seen to it. */
export function addressOf(url: URL): Pick<RequestOptions, 'defaultPort' | 'hostname' | 'path' | 'port'> {
  const { hostname, path, port } = urlToHttpOptions(url);
  return {
    ...(typeof hostname === 'string' ? { hostname } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    ...(port === undefined || port === '' ? {} : { port }),
    defaultPort: url.protocol === 'https:' ? 443 : 80,
  };
}

/** The error of an answer that did not come, or not to its end. */
export function lostConnection(): Error {
  return Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' });
}

/**
 * The body of an answer, up to so many bytes: an endless one is given up, and the caller destroys it. Measured: an
 * iterator over the pieces takes 30 µs a call longer.
 *
 * @throws the system's own error; ECONNRESET where the answer was cut off
 */
export async function bodyOf(
  response: IncomingMessage,
  mostBytes: number,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const end = (isWhole: boolean): void => {
      resolve({ bytes: Buffer.concat(pieces).subarray(0, mostBytes), isWhole });
    };
    response.on('error', reject);
    if (mostBytes === 0) {
      end(false);
      return;
    }
    response.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length > mostBytes) end(false);
    });
    response.once('end', () => {
      end(true);
    });
    response.once('close', () => {
      // Made only where the answer is cut off: a stack trace takes 20 µs a call.
      if (!response.readableEnded) reject(lostConnection());
    });
  });
}
