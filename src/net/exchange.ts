/** One HTTP request and its answer, on a connection of its own. */
import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http';
import { urlToHttpOptions } from 'node:url';

import { connectTo, serverOf } from './connection.ts';
import { decodePage } from './decode.ts';
import { unpack } from './unpack.ts';

export interface HttpRequest extends Pick<RequestOptions, 'headers' | 'method' | 'path' | 'socketPath'> {
  /** `path` and `socketPath` name a server on this host instead. */
  readonly url?: URL;
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly ca?: string | undefined;
  readonly body?: string | undefined;
  /** Ends the exchange at any moment: the deadline of the whole. */
  readonly signal: AbortSignal;
  /**
   * So much of the answer's body is read, as UTF-8; the rest is left where it is. `page`: what {@link pageOf} gives of it,
   * to be shown to people.
   */
  readonly reads: number | 'page';
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** False where there is more of it than was read. */
  readonly isWhole: boolean;
}

/** @throws the system's own error; some error when the signal ends it */
export async function exchange({ url, ca, body, reads, ...options }: HttpRequest): Promise<HttpAnswer> {
  const whole = { ...options, ...(url === undefined ? { agent: false } : await optionsFor(url, ca, options.signal)) };
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const take = (response: IncomingMessage): void => {
      isAnswered = true;
      const { statusCode = 0, headers } = response;
      (reads === 'page' ? pageOf(response) : textOf(response, reads))
        .then((read) => {
          resolve({ status: statusCode, headers, ...read });
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
export async function bodyOf(response: IncomingMessage, mostBytes: number): Promise<Body> {
  return collect(response, mostBytes).done;
}

interface Body {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

type ReadText = Pick<HttpAnswer, 'text' | 'isWhole'>;

async function textOf(response: IncomingMessage, mostBytes: number): Promise<ReadText> {
  const { bytes, isWhole } = await bodyOf(response, mostBytes);
  return { text: bytes.toString(), isWhole };
}

/** So much of a page is read, for so long, and so much of it kept once it is unpacked. */
const PAGE_BYTES = 65_536;
const PAGE_MS = 2000;
const UNPACKED_PAGE_BYTES = 16 * PAGE_BYTES;

/**
 * A page that people are to read because it came in place of what was asked for, as far as it comes within two seconds:
 * unpacked, and in its character set. No text where it can not be read. Never throws.
 */
export async function pageOf(response: IncomingMessage): Promise<ReadText> {
  const { 'content-type': type = '', 'content-encoding': packing = '' } = response.headers;
  const { done, cut, gathered } = collect(response, PAGE_BYTES);
  const timer = setTimeout(cut, PAGE_MS);
  // One that is cut off says something, too.
  const { bytes, isWhole } = await done.catch(gathered);
  clearTimeout(timer);
  try {
    const page = await unpack(bytes, packing, { longestBytes: UNPACKED_PAGE_BYTES, takesPart: true });
    return { text: decodePage(page, type), isWhole };
  } catch {
    return { text: '', isWhole: false };
  }
}

interface Collection {
  readonly done: Promise<Body>;
  /** Ends it with what has come so far. */
  readonly cut: () => void;
  /** What has come so far. */
  readonly gathered: () => Body;
}

/** Gathers a body, up to so many bytes. */
function collect(response: IncomingMessage, mostBytes: number): Collection {
  const pieces: Buffer[] = [];
  const gathered = (isWhole = false): Body => ({ bytes: Buffer.concat(pieces).subarray(0, mostBytes), isWhole });
  let cut = (): void => undefined;
  const done = new Promise<Body>((resolve, reject) => {
    let length = 0;
    const take = (piece: Buffer): void => {
      pieces.push(piece);
      length += piece.length;
      if (length > mostBytes) cut();
    };
    cut = () => {
      response.off('data', take);
      resolve(gathered());
    };
    response.on('error', reject);
    if (mostBytes === 0) {
      cut();
      return;
    }
    response.on('data', take);
    response.once('end', () => {
      resolve(gathered(true));
    });
    response.once('close', () => {
      // Made only where the answer is cut off: a stack trace takes 20 µs a call.
      if (!response.readableEnded) reject(lostConnection());
    });
  });
  return { done, cut, gathered: () => gathered() };
}
