/**
 * The dead man's switch: a request to an outside service after each good
 * cycle. When the requests stop, that service tells people, whatever became of
 * order-monit, its host or its network.
 */
import type { CycleReport } from '../core/event.ts';
import { withHint } from '../core/outage.ts';
import { Deadline } from '../net/deadline.ts';
import { exchange } from '../net/exchange.ts';
import { anyFailure } from '../net/failure.ts';
import { wordsOfPage } from '../text/page.ts';
import { quoted, secretsIn, withoutSecrets } from '../text/secrets.ts';

const AT_MOST_EVERY_MS = 60_000;
const REPEAT_PROBLEM_MS = 3_600_000;
const DEADLINE_MS = 10_000;
const REDIRECTS = 3;
const HEADERS = { 'user-agent': 'order-monit' };

/** What came of a request that is worth a line: never with the path of its URL, which is a secret. */
export type PingProblem =
  { readonly kind: 'failed'; readonly text: string } | { readonly kind: 'works-again'; readonly text: string };

export interface HeartbeatPingOptions {
  /** Asked before each request, as a reload may change it; `undefined` for none. */
  readonly url: () => string | undefined;
  /** CA certificates in PEM form, in place of those that Node.js trusts; asked as the URL is. */
  readonly ca?: () => string | undefined;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  /** Told of the first failure, of one an hour after that, and of the end of it. */
  readonly report: (problem: PingProblem) => void;
  /** Told of each request. */
  readonly count: (result: 'ok' | 'failed') => void;
  readonly deadlineMs?: number;
}

export interface HeartbeatPing {
  /** Sends a request if the cycle was good and none was sent within a minute. Returns at once. */
  take(report: CycleReport): void;
  /** Resolves once no request is under way. Never rejects. */
  idle(): Promise<void>;
  /** Gives up a request that is under way. */
  close(): void;
}

/** Makes the ping; nothing is sent yet. */
export function createHeartbeatPing(options: HeartbeatPingOptions): HeartbeatPing {
  return new Ping(options);
}

class Ping implements HeartbeatPing {
  readonly #options: HeartbeatPingOptions;
  #sentAt = -Infinity;
  #url: string | undefined;
  #underWay: Promise<void> = Promise.resolve();
  /** Ends the request under way. */
  #giveUp = new AbortController();
  #closed = false;
  #problemSaidAt: number | undefined;

  constructor(options: HeartbeatPingOptions) {
    this.#options = options;
  }

  take(report: CycleReport): void {
    const url = this.#options.url();
    if (url === undefined || report.interrupted || this.#closed) return;
    const now = this.#options.monotonic();
    // A new URL is tried at once: who has just written it waits for it.
    if (url === this.#url && now - this.#sentAt < AT_MOST_EVERY_MS) return;
    this.#sentAt = now;
    this.#url = url;
    this.#giveUp.abort();
    this.#giveUp = new AbortController();
    this.#underWay = this.#send(url, this.#giveUp.signal);
  }

  async idle(): Promise<void> {
    await this.#underWay;
  }

  close(): void {
    this.#closed = true;
    this.#giveUp.abort();
  }

  async #send(url: string, givenUp: AbortSignal): Promise<void> {
    const deadlineMs = this.#options.deadlineMs ?? DEADLINE_MS;
    const deadline = new Deadline(deadlineMs, givenUp);
    let why: string | undefined;
    try {
      why = await get(new URL(url), this.#options.ca?.(), deadline.signal);
    } catch (error) {
      if (givenUp.aborted) return;
      why = deadline.expired ? `no answer within ${deadlineMs / 1000} s` : reasonOf(error, new URL(url));
    } finally {
      deadline.end();
    }
    this.#options.count(why === undefined ? 'ok' : 'failed');
    this.#conclude(new URL(url).host, why);
  }

  #conclude(host: string, why: string | undefined): void {
    const { monotonic, report } = this.#options;
    if (why === undefined) {
      if (this.#problemSaidAt !== undefined)
        report({ kind: 'works-again', text: `heartbeat_url at ${host} works again` });
      this.#problemSaidAt = undefined;
      return;
    }
    const now = monotonic();
    if (this.#problemSaidAt !== undefined && now - this.#problemSaidAt < REPEAT_PROBLEM_MS) return;
    this.#problemSaidAt = now;
    report({
      kind: 'failed',
      text: `heartbeat_url at ${host} could not be called: ${why}. Orders are looked after all the same; it is called again after the next good cycle`,
    });
  }
}

/** One request, and those that it is redirected to. Gives what is wrong with the answer, `undefined` when nothing is. */
async function get(url: URL, ca: string | undefined, signal: AbortSignal): Promise<string | undefined> {
  let current = url;
  for (let hops = 0; hops <= REDIRECTS; hops += 1) {
    const { status, headers, text } = await exchange({ url: current, ca, headers: HEADERS, signal, reads: 'page' });
    const { location } = headers;
    if (status >= 200 && status < 300) return undefined;
    if (status < 300 || status >= 400 || location === undefined) {
      const said = quoted(wordsOfPage(text), secretsIn(url));
      return `it answered with HTTP status ${status}${said === '' ? '' : `, ${said}`}`;
    }
    const next = redirectTarget(location, current);
    if (next === undefined) return 'it redirects to what is no URL';
    // The token in the path is for this host only, and never goes unencrypted where it came encrypted.
    if (next.hostname !== url.hostname) return `it redirects to another host, ${next.hostname}`;
    if (current.protocol === 'https:' && next.protocol !== 'https:') return 'it redirects from https to http';
    current = next;
  }
  return `it redirects more than ${REDIRECTS} times`;
}

function redirectTarget(location: string, from: URL): URL | undefined {
  try {
    const target = new URL(location, from);
    return /^https?:$/.test(target.protocol) ? target : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown, url: URL): string {
  const { hint, reason } = anyFailure(error, {
    place: url.host,
    clean: (said) => withoutSecrets(said, secretsIn(url)),
    setting: 'heartbeat_url in service.yml',
    ca: 'heartbeat_ca in service.yml',
    tls: 'whether it is at http or https',
  });
  return withHint(reason, hint);
}
