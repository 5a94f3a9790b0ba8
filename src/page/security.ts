/** Who may see the page, who may change anything, and what browsers may do with what is sent. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Nothing is loaded but the page's own style, script and icon; nothing inline runs; nobody may frame it. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  // The live refresh fetches the page it is on.
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Sent with every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Order numbers stay here. `no-referrer` would make browsers send `Origin: null` with the page's own forms.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'x-robots-tag': 'noindex, nofollow',
};

/** The name that a visitor gave, and the password. Nobody checks the name: it is for the log. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** Reads `Authorization: Basic …`; `undefined` for anything else. */
export function credentialsOf({ headers }: IncomingMessage): Credentials | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { name: name.replace(/[^\p{L}\p{N}@._ -]/gu, '?').slice(0, 40), password: rest.join(':') };
}

/** Compares in a time that tells nothing of where two texts differ, or how long they are. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

const MAX_FAILURES = 10;
const FAILURE_WINDOW_MS = 60_000;
const MAX_ADDRESSES = 1000;

/** Counts wrong passwords by address: past ten in a minute no further one is looked at. */
export class FailureLimit {
  readonly #failures = new Map<string, { count: number; since: number }>();

  isReached(address: string, now: number): boolean {
    const known = this.#failures.get(address);
    return known !== undefined && now - known.since < FAILURE_WINDOW_MS && known.count >= MAX_FAILURES;
  }

  note(address: string, now: number): void {
    const known = this.#failures.get(address);
    if (known !== undefined && now - known.since < FAILURE_WINDOW_MS) {
      known.count += 1;
      return;
    }
    // Whoever has a thousand addresses can make it forget, and not fill the memory.
    if (this.#failures.size >= MAX_ADDRESSES) this.#failures.clear();
    this.#failures.set(address, { count: 1, since: now });
  }
}

const COOKIE = 'order-monit-page';
const COOKIE_VALUE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Proof that a form was sent by this page: a cookie that other sites can not
 * have sent along (SameSite=Strict), and a token in the form that only this
 * process can make of it. The token holds for this process and this cookie.
 */
export class FormGuard {
  readonly #key = randomBytes(32);

  /** The token for a visitor's forms, and the header that sets the cookie where there is none yet. */
  issue(request: IncomingMessage): { readonly token: string; readonly headers: Readonly<Record<string, string>> } {
    const known = cookieOf(request);
    const value = known ?? randomBytes(32).toString('base64url');
    const cookie = `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict`;
    return { token: this.#sign(value), headers: known === undefined ? { 'set-cookie': cookie } : {} };
  }

  /** Whether a form was sent from the page itself, by the browser that it was made for. */
  accepts(request: IncomingMessage, token: string): boolean {
    const value = cookieOf(request);
    return value !== undefined && isSameOrigin(request) && sameText(token, this.#sign(value));
  }

  /** A text for an address, with the proof that this process has written it. */
  seal(text: string): string {
    return `${text}~${this.#sign(`sealed ${text}`)}`;
  }

  /** The text that was sealed; `undefined` where somebody else has written it. */
  unseal(sealed: string): string | undefined {
    const [text = '', proof = ''] = sealed.split('~', 2);
    return sameText(proof, this.#sign(`sealed ${text}`)) ? text : undefined;
  }

  #sign(value: string): string {
    return createHmac('sha256', this.#key).update(value).digest('base64url');
  }
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([name]) => name === COOKIE)?.[1];
  return value !== undefined && COOKIE_VALUE.test(value) ? value : undefined;
}

/** By the browser's own word. A browser that sends no origin with a form is not believed. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return headers.origin !== undefined && hostOf(headers.origin) === headers.host?.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Whether a request names this host as itself. Without a password that is what
 * keeps another site out whose name was made to lead here (DNS rebinding).
 */
export function namesLoopback({ headers }: IncomingMessage): boolean {
  return LOOPBACK_HOST.test(headers.host ?? '');
}
