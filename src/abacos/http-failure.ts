/** HTTP answers that are no SOAP answers as `Outage`s: what the server in front of Abacos said, and what follows from it. */
import type { IncomingHttpHeaders } from 'node:http';

import type { Outage } from '../core/outage.ts';
import { leadsToLogin } from '../text/page.ts';
import { abacosOutage } from './failure.ts';
import { retryAfterMs } from '../net/retry-after.ts';

export interface HttpRefusal {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What the page says, in full and as it came, or nothing. */
  readonly words: string;
  /** How that begins: one bounded line without secrets. */
  readonly said: string;
  /** There is no page at all, not only none that could be read. */
  readonly isEmpty: boolean;
  readonly place: string;
}

const LET_THROUGH = 'ask whoever runs the server in front of Abacos to let order-monit through';
const NOT_REACHED = 'the proxy in front of Abacos does not reach it: ask those who run them';
const BETWEEN =
  'check wsdl_order_api in abacos.yml, and what is between, such as a proxy or a network that wants people to log in';
const IS_HTTPS = 'begin wsdl_order_api in abacos.yml with https:// (and give its port, if it has another)';

/** What a page says on which something else follows than on its status alone. The first that fits counts. */
export const BY_WORDS: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /to (?:an )?https port|plain http to an ssl|http request to an https|ssl-enabled server port|ssl is required|secured with secure sockets layer|over a secure channel/i,
    IS_HTTPS,
  ],
  [
    /invalid host ?name|hostname is invalid|host header/i,
    'write the host into wsdl_order_api in abacos.yml as the web server there knows it (the host name of its binding in IIS)',
  ],
  [
    /client certificate/i,
    'the server wants a certificate of the client, which order-monit does not have: ' + LET_THROUGH,
  ],
  [
    /request rejected|request unsuccessful|support id|incident id|mod_?security|web application firewall|^just a moment/i,
    'a filter in front of Abacos refuses the call (a web application firewall): have whoever runs it let this machine through; to set user_agent in abacos.yml to what a browser sends may be enough',
  ],
  [
    /ip address|not allowed from your|access denied by rule/i,
    'ask whether the address of this machine is allowed to use Abacos',
  ],
  [
    /runtime error|server error in '/i,
    'ask whoever runs Abacos for the error itself: it is in the event log of that server (ASP.NET hides it from others)',
  ],
];

/** What follows from a status alone. */
export const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'check wsdl_order_api in abacos.yml',
  401: LET_THROUGH,
  403:
    'set user_agent in abacos.yml to what a browser sends; ' +
    'or ask whether the address of this machine is allowed to use Abacos',
  404: 'check the path of wsdl_order_api in abacos.yml',
  405: 'check the path of wsdl_order_api in abacos.yml: what is there takes no calls',
  407: LET_THROUGH,
  410: 'check the path of wsdl_order_api in abacos.yml',
  413: 'make max_numbers_per_call in service.yml smaller, or have the limit of the server raised',
  415: 'check the path of wsdl_order_api in abacos.yml: what is there takes no SOAP 1.1',
  429: 'make max_parallel_calls in service.yml smaller, or have the limit of the server raised',
  500: 'ask whoever runs Abacos for the error itself: it is in the event log of that server',
  502: NOT_REACHED,
  503: 'if it lasts, ask whoever runs Abacos whether its application pool in IIS has stopped',
  504: NOT_REACHED,
  511: LET_THROUGH,
};

/** Of a status that has no hint of its own. Those from 520 on are of proxies (Cloudflare). */
function usualHint(status: number): string {
  if (status < 400) return BETWEEN;
  if (status >= 520 && status < 600) return NOT_REACHED;
  return status >= 500 && status < 600
    ? 'ask whoever runs Abacos, or the proxy in front of it, for the error itself'
    : 'check wsdl_order_api in abacos.yml; where it is right, ask whoever runs that server, or a proxy in front of it, what it wants';
}

/** No order waits for longer because of a slip there. */
const MOST_RETRY_AFTER_S = 600;

/** When a server that has had too much wants to be asked again: in seconds, or at a time by its own clock. */
function secondsToWait({ headers, status }: HttpRefusal): number {
  if (status !== 429 && status !== 503) return 0;
  return Math.ceil((retryAfterMs(headers) ?? 0) / 1000);
}

/** Puts an answer into words that is not what the service sends. */
export function httpOutage(refusal: HttpRefusal): Outage {
  const { place, said, status, words } = refusal;
  const quoted = said === '' ? '' : `: it says "${said}"`;
  const byWords = BY_WORDS.find(([pattern]) => pattern.test(words))?.[1];
  if (refusal.isEmpty && (status < 300 || status === 304)) return emptyOutage(refusal);
  if (status >= 300 && status < 400) {
    return abacosOutage({
      reason: `${place} answered with HTTP ${status} (redirected${targetOf(refusal)}), and order-monit sends the key nowhere else`,
      hint: leadsToLogin(refusal.headers.location ?? '')
        ? `it leads to a login page: ${LET_THROUGH}`
        : 'set wsdl_order_api in abacos.yml to the address that the service has now',
    });
  }
  if (status === 200) {
    return abacosOutage({
      reason: `${place} answered with something that is not SOAP, such as a web page${quoted}`,
      hint: byWords ?? BETWEEN,
    });
  }
  const seconds = secondsToWait(refusal);
  const wait = seconds === 0 ? '' : ` (it asks to be left alone for ${seconds} s)`;
  return abacosOutage({
    reason: `${place} answered with HTTP ${status}${meaningOf(refusal)}${wait}${quoted}`,
    hint: byWords ?? BY_STATUS[status] ?? usualHint(status),
    retryAfterMs: Math.min(seconds, MOST_RETRY_AFTER_S) * 1000,
  });
}

/** No words at all: what takes a call and says nothing to it is no web service, and 304 is for those who ask again. */
function emptyOutage({ place, status }: HttpRefusal): Outage {
  return abacosOutage({
    reason: `${place} answered with HTTP ${status} and nothing else, which is no answer to a call`,
    hint:
      status === 304
        ? 'a cache or proxy in front of Abacos answers in its place: have it let calls (POST) through to Abacos'
        : 'check the path of wsdl_order_api in abacos.yml: what is there (a load balancer, a health check, another service) takes no calls',
  });
}

function meaningOf({ status, headers }: HttpRefusal): string {
  if (status === 403) return ' (forbidden)';
  if (status === 404) return ' (not found)';
  if (status !== 401 && status !== 407) return '';
  const schemes = [headers['www-authenticate'], headers['proxy-authenticate']]
    .flat()
    .flatMap((value) => value?.match(/\b(?:basic|digest|ntlm|negotiate|bearer)\b/gi) ?? []);
  return ` (it asks for a user name and password${schemes.length === 0 ? '' : `: ${[...new Set(schemes)].join(', ')}`})`;
}

/** Without its query, which may hold whatever, and without a user name and password. */
function targetOf({ headers: { location } }: HttpRefusal): string {
  if (location === undefined) return '';
  const bare = location.replace(/^((?:https?:)?\/\/)[^/?#]*@/i, '$1');
  const target = /^(?:https?:\/\/)?[\w.~:/[\]%-]{1,120}/i.exec(bare)?.[0];
  return target === undefined ? '' : ` to ${target}`;
}
