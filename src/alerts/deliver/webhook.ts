/** Posts an alert as JSON to a URL. */
import { exchange } from '../../net/exchange.ts';
import { errorCode, messageOf } from '../../text/error.ts';
import { withoutSecrets, type Delivery } from './delivery.ts';

/** An answer is read so far, to be quoted. */
const LONGEST_ANSWER = 2000;

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'order-monit' };

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
    const answer = await exchange({
      url,
      method: 'POST',
      headers: HEADERS,
      body,
      signal,
      mostBytes: 4 * LONGEST_ANSWER,
    });
    const { status } = answer;
    const text = answer.text.slice(0, LONGEST_ANSWER);
    if (status >= 200 && status < 300) return { kind: 'delivered', refused: [] };
    const isTheirs = status >= 500 || status === 408 || status === 429;
    return failed(isTheirs ? 'server' : 'message', `HTTP status ${status}${text === '' ? '' : `, ${text}`}`);
  } catch (error) {
    if (signal.aborted) return failed('server', 'no answer in time');
    return failed('server', errorCode(error) ?? messageOf(error));
  }
}
