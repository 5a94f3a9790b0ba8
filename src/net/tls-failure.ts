/** Why TLS could not be agreed on: the cause by what OpenSSL said, and what follows from each cause. */
import { errorCode, messageOf } from '../text/error.ts';
import { oneLine } from '../text/printable.ts';
import type { Destination, Failure } from './destination.ts';

type Explain = (to: Destination, said: string, handshakeBytes: number | undefined) => Failure;

const OLD_SERVER = 'or put a proxy in front of it that has it (nginx, stunnel), and name that';

/** What people outside can not mend on this machine, and how they say so. The first that fits counts. */
export const CAUSES: readonly (readonly [said: RegExp, explain: Explain])[] = [
  [
    /certificate has expired|CERT_HAS_EXPIRED|alert certificate expired/i,
    ({ place }) => ({
      reason: `the certificate of ${place} has expired`,
      hint: 'have it renewed by those who run the server; check the clock of this machine, too',
    }),
  ],
  [
    /not yet valid|CERT_NOT_YET_VALID/i,
    ({ place }) => ({
      reason: `the certificate of ${place} is not valid yet`,
      hint: 'check the clock of this machine (timedatectl), then that of the server which made the certificate',
    }),
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID|altnames|HOSTNAME_MISMATCH/i,
    ({ place, setting }, said) => ({
      reason: `the certificate of ${place} is for another name: ${said}`,
      hint: `name the server as its certificate does (${setting}), or have it get a certificate with the name that is there (as a subjectAltName; an address counts there alone)`,
    }),
  ],
  [
    /DEPTH_ZERO_SELF_SIGNED|^self[- ]signed certificate\b(?! in)/i,
    ({ ca, place }) => ({
      reason: `the certificate of ${place} is not trusted: it has signed itself (self-signed)`,
      hint: `if it is the right one, save it to a file, and name that (${ca})`,
    }),
  ],
  [
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|unable to verify the first certificate/i,
    ({ ca, place }, said) => ({
      reason: `the certificate of ${place} is not trusted: the one that signed it did not come along, and is not known here (${said})`,
      hint: `have the server send its whole chain, the intermediate certificate too; if the authority is your own, save its certificate to a file, and name that (${ca})`,
    }),
  ],
  [
    /SELF_SIGNED_CERT_IN_CHAIN|certificate in (?:certificate )?chain|UNABLE_TO_GET_ISSUER|unable to get (?:local )?issuer/i,
    ({ ca, place }, said) => ({
      reason: `the certificate of ${place} is not trusted: its authority is not known here (${said})`,
      hint: `save the certificate of that authority to a file, and name that (${ca})`,
    }),
  ],
  [
    /CERT_REVOKED|certificate revoked/i,
    ({ place }) => ({
      reason: `the certificate of ${place} has been revoked`,
      hint: 'have it replaced by those who run the server',
    }),
  ],
  [
    /unsafe legacy renegotiation/i,
    ({ place }, said) => ({
      reason: `the server at ${place} lacks secure renegotiation (RFC 5746), so no TLS with it is safe (${said})`,
      hint: `have the server updated, ${OLD_SERVER}`,
    }),
  ],
  [
    /unsupported protocol|alert protocol version|wrong ssl version|no protocols available|version too low/i,
    ({ place }, said) => ({
      reason: `the server at ${place} has no TLS version that is taken here (${said})`,
      hint: `have TLS 1.2 or newer switched on there, ${OLD_SERVER}`,
    }),
  ],
  [
    /too (?:small|weak)|legacy sigalg|bad (?:dh|ecpoint)|wrong signature type/i,
    ({ place }, said) => ({
      reason: `the certificate or key of ${place} is too weak to be taken (${said})`,
      hint: `have the server get a newer one (RSA with 2048 bits and SHA-256, or better), ${OLD_SERVER}`,
    }),
  ],
  [
    /alert handshake failure|no shared cipher|no ciphers available|insufficient security|no suitable/i,
    (to, said, handshakeBytes) => {
      if (handshakeBytes !== undefined && handshakeBytes > ALERTS_BYTES) return wantsCertificate(to, said);
      const orElse = handshakeBytes === undefined ? ', or it wants a certificate of the client' : '';
      return {
        reason: `the server at ${to.place} and order-monit have no TLS version, cipher and signature in common${orElse} (${said})`,
        hint: `have TLS 1.2 or newer with an AES-GCM cipher and signatures with SHA-256 switched on there, ${OLD_SERVER}`,
      };
    },
  ],
  [
    /certificate required|alert (?:bad certificate|unknown ca|certificate unknown|access denied|unsupported certificate)/i,
    wantsCertificate,
  ],
  [
    /unrecognized name/i,
    ({ place, setting }, said) => ({
      reason: `the server at ${place} has no certificate for the name that it was asked by (${said})`,
      hint: `check the host in ${setting}`,
    }),
  ],
  [
    /wrong version number|packet length too long|http request|https proxy request|record layer failure|bad record type|unknown protocol|unexpected message/i,
    ({ place, setting, tls }, said) => ({
      reason: `no TLS connection with ${place} could be agreed on: what answers there speaks no TLS (${said})`,
      hint: `check ${setting}, the port above all, and ${tls}`,
    }),
  ],
  [/before secure TLS connection was established/i, hungUp],
];

