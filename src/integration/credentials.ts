/** What order-monit proves its identity with: private keys in files, and an agent. */
import { createPrivateKey } from 'node:crypto';

import ssh2, { type ParsedKey } from 'ssh2';

import { readFile } from '../files/read-file.ts';
import { errorCode } from '../text/error.ts';
import { fingerprintOf, kindOf } from './host-key.ts';

export interface CredentialSettings {
  /** Where a key may be, in the order in which they are tried. Files that do not exist are passed over. */
  readonly privateKeys: readonly string[];
  /** What is in the files of `privateKeys`, where it was read before. */
  readonly keyContent?: (() => string | undefined) | undefined;
  /** For keys that are encrypted. Asked only when one is. */
  readonly passphrase: () => string | undefined;
  /** The agent's socket. */
  readonly agent: string | undefined;
}

export interface LoadedKey {
  readonly path: string;
  readonly key: ParsedKey;
}

export interface Credentials {
  /** Where keys were looked for. */
  readonly candidates: readonly string[];
  readonly keys: readonly LoadedKey[];
  readonly agent: string | undefined;
  /** Why a key that is there can't be used, a sentence each. */
  readonly unusable: readonly string[];
  /** What can be used but should not be as it is. */
  readonly warnings: readonly string[];
}

/** Reads the keys that can be used at this moment. Never throws: what is wrong with a key is said of that key. */
export async function loadCredentials(settings: CredentialSettings): Promise<Credentials> {
  const keys: LoadedKey[] = [];
  const unusable: string[] = [];
  const warnings: string[] = [];
  for (const path of settings.privateKeys) {
    const given = settings.keyContent?.();
    const content = given === undefined ? await contentOf(path) : { text: given, openToOthers: false };
    if (content === undefined) continue;
    if ('fault' in content) {
      unusable.push(`${path} ${content.fault}`);
      continue;
    }
    if (content.openToOthers)
      warnings.push(
        `${path} can be read by every user of this host, or written by others than its owner; run: chmod o=,g-w ${path}`,
      );
    const key = parsePrivateKey(content.text, settings.passphrase);
    if (typeof key === 'string') unusable.push(`${path} ${key}`);
    else keys.push({ path, key });
  }
  return { candidates: settings.privateKeys, keys, agent: settings.agent, unusable, warnings };
}

const CLOSED =
  'cannot be read by the user of the service; move it to /etc/order-monit/credentials/ssh_key, which systemd reads for it';

/** Far above any key. */
const LONGEST_KEY = 65_536;

type Content = { readonly text: string; readonly openToOthers: boolean } | { readonly fault: string };

/** A key file's content; `undefined` when there is none. */
async function contentOf(path: string): Promise<Content | undefined> {
  try {
    const { content, mode } = await readFile(path, LONGEST_KEY);
    return { text: content.toString(), openToOthers: (mode & 0o027) !== 0 };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return undefined;
    return { fault: code === 'EACCES' ? CLOSED : `cannot be read (${code ?? String(error)})` };
  }
}

/** The key in a text, or what keeps it from being used. */
function parsePrivateKey(text: string, passphraseOf: () => string | undefined): ParsedKey | string {
  const encrypted = isEncrypted(text);
  const passphrase = encrypted ? passphraseOf() : undefined;
  if (encrypted && passphrase === undefined) {
    return 'is encrypted, and there is no passphrase for it; give it as the credential ssh_passphrase, or name a file with it as passphrase_file';
  }
  const key = tryParse(text, passphrase);
  if (key?.isPrivateKey() === true) return key;
  if (encrypted) return 'cannot be decrypted with the passphrase that is given for it';
  if (key !== undefined) return 'is a public key; private_key names the file without .pub';
  return 'is no private key that order-monit understands (ed25519, ecdsa and rsa, as ssh-keygen writes them)';
}

const PKCS8 = /^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/;

function tryParse(text: string, passphrase: string | undefined): ParsedKey | undefined {
  try {
    const parsed: unknown = ssh2.utils.parseKey(PKCS8.test(text) ? withoutPkcs8(text, passphrase) : text, passphrase);
    // The types say one key; for OpenSSH's own form it is a list of one.
    const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return isParsedKey(key) ? key : undefined;
  } catch {
    // What the parser has to say may quote the key, and is the same to the reader: not usable.
    return undefined;
  }
}

function isParsedKey(value: unknown): value is ParsedKey {
  return typeof value === 'object' && value !== null && 'isPrivateKey' in value && !(value instanceof Error);
}

/** ssh2 does not read the form that openssl writes by default (PKCS #8), only the older ones. */
function withoutPkcs8(text: string, passphrase: string | undefined): string {
  const key = createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) });
  const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1';
  return key.export({ type, format: 'pem' }).toString().trim();
}

const OPENSSH_KEY = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/;
const OPENSSH_MAGIC = 'openssh-key-v1\0';
/** What follows for a key in the clear: the cipher's name behind its length. */
const NO_CIPHER = '\0\0\0\u0004none';

/** Whether a private key needs a passphrase. */
function isEncrypted(text: string): boolean {
  const body = OPENSSH_KEY.exec(text.trimStart())?.[1];
  if (body === undefined) return /^Proc-Type: 4,ENCRYPTED|^-----BEGIN ENCRYPTED PRIVATE KEY-----/m.test(text);
  const bytes = Buffer.from(body, 'base64').toString('latin1');
  return bytes.startsWith(OPENSSH_MAGIC) && !bytes.startsWith(OPENSSH_MAGIC + NO_CIPHER);
}

/** A key as people know it. */
export function describeKey({ path, key }: LoadedKey): string {
  return `${path} (${kindOf(key.type)} ${fingerprintOf(key.getPublicSSH())})`;
}

/** The line for the server's authorized_keys. */
export function authorizedKeysLine({ key }: LoadedKey): string {
  return `${key.type} ${key.getPublicSSH().toString('base64')} order-monit`;
}
