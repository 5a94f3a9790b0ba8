/** Failures of calls to Abacos as `Outage`s: the reason in words for people, and what they can do about it. */
import { Outage, type OutageDetails } from '../core/outage.ts';
import type { Failure } from '../net/destination.ts';
import { connectionFailure } from '../net/failure.ts';
import { errorCode } from '../text/error.ts';

/** An outage of Abacos. */
export function abacosOutage(explanation: Failure & Pick<OutageDetails, 'retryAfterMs'>, cause?: unknown): Outage {
  return new Outage({ dependency: 'abacos', ...explanation, ...(cause === undefined ? {} : { cause }) });
}

/** Where a URL leads, as `host:port`. */
export function placeOf({ hostname, port, protocol }: URL): string {
  const standard = protocol === 'https:' ? '443' : '80';
  return `${hostname}:${port === '' ? standard : port}`;
}

/**
 * Puts an error of the network or of TLS into words. What else an error says is not quoted: it may hold what was sent.
 *
 * @param clean takes secrets out of a text
 */
export function networkOutage(error: unknown, place: string, clean: (text: string) => string): Outage {
  const code = errorCode(error) ?? 'without a code';
  const explanation = connectionFailure(error, { place, clean, ...ADDRESS }) ?? webExplanation(code, place);
  return abacosOutage(explanation, error);
}

const ADDRESS = {
  setting: 'wsdl_order_api in abacos.yml',
  ca: 'ca in abacos.yml',
  tls: 'whether the service is at http or https',
} as const;

function webExplanation(code: string, place: string): Failure {
  if (code === 'EPIPE') return { reason: `the connection to ${place} was lost` };
  if (code === 'ECONNRESET') {
    return {
      reason: `the connection to ${place} was lost`,
      hint: 'if it lasts, check in wsdl_order_api in abacos.yml whether the service is at http or https, and ask whether the address of this machine is allowed to use Abacos',
    };
  }
  return { reason: `the call to ${place} failed (${code})` };
}

/** An answer that has begun, and did not come to its end. */
export function cutOffOutage(place: string, cause: unknown): Outage {
  return abacosOutage(
    {
      reason: `the answer of ${place} was cut off before its end`,
      hint: 'if it lasts, ask whoever runs Abacos, or the proxy in front of it: its log says why',
    },
    cause,
  );
}

/** An answer that is one of several parts. */
export function partsOutage(place: string): Outage {
  return abacosOutage({
    reason: `${place} sends its answers in several parts (multipart/related, as MTOM does), which order-monit does not read`,
    hint: 'have MTOM switched off for this service by whoever runs Abacos, or the gateway in front of it',
  });
}

/** Puts an answer into words that is packed in a way that is not read. */
export function encodingOutage(names: string, place: string): Outage {
  // Anything may stand in a header. Only what may be such names is shown; a key of Abacos, with 36 characters, is not.
  const shown = /^[\w, .-]{1,30}$/.test(names) ? names : '[unreadable]';
  return abacosOutage({
    reason: `${place} packs its answers in a way that order-monit can not read (Content-Encoding: ${shown})`,
    hint: 'have whoever runs Abacos, or the proxy in front of it, send them unpacked or with gzip',
  });
}
