/** What order-monit takes of SSH's algorithms, and what a server offers that has none of them. */
import { getCiphers } from 'node:crypto';
import type { Socket } from 'node:net';

import type { CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

/** The signature algorithms of each kind of host key, best first, and all that are offered in that order. */
const HOST_KEYS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

const KEY_EXCHANGES: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group15-sha512',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group17-sha512',
  'diffie-hellman-group18-sha512',
];

const CIPHERS: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  // A Node.js that was built without it can't be asked for it.
  ...(getCiphers().includes('chacha20') ? (['chacha20-poly1305@openssh.com'] as const) : []),
];

const MACS: readonly MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
];

/**
 * What rests on SHA-1, for a server from before OpenSSH 7.2 that has nothing else, and the one key exchange of those from
 * before 5.7 that does not. In that the server chooses the prime, and Node tests it, before the host key has been seen and
 * with everything else at a standstill: for half a minute where it has 8192 bits, and systemd's watchdog ends the service.
 */
const OLD = {
  hostKey: 'ssh-rsa',
  macs: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'],
  keyExchange: 'diffie-hellman-group-exchange-sha256',
} as const;

export interface AlgorithmNeeds {
  /** The kinds of host key, those wanted most first. */
  readonly keyTypes: readonly string[];
  readonly allowsSha1: boolean;
}

/** What is offered to a server, each list with the best first. */
export interface Offer {
  readonly kex: KexAlgorithm[];
  readonly cipher: CipherAlgorithm[];
  readonly hmac: MacAlgorithm[];
  readonly compress: 'none'[];
  readonly serverHostKey: ServerHostKeyAlgorithm[];
}

/** What is offered to the server. Nothing is compressed: what is packed may tell by its length what is in it. */
export function algorithmsFor({ keyTypes, allowsSha1 }: AlgorithmNeeds): Offer {
  return {
    kex: [...KEY_EXCHANGES, ...(allowsSha1 ? [OLD.keyExchange] : [])],
    cipher: [...CIPHERS],
    hmac: [...MACS, ...(allowsSha1 ? OLD.macs : [])],
    compress: ['none'],
    serverHostKey: keyTypes.flatMap((type) => [
      ...(HOST_KEYS[type] ?? []),
      ...(allowsSha1 && type === OLD.hostKey ? [OLD.hostKey] : []),
    ]),
  };
}

/**
 * All kinds of host key, those that the server is known by first. Without that a server with several keys could present
 * one that nobody recorded, though it has the recorded one too.
 */
export function allKeyTypes(known: readonly string[]): readonly string[] {
  return [...new Set([...known, ...Object.keys(HOST_KEYS)])];
}

/** An offer is far shorter, and what is no SSH server may say anything, without an end. */
const LONGEST_OFFER = 16 * 1024;
/** Each packet begins with its length and that of its padding, and this one with its kind and a cookie. */
const LISTS_BEGIN = 4 + 1 + 1 + 16;

/** The lists of a server's first packet (RFC 4253, 7.1), in their order, by the words in which the library misses one. */
const LISTS: readonly (readonly [missed: string, setting: string, ours: keyof Offer])[] = [
  ['key exchange algorithm', 'KexAlgorithms', 'kex'],
  ['host key format', 'HostKeyAlgorithms', 'serverHostKey'],
  ['C->S cipher', 'Ciphers', 'cipher'],
  ['S->C cipher', 'Ciphers', 'cipher'],
  ['C->S MAC', 'MACs', 'hmac'],
  ['S->C MAC', 'MACs', 'hmac'],
  ['C->S compression', 'Compression', 'compress'],
  ['S->C compression', 'Compression', 'compress'],
];

/** Names in the list of key exchanges that are none: they say what else the server can do. */
const NO_KEY_EXCHANGE = /^(?:ext-info-|kex-strict-)/;

export interface Misfit {
  /** What sshd_config calls the list. */
  readonly setting: string;
  readonly offered: readonly string[];
  /** What order-monit takes, best first. */
  readonly taken: readonly string[];
  /** Whether `allow_sha1` would do. */
  readonly isOld: boolean;
}

/** Listens for what a server offers, which nothing encrypts yet. */
export class ServerOffer {
  readonly #parts: Buffer[] = [];
  #length = 0;

  readonly #ours: Offer;

  constructor(socket: Socket, ours: Offer) {
    this.#ours = ours;
    const take = (bytes: Buffer): void => {
      this.#parts.push(bytes);
      this.#length += bytes.length;
      if (this.#length >= LONGEST_OFFER) socket.off('data', take);
    };
    socket.on('data', take);
    // Where it has agreed, nobody asks any more.
    socket.once('close', () => this.#parts.splice(0));
  }

  /** What there was nothing in common of, when that is why the handshake failed. */
  misfit(error: Error): Misfit | undefined {
    const missed = /no matching (.+)$/.exec(error.message)?.[1];
    const index = LISTS.findIndex(([words]) => words === missed);
    const [, setting, ours] = LISTS[index] ?? [];
    const all = listsOf(Buffer.concat(this.#parts))?.[index];
    if (setting === undefined || ours === undefined || all === undefined) return undefined;
    const offered = all.filter((name) => !NO_KEY_EXCHANGE.test(name));
    const old: readonly string[] = [OLD.hostKey, ...OLD.macs, OLD.keyExchange];
    return { setting, offered, taken: this.#ours[ours], isOld: offered.some((name) => old.includes(name)) };
  }
}

/** The lists of names in the packet after the version line; undefined when it is no such packet, or not whole. */
function listsOf(bytes: Buffer): readonly (readonly string[])[] | undefined {
  const version = /^SSH-[^\n]*\n/m.exec(bytes.toString('latin1'));
  if (version === null) return undefined;
  let at = version.index + version[0].length + LISTS_BEGIN;
  const lists: (readonly string[])[] = [];
  while (lists.length < LISTS.length) {
    if (at + 4 > bytes.length) return undefined;
    const begin = at + 4;
    at = begin + bytes.readUInt32BE(at);
    if (at > bytes.length) return undefined;
    const names = bytes.toString('latin1', begin, at).split(',');
    lists.push(names.filter((name) => /^[!-~]{1,64}$/.test(name)));
  }
  return lists;
}
