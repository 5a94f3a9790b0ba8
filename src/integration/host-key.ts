/** A server's public key, as it travels and as people see it. */
import { createHash } from 'node:crypto';

export interface HostKey {
  /** The name that the protocol gives the kind of key: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly type: string;
  /** The kind as ssh-keygen prints it: `ED25519`, `ECDSA`, `RSA`. */
  readonly kind: string;
  /** Its length as ssh-keygen counts it; `undefined` for kinds that are not known here. */
  readonly bits: number | undefined;
  /** `SHA256:` and 43 characters, as ssh-keygen prints it. */
  readonly fingerprint: string;
  /** The key in the protocol's own form (RFC 4253, section 6.6). */
  readonly blob: Buffer;
}

const KINDS: Readonly<Record<string, string>> = {
  'ssh-ed25519': 'ED25519',
  'ssh-rsa': 'RSA',
  'ssh-dss': 'DSA',
  'ecdsa-sha2-nistp256': 'ECDSA',
  'ecdsa-sha2-nistp384': 'ECDSA',
  'ecdsa-sha2-nistp521': 'ECDSA',
};

/** Reads a key in the protocol's own form; `undefined` when it is none. */
export function readHostKey(blob: Buffer): HostKey | undefined {
  const [name, ...rest] = protocolStrings(blob);
  if (name === undefined || rest.length === 0) return undefined;
  const type = name.toString('latin1');
  return { type, kind: kindOf(type), bits: bitsOf(type, rest), fingerprint: fingerprintOf(blob), blob };
}

/** The kind of a key type as ssh-keygen prints it. */
export function kindOf(type: string): string {
  return KINDS[type] ?? type;
}

/** The fingerprint as ssh-keygen prints it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The strings of a key, each behind its length in four bytes; none when the lengths do not fit. */
function protocolStrings(blob: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    if (at + 4 > blob.length) return [];
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return [];
    strings.push(blob.subarray(at + 4, end));
    at = end;
  }
  return strings;
}

function bitsOf(type: string, parts: readonly Buffer[]): number | undefined {
  if (type === 'ssh-ed25519') return 256;
  const curve = /^ecdsa-sha2-nistp(\d+)$/.exec(type)?.[1];
  if (curve !== undefined) return Number(curve);
  const modulus = parts[1];
  if (type !== 'ssh-rsa' || modulus === undefined) return undefined;
  return BigInt(`0x0${modulus.toString('hex')}`).toString(2).length;
}
