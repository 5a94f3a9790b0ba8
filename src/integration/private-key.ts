/** A private key in whatever form people have it: read, or named for what it is, with the command that makes it usable. */
import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';

import ssh2, { type ParsedKey } from 'ssh2';

import { errorCode } from '../text/error.ts';

/** Why a key cannot be used, as what is said of its file. */
export interface UnusableKey {
  readonly problem: string;
  /** It is the public half of one: what an agent may have the private half of. */
  readonly publicKey?: ParsedKey;
}

const NO_PASSPHRASE =
  'is encrypted, and there is no passphrase for it; give it as the credential ssh_passphrase, or name a file with it as passphrase_file';
const WRONG_PASSPHRASE = 'cannot be decrypted with the passphrase that is given for it';

/**
 * Reads a private key.
 *
 * @param path for the commands that are named; the file itself is not looked at
 * @param passphraseOf asked only where the key is encrypted
 */
export function readPrivateKey(
  path: string,
  content: string,
  passphraseOf: () => string | undefined,
): ParsedKey | UnusableKey {
  const text = tidied(content);
  const other = otherForm(path, text);
  if (other !== undefined) return other;
  const block = PRIVATE_BLOCK.exec(text)?.[0] ?? text;
  const passphrase = isEncrypted(block) ? passphraseOf() : undefined;
  if (isEncrypted(block) && passphrase === undefined) return { problem: NO_PASSPHRASE };
  const key = parse(path, block, passphrase);
  if ('problem' in key || key.isPrivateKey()) return key;
  return { problem: 'is a public key; private_key names the file without .pub', publicKey: key };
}

/** Without what editors, mails and variables make of a text: line ends of Windows, a mark at its beginning, indentation. */
function tidied(content: string): string {
  const lines = content.includes('\n') ? content : content.replaceAll('\\n', '\n');
  return lines
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .join('\n')
    .trim();
}

/** The private one of several blocks: openssl writes the parameters of a curve before it, and certificates around it. */
const PRIVATE_BLOCK = /^-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----\n[\s\S]+?\n-----END \1-----$/m;

const OPENSSH_BEGIN = '-----BEGIN OPENSSH PRIVATE KEY-----';
const PUTTY = /^PuTTY-User-Key-File-(\d+): (\S+)(?:\nEncryption: (\S+))?/;

/** Texts that hold no key which could be read here, each with what they are and what makes one of them. */
function otherForm(path: string, text: string): UnusableKey | undefined {
  const [, version, type = '', encryption = 'none'] = PUTTY.exec(text) ?? [];
  if (version !== undefined && (version !== '2' || !/^ssh-(?:rsa|dss)$/.test(type) || encryption !== 'none')) {
    const convert = `puttygen ${path} -O private-openssh -o ${path}.new (Debian's package putty-tools)`;
    return { problem: `is a key of PuTTY (.ppk, version ${version}, ${type}); convert it: ${convert}` };
  }
  if (text === '') return { problem: 'is empty' };
  if (/^\S+-cert-v0\d@openssh\.com /.test(text)) {
    return { problem: 'is a certificate; private_key names the private key that it was made for (without -cert.pub)' };
  }
  if (text.startsWith('---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----')) {
    return { problem: `is in the form of ssh.com; convert it: ssh-keygen -i -f ${path} > ${path}.new` };
  }
  if (PRIVATE_BLOCK.test(text)) return undefined;
  if (text.includes(OPENSSH_BEGIN) || /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) {
    return {
      problem: 'is a private key that is damaged or cut short; copy the file anew, with its first and last line',
    };
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) {
    return { problem: 'is a certificate for TLS, and holds no private key' };
  }
  if (/^-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text)) {
    return { problem: 'is a public key; private_key names the private one' };
  }
  // A byte of no text: DER, PKCS #12, or a text that Windows wrote in UTF-16.
  if (/[\0\ufffd]/.test(text)) {
    return {
      problem:
        'is no text; a key in DER is converted by openssl pkey -inform DER -in FILE -out NEW, one in PKCS #12 (.p12, .pfx) by ' +
        'openssl pkcs12 -nocerts -nodes -in FILE -out NEW, a text in UTF-16 by iconv -f UTF-16 -t UTF-8 FILE > NEW',
    };
  }
  return undefined;
}

function parse(path: string, block: string, passphrase: string | undefined): ParsedKey | UnusableKey {
  try {
    if (PEM.test(block)) return fromOpenssl(path, block, passphrase);
    return fromSsh(path, block, passphrase);
  } catch (error) {
    // What a parser has to say may quote the key: only its kind is told.
    return { problem: opensslProblem(path, passphrase !== undefined, errorCode(error)) };
  }
}

const PEM = /^-----BEGIN (?:(?:ENCRYPTED|RSA|EC|DSA) )?PRIVATE KEY-----/;
const UNREADABLE =
  'is no private key that order-monit understands (ed25519, ecdsa and rsa, as ssh-keygen, openssl and PuTTY write them), or is damaged';

function opensslProblem(path: string, isEncrypted: boolean, code: string | undefined): string {
  if (!isEncrypted) return UNREADABLE;
  if (code !== 'ERR_OSSL_UNSUPPORTED' && code !== 'ERR_OSSL_EVP_UNSUPPORTED') return WRONG_PASSPHRASE;
  return (
    `cannot be decrypted with the passphrase that is given for it, or is encrypted in a way that OpenSSL has given up; where ` +
    `the passphrase is right, convert it: openssl pkcs8 -topk8 -v2 aes256 -provider legacy -provider default -in ${path} -out ${path}.new`
  );
}

