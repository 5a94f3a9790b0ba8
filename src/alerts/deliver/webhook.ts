/** Posts an alert to a URL: as JSON, or in the form of the chat system that is there. */
import { withHint } from '../../core/outage.ts';
import { ConnectionLate } from '../../net/connection.ts';
import { exchange, type HttpAnswer } from '../../net/exchange.ts';
import { anyFailure } from '../../net/failure.ts';
import { leadsToLogin, wordsOfPage } from '../../text/page.ts';
import { quoted, secretsIn, withoutSecrets } from '../../text/secrets.ts';
import { chatBody, formatOf, type WebhookFormat } from './chat.ts';
import type { Delivery } from './delivery.ts';
import type { Post } from './message.ts';
import { refusalIn } from './refusal.ts';
import { retryAfterMs } from '../../net/retry-after.ts';

export interface Webhook {
  /** It may be what authorizes whoever knows it. */
  readonly url: () => string;
  /** `undefined`: told by the host of the URL. */
  readonly format: WebhookFormat | undefined;
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly ca: string | undefined;
}

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'order-monit' };

/** Posts a message. Never throws; the URL shows nowhere but for its host. */
export async function post(
  webhook: Webhook,
  message: Pick<Post, 'body' | 'chat'>,
  signal: AbortSignal,
): Promise<Delivery> {
  const url = new URL(webhook.url());
  const format = webhook.format ?? formatOf(url);
  const secrets = secretsIn(url);
  const failed = (scope: 'server' | 'message', why: string) =>
    ({ kind: 'failed', scope, why: `${url.host}: ${withoutSecrets(why, secrets)}` }) as const;
  try {
    const answer = await exchange({
      url,
      ca: webhook.ca,
      method: 'POST',
      headers: HEADERS,
      body: bodyFor(format, message),
      signal,
      reads: 'page',
    });
    const why = whyRefused(answer, { format, secrets });
    if (why === undefined) return { kind: 'delivered', refused: [] };
    const { status } = answer;
    const failure = failed(status >= 500 || status === 408 || status === 429 ? 'server' : 'message', why);
    const pauseMs = retryAfterMs(answer.headers);
    return pauseMs === undefined ? failure : { ...failure, retryAfterMs: pauseMs };
  } catch (error) {
    if (signal.aborted) return failed('server', lateReason(error));
    const { hint, reason } = anyFailure(error, { place: url.host, ...SETTINGS });
    return failed('server', withHint(reason, hint));
  }
}

function lateReason(error: unknown): string {
  return error instanceof ConnectionLate
    ? withHint('no connection with it could be made in time', 'ask whether a firewall lets this machine through to it')
    : 'it took the message, and did not answer in time';
}

const SETTINGS = {
  setting: 'webhook in email.yml',
  ca: 'webhook_ca in email.yml',
  tls: 'whether it is at http or https',
} as const;

function bodyFor(format: WebhookFormat, { body, chat }: Pick<Post, 'body' | 'chat'>): string {
  return format === 'json' || chat === undefined ? body : chatBody(format, chat);
}

function whyRefused(
  { headers, status, text }: HttpAnswer,
  { format, secrets }: { readonly format: WebhookFormat; readonly secrets: readonly string[] },
): string | undefined {
  const isTaken = status >= 200 && status < 300;
  const refusal = isTaken ? refusalIn(text, format) : undefined;
  if (isTaken && refusal === undefined) return undefined;
  const said = quoted(wordsOfPage(text), secrets);
  const answered = `HTTP status ${status}${said === '' ? '' : `, ${said}`}`;
  return withHint(answered, refusal === 'page' ? PAGE_HINT : hintFor(status, format, headers.location));
}

const PAGE_HINT =
  'a web page answered: check webhook in email.yml, and what is between, such as a proxy that wants a login';

function hintFor(status: number, format: WebhookFormat, location: string | undefined): string | undefined {
  if (status >= 300 && status < 400) {
    // What is before an @ may be a password.
    const host = /^https?:\/\/(?:[^/?#]*@)?([\w.:-]+)/i.exec(location ?? '')?.[1];
    if (leadsToLogin(location ?? '')) {
      return `it leads to a login page${host === undefined ? '' : ` (${host})`}: webhook in email.yml has to be an address that asks for no login`;
    }
    return `redirects are not followed: set webhook in email.yml to where it leads${host === undefined ? '' : ` (${host})`}`;
  }
  if (status === 401 || status === 403 || status === 404 || status === 410) {
    return 'check webhook in email.yml: it may have been deleted or replaced there';
  }
  if (status === 400 || status === 413 || status === 415 || status === 422 || status === 200) {
    return `it takes no messages of this form (${format}): check webhook_format in email.yml`;
  }
  return undefined;
}
