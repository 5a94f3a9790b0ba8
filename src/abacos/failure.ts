/** Failures of calls to Abacos as `Outage`s: the reason in words for people, and what they can do about it. */
import { OUT_OF_FILES, Outage } from '../core/outage.ts';
import { errorCode } from '../text/error.ts';

export interface Explanation {
  readonly reason: string;
  readonly hint?: string;
}

/** An outage of Abacos. */
export function abacosOutage(explanation: Explanation, cause?: unknown): Outage {
  return new Outage({ dependency: 'abacos', ...explanation, ...(cause === undefined ? {} : { cause }) });
}

/** Where a URL leads, as `host:port`. */
export function placeOf({ hostname, port, protocol }: URL): string {
  const standard = protocol === 'https:' ? '443' : '80';
  return `${hostname}:${port === '' ? standard : port}`;
}

const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Puts an error of the network or of TLS into words. Its own text is not used: it may quote what was sent. */
export function networkOutage(error: unknown, place: string): Outage {
  return abacosOutage(explanationOf(errorCode(error) ?? 'without a code', place), error);
}

function explanationOf(code: string, place: string): Explanation {
  switch (code) {
    case 'ECONNREFUSED':
      return { reason: `nothing listens at ${place} (connection refused)` };
    case 'ECONNRESET':
    case 'EPIPE':
      return { reason: `the connection to ${place} was lost` };
    case 'ETIMEDOUT':
      return {
        reason: `${place} can not be reached (connection timed out)`,
        hint: 'if it lasts, ask whether the address of this machine is allowed to use Abacos',
      };
    case 'EMFILE':
    case 'ENFILE':
      return {
        reason: `no connection to ${place} could be opened: ${OUT_OF_FILES.problem}`,
        hint: OUT_OF_FILES.hint,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { reason: `there is no route to ${place} (${code})` };
    case 'ENOTFOUND':
      return { reason: `the host of ${place} is not known`, hint: 'check wsdl_order_api in abacos.yml' };
    case 'EAI_AGAIN':
      return { reason: `the host of ${place} could not be looked up: the name service does not answer` };
    default:
      return protocolExplanation(code, place);
  }
}

function protocolExplanation(code: string, place: string): Explanation {
  if (code === 'CERT_HAS_EXPIRED') {
    return {
      reason: `the certificate of ${place} has expired`,
      hint: 'have it renewed by those who run Abacos; check the clock of this machine, too',
    };
  }
  if (CERTIFICATE_CODES.has(code)) {
    return {
      reason: `the certificate of ${place} is not trusted (${code})`,
      hint: 'have the certificate mended, or install the authority that issued it on this machine',
    };
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return {
      reason: `no TLS connection with ${place} could be agreed on (${code})`,
      hint: 'check in wsdl_order_api in abacos.yml whether the service is at http or https',
    };
  }
  if (code.startsWith('HPE_')) {
    return {
      reason: `${place} does not answer as a web server does (${code})`,
      hint: 'check wsdl_order_api in abacos.yml',
    };
  }
  return { reason: `the call to ${place} failed (${code})` };
}

/** Puts an HTTP answer that is no SOAP answer into words. Its body is not quoted. */
export function httpOutage(status: number, place: string): Outage {
  const answered = `${place} answered with HTTP ${status}`;
  if (status === 403) {
    return abacosOutage({
      reason: `${answered} (forbidden)`,
      hint:
        'set user_agent in abacos.yml to what a browser sends; ' +
        'or ask whether the address of this machine is allowed to use Abacos',
    });
  }
  if (status === 404) {
    return abacosOutage({
      reason: `${answered} (not found)`,
      hint: 'check the path of wsdl_order_api in abacos.yml',
    });
  }
  if (status === 401 || status === 407) {
    return abacosOutage({
      reason: `${answered} (it asks for a user name and password)`,
      hint: 'ask whoever runs the server in front of Abacos to let order-monit through',
    });
  }
  if (status >= 300 && status < 400) {
    return abacosOutage({
      reason: `${answered} (redirected), and order-monit sends the key nowhere else`,
      hint: 'set wsdl_order_api in abacos.yml to the address that the service has now',
    });
  }
  if (status === 200) {
    return abacosOutage({
      reason: `${place} answered with something that is not SOAP, such as a web page`,
      hint: 'check wsdl_order_api in abacos.yml',
    });
  }
  return abacosOutage({ reason: answered });
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
