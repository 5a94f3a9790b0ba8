/** Why a connection failed, in words for people: what the system or OpenSSL said, and what to do that follows from it. */
import { errorCode, messageOf, OUT_OF_FILES } from '../text/error.ts';
import { oneLine } from '../text/printable.ts';
import type { Destination, Failure } from './destination.ts';
import { otherSpeaker, speakerOf } from './speaker.ts';
import { tlsFailure } from './tls-failure.ts';

/** A place with the addresses that its name has: it may stand for another one than people think. */
export function placeWith(place: string, addresses: readonly string[]): string {
  const others = [...new Set(addresses)].filter((address) => !place.includes(address));
  return others.length === 0 ? place : `${place} (${others.slice(0, MOST_ADDRESSES).join(', ')})`;
}

const MOST_ADDRESSES = 4;

/** Puts what befell a connection into words; `undefined` where it is nothing that befalls connections. */
export function connectionFailure(error: unknown, to: Destination): Failure | undefined {
  const at = { ...to, place: placeWith(to.place, addressesIn(error)) };
  return webFailure(error, at) ?? networkFailure(tellingCode(error), at) ?? tlsFailure(error, at);
}

/** {@link connectionFailure}, or what the error says of itself: in one bounded line. */
export function anyFailure(error: unknown, to: Destination): Failure {
  return (
    connectionFailure(error, to) ?? {
      reason: `the exchange with ${to.place} failed: ${oneLine(messageOf(error), 200)}`,
    }
  );
}

/** Where each address failed in a way of its own, the way that says most: a host without IPv6 is the usual case. */
function tellingCode(error: unknown): string | undefined {
  const codes = [error, ...partsOf(error)].map((one) => errorCode(one));
  return ['ECONNREFUSED', 'ETIMEDOUT'].find((code) => codes.includes(code)) ?? codes.find((code) => code !== undefined);
}

function addressesIn(error: unknown): string[] {
  const named: unknown = error instanceof Error && 'addresses' in error ? error.addresses : undefined;
  const tried = [error, ...partsOf(error)].map((one: unknown) =>
    one instanceof Error && 'address' in one ? one.address : undefined,
  );
  const all = [...tried, ...(Array.isArray(named) ? named.map((one: unknown) => one) : [])];
  return all.filter((one) => typeof one === 'string');
}

/** One error for each address, where several were tried. */
function partsOf(error: unknown): readonly unknown[] {
  const parts: unknown = error instanceof AggregateError ? error.errors : undefined;
  return Array.isArray(parts) ? parts.map((part: unknown) => part) : [];
}

/** What answers is not HTTP. */
function webFailure(error: unknown, to: Destination): Failure | undefined {
  const code = errorCode(error);
  if (code?.startsWith('HPE_') !== true) return undefined;
  // The parser's first words of an answer are these three; what comes later is a web server's.
  if (!/^HPE_INVALID_(?:CONSTANT|VERSION|STATUS)$/.test(code)) {
    return {
      reason: `${to.place} answers with headers that HTTP does not allow (${code})`,
      hint: 'if it lasts, ask whoever runs that server, or a proxy in front of it: curl -v shows what it sends',
    };
  }
  const bytes: unknown = error instanceof Error && 'rawPacket' in error ? error.rawPacket : undefined;
  const speaker = Buffer.isBuffer(bytes) ? speakerOf(bytes) : undefined;
  const { place, setting, tls } = to;
  const hint = `check ${setting}: the port, and ${tls}`;
  if (speaker === undefined || speaker.protocol === 'http') {
    return { reason: `${place} does not answer as a web server does (${code})`, hint };
  }
  return speaker.protocol === 'tls'
    ? { reason: `what answers at ${place} speaks TLS, and no plain HTTP`, hint }
    : otherSpeaker(speaker, 'web server', to);
}

/** What the system says of a connection. */
function networkFailure(code: string | undefined, { place, setting }: Destination): Failure | undefined {
  switch (code) {
    case 'EMFILE':
    case 'ENFILE':
      return {
        reason: `no connection to ${place} could be opened: ${OUT_OF_FILES.problem}`,
        hint: OUT_OF_FILES.hint,
      };
    case 'ECONNREFUSED':
      return { reason: `nothing listens at ${place} (connection refused)` };
    case 'ETIMEDOUT':
      return {
        reason: `${place} can not be reached (connection timed out)`,
        hint: 'if it lasts, ask whether a firewall lets this machine through to it',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return { reason: `no network leads to ${place} (${code})` };
    case 'EACCES':
    case 'EPERM':
      return {
        reason: `this machine does not let order-monit connect to ${place} (${code})`,
        hint: 'check the firewall of this machine, and IPAddressDeny= in the unit',
      };
    case 'ENOTFOUND':
      return { reason: `the host of ${place} is not known`, hint: `check ${setting}, and the name servers` };
    case 'EAI_AGAIN':
      return { reason: `the host of ${place} could not be looked up: the name service does not answer` };
    case undefined:
    default:
      return undefined;
  }
}