const MAKE_ANEW = "make a new one: ssh-keygen -t ed25519 -N '' -C order-monit";

/** What openssl writes: ssh2 reads only some of it. */
function fromOpenssl(path: string, block: string, passphrase: string | undefined): ParsedKey | UnusableKey {
  const key = createPrivateKey({ key: block, ...(passphrase === undefined ? {} : { passphrase }) });
  const type = key.asymmetricKeyType;
  if (type === 'ed25519') return fromSsh(path, opensshForm(key), undefined);
  if (type !== 'ec' && type !== 'rsa') {
    return { problem: `is a key of a kind that SSH has no use for (${type ?? 'unknown'}); ${MAKE_ANEW}` };
  }
  const older = key.export({ type: type === 'ec' ? 'sec1' : 'pkcs1', format: 'pem' });
  return fromSsh(path, older.toString(), undefined);
}

function fromSsh(path: string, text: string, passphrase: string | undefined): ParsedKey | UnusableKey {
  const parsed: unknown = ssh2.utils.parseKey(text, passphrase);
  // The types say one key; for OpenSSH's own form it is a list of one.
  const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (isParsedKey(key)) {
    return key.type === 'ssh-dss' ? { problem: `is a DSA key, which OpenSSH takes no more; ${MAKE_ANEW}` } : key;
  }
  return { problem: sshProblem(path, text, key instanceof Error ? key.message : '') };
}

/** What the library takes for a key, whose types say less than it gives. */
export function isParsedKey(value: unknown): value is ParsedKey {
  return typeof value === 'object' && value !== null && 'isPrivateKey' in value && !(value instanceof Error);
}

function sshProblem(path: string, text: string, said: string): string {
  const isUnreadable = bytesOf(OPENSSH_KEY.exec(text)?.[1] ?? '').startsWith(CIPHER_AT + UNREADABLE_CIPHER);
  const [, named] = /^Unsupported cipher for OpenSSH key: ([\w@.-]+)$/.exec(said) ?? [];
  const cipher = isUnreadable ? UNREADABLE_CIPHER : named;
  if (cipher !== undefined) {
    return `is encrypted with ${cipher}, which order-monit cannot read; convert it: ssh-keygen -p -Z aes256-ctr -f ${path}`;
  }
  const [, type] = /^Unsupported OpenSSH private key type: ([\w@.-]+)$/.exec(said) ?? [];
  if (type?.startsWith('sk-') === true) {
    return `is a key of a security key (${type}), which a person has to touch at each login; ${MAKE_ANEW}`;
  }
  if (type !== undefined) return `is a key of a kind that order-monit cannot use (${type}); ${MAKE_ANEW}`;
  if (!isEncrypted(text)) return UNREADABLE;
  // Only what was decrypted in a wrong way has contents that do not fit, or is not to be trusted.
  return WRONG_PASSPHRASE;
}

const OPENSSH_KEY = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/;
const OPENSSH_MAGIC = 'openssh-key-v1\0';
/** What follows for a key in the clear: the cipher's name behind its length. */
const NO_CIPHER = '\0\0\0\u0004none';

const CIPHER_AT = `${OPENSSH_MAGIC}\0\0\0\u001d`;
/** What ssh2 takes for a cipher that it can read a key with, and can not. */
const UNREADABLE_CIPHER = 'chacha20-poly1305@openssh.com';

/** Whether a private key needs a passphrase. */
function isEncrypted(text: string): boolean {
  const body = OPENSSH_KEY.exec(text)?.[1];
  if (body === undefined) return /^Proc-Type: 4,ENCRYPTED|^-----BEGIN ENCRYPTED PRIVATE KEY-----/m.test(text);
  const bytes = bytesOf(body);
  return bytes.startsWith(OPENSSH_MAGIC) && !bytes.startsWith(OPENSSH_MAGIC + NO_CIPHER);
}

function bytesOf(body: string): string {
  return Buffer.from(body, 'base64').toString('latin1');
}

const ED25519 = 'ssh-ed25519';

/** An ed25519 key as OpenSSH keeps it in the clear (PROTOCOL.key), which is the only form of it that ssh2 reads. */
function opensshForm(key: KeyObject): string {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const [secret, open] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const publicKey = Buffer.concat([sized(ED25519), sized(open)]);
  const check = randomBytes(4);
  const fields = [check, check, publicKey, sized(Buffer.concat([secret, open])), sized('')];
  const length = fields.reduce((sum, field) => sum + field.length, 0);
  // Filled up to whole blocks of 8 bytes, with 1, 2, 3 …
  const filling = Buffer.from(Array.from({ length: (8 - (length % 8)) % 8 }, (_, index) => index + 1));
  const whole = Buffer.concat([
    Buffer.from(OPENSSH_MAGIC),
    ...['none', 'none', ''].map(sized),
    Buffer.from([0, 0, 0, 1]),
    sized(publicKey),
    sized(Buffer.concat([...fields, filling])),
  ]);
  return `${OPENSSH_BEGIN}\n${whole.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----`;
}

/** A string as SSH writes it: behind its length. */
function sized(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}