/** A server that finds nothing in common with its client sends an alert or two, of 7 bytes, and no certificate of its own. */
const ALERTS_BYTES = 64;

function wantsCertificate({ place }: Destination, said: string): Failure {
  return {
    reason: `the server at ${place} wants a certificate of the client, and refuses what it got (${said})`,
    hint: 'ask those who run the server whether it has to want one of order-monit, and which',
  };
}

/** Windows and many boxes in front of servers say no more when they find nothing in common. */
function hungUp({ place, setting }: Destination): Failure {
  return {
    reason: `no TLS connection with ${place} could be agreed on: it hung up`,
    hint:
      `check that TLS is spoken at that port (${setting}), and that the server lets this machine in; one that has nothing but what ` +
      `is no longer taken (TLS 1.1, signatures with SHA-1, RSA keys of 1024 bits) hangs up as well: have it updated, ${OLD_SERVER}`,
  };
}

/** What OpenSSL has to say against a certificate beyond the causes above. */
function distrusted({ ca, place }: Destination, said: string): Failure {
  return {
    reason: `the certificate of ${place} is not trusted (${said})`,
    hint: `have it mended by those who run the server; or, if it is the right one, save it to a file, and name that (${ca})`,
  };
}

/** Puts a failure of TLS into words; `undefined` for what is none. */
export function tlsFailure(error: unknown, to: Destination): Failure | undefined {
  const code = errorCode(error) ?? '';
  const message = messageOf(error);
  const said = subjectOf(error) ?? quoted(error, message);
  const handshakeBytes = numberIn(error);
  if (handshakeBytes !== undefined && (code === 'ECONNRESET' || code === 'EPIPE')) return hungUp(to);
  const cause = CAUSES.find(([pattern]) => [said, message, code].some((text) => pattern.test(text)));
  if (cause !== undefined && (isTlsCode(code) || isTlsText(message))) return cause[1](to, said, handshakeBytes);
  if (/^(?:CERT_|INVALID_|PATH_LENGTH_|UNSPECIFIED$)/.test(code) && isTlsCode(code))
    return distrusted(to, `${code}: ${said}`);
  if (!isTlsCode(code)) return undefined;
  return {
    reason: `no TLS connection with ${to.place} could be agreed on (${said === '' ? code : said})`,
    hint: `check ${to.setting}, and the certificate of the server (${to.ca})`,
  };
}

/** How much a server had sent when TLS failed, as far as that is known. */
function numberIn(error: unknown): number | undefined {
  const bytes: unknown = error instanceof Error && 'handshakeBytes' in error ? error.handshakeBytes : undefined;
  return typeof bytes === 'number' ? bytes : undefined;
}

/** Whom a certificate names that names no address: Node.js quotes an empty list where one was looked for. */
function subjectOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'reason' in error && 'cert' in error)) return undefined;
  const { cert, reason } = error;
  const address = /^IP: (.+) is not in the cert's list: *$/.exec(String(reason))?.[1];
  if (address === undefined) return undefined;
  const names = typeof cert === 'object' && cert !== null ? namesIn(cert) : [];
  const named = names.length === 0 ? 'nobody' : names.join(', ');
  return oneLine(`it names ${named}, and no address; ${address} was asked for`, 200);
}

function namesIn(certificate: object): string[] {
  const alternative: unknown = 'subjectaltname' in certificate ? certificate.subjectaltname : undefined;
  if (typeof alternative === 'string' && alternative !== '') return [alternative];
  const subject: unknown = 'subject' in certificate ? certificate.subject : undefined;
  const common: unknown = typeof subject === 'object' && subject !== null && 'CN' in subject ? subject.CN : undefined;
  return typeof common === 'string' ? [common] : Array.isArray(common) ? common.map(String) : [];
}

/** Codes that Node.js or OpenSSL gives, and the one that the database's driver puts in their place. */
function isTlsCode(code: string): boolean {
  return /^(?:EPROTO$|ETLS$|ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|UNSPECIFIED$|HANDSHAKE_SSL_ERROR$)/.test(
    code,
  );
}

/** Where a library has put a code of its own in the place of these. */
function isTlsText(message: string): boolean {
  return /certificate|SSL routines|secure TLS connection/i.test(message);
}

/**
 * What was said, without the numbers of OpenSSL's source around it, and without Node's advice to call it with other options:
 * `error:0A000102:SSL routines::unsupported protocol:../deps/…:1000:` has one such piece.
 */
function quoted(error: unknown, message: string): string {
  const reason: unknown = error instanceof Error && 'reason' in error ? error.reason : undefined;
  const inMessage = /error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)/i.exec(message)?.[1];
  const said =
    typeof reason === 'string' && reason !== '' ? reason : (inMessage ?? message.replace(/; if the root CA.*$/s, ''));
  return oneLine(said, 200);
}
