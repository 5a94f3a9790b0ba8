/** Certificates for a throw-away server, made with node:crypto alone. */
import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Valid until the end of 2025 only. */
  readonly expired?: boolean;
  /** Valid from 2048 on only. */
  readonly notYet?: boolean;
  /** Whether its common name is the only one that it has. */
  readonly hasNoAlternative?: boolean;
  /** Whether it may sign others. */
  readonly isAuthority?: boolean;
}

/** A certificate, in PEM form, for one name or IPv4 address. It is valid for decades. */
export function selfSigned(hostName: string, options: CertificateOptions = {}): Certificate {
  return certificateFor(hostName, options, undefined);
}

/** The same, signed by an authority of this name. */
export function signedBy(authority: Certificate, authorityName: string, hostName: string): Certificate {
  return certificateFor(hostName, {}, { name: authorityName, key: createPrivateKey(authority.key) });
}

function certificateFor(
  hostName: string,
  { expired = false, hasNoAlternative = false, isAuthority = false, notYet = false }: CertificateOptions,
  signer: { readonly name: string; readonly key: KeyObject } | undefined,
): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const ecdsaWithSha256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  const named = (text: string): Buffer =>
    sequence(der(0x31, sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(text)))));
  const validity = sequence(
    der(0x17, Buffer.from(notYet ? '480101000000Z' : '200101000000Z')),
    der(0x17, Buffer.from(expired ? '251231235959Z' : '491231235959Z')),
  );
  const alternativeName = sequence(
    der(0x06, Buffer.from('551d11', 'hex')),
    der(0x04, sequence(nameOrAddress(hostName))),
  );
  const authority = sequence(
    der(0x06, Buffer.from('551d13', 'hex')),
    der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
  );
  const extensions = [...(hasNoAlternative ? [] : [alternativeName]), ...(isAuthority ? [authority] : [])];
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    named(signer?.name ?? hostName),
    validity,
    named(hostName),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))]),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', toBeSigned, signer?.key ?? privateKey)]);
  return {
    certificate: pem('CERTIFICATE', sequence(toBeSigned, ecdsaWithSha256, der(0x03, signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function nameOrAddress(host: string): Buffer {
  return isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host));
}

/** One element of ASN.1's distinguished encoding: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...elements: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(elements));
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
