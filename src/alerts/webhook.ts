/** Posts an alert as JSON to a URL. */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

import { errorCode } from '../core/error-code.ts';
import { withoutSecrets, type Delivery } from './delivery.ts';

/** An answer is read so far, to be quoted. */
const LONGEST_ANSWER = 2000;

/** Posts a body. Never throws; the URL, which may be what authorizes us, shows nowhere but for its host. */
export async function post(url: URL, body: string, signal: AbortSignal): Promise<Delivery> {
  const secrets = [
    url.href,
    url.pathname + url.search,
    ...url.pathname.split('/'),
    ...url.searchParams.values(),
  ].filter((part) => part.length >= 6);
  const failed = (scope: 'server' | 'message', why: string): Delivery => ({
    kind: 'failed',
    scope,
    why: `${url.host}: ${withoutSecrets(why, secrets)}`,
  });
  try {
    const { status, text } = await exchange(url, body, signal);
    if (status >= 200 && status < 300) return { kind: 'delivered', refused: [] };
    const isTheirs = status >= 500 || status === 408 || status === 429;
    return failed(isTheirs ? 'server' : 'message', `HTTP status ${status}${text === '' ? '' : `, ${text}`}`);
  } catch (error) {
    if (signal.aborted) return failed('server', 'no answer in time');
    return failed('server', errorCode(error) ?? (error instanceof Error ? error.message : String(error)));
  }
}

async function exchange(url: URL, body: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        signal,
        // Each on a connection of its own: alerts are rare.
        agent: false,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'order-monit',
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          if (text.length < LONGEST_ANSWER) text += part.slice(0, LONGEST_ANSWER - text.length);
        });
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
