/** What order-monit proves its identity with: private keys in files, and an agent. */
import type { ParsedKey } from 'ssh2';

import { readFile } from '../files/read-file.ts';
import { errorCode } from '../text/error.ts';
import { fingerprintOf, kindOf } from './host-key.ts';
import { readPrivateKey } from './private-key.ts';

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
  /** Public keys: those of the agent that are meant. All of them are, where there is none. */
  readonly named: readonly LoadedKey[];
  readonly agent: string | undefined;
  /** Why a key that is there can't be used, a sentence each. */
  readonly unusable: readonly string[];
  /** What can be used but should not be as it is. */
  readonly warnings: readonly string[];
}

/** Reads the keys that can be used at this moment. Never throws: what is wrong with a key is said of that key. */
export async function loadCredentials(settings: CredentialSettings): Promise<Credentials> {
  const keys: LoadedKey[] = [];
  const named: LoadedKey[] = [];
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
    const key = readPrivateKey(path, content.text, settings.passphrase);
    if (!('problem' in key)) keys.push({ path, key });
    else if (settings.agent !== undefined && key.publicKey !== undefined) named.push({ path, key: key.publicKey });
    else unusable.push(`${path} ${key.problem}`);
    const isPublic = 'problem' in key && key.publicKey !== undefined;
    if (content.openToOthers && !isPublic) {
      warnings.push(
        `${path} can be read by every user of this host, or written by others than its owner; run: chmod o=,g-w ${path}`,
      );
    }
  }
  return { candidates: settings.privateKeys, keys, named, agent: settings.agent, unusable, warnings };
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

/** A key as people know it. */
export function describeKey({ path, key }: LoadedKey): string {
  return `${path} (${kindOf(key.type)} ${fingerprintOf(key.getPublicSSH())})`;
}

/** The line for the server's authorized_keys. */
export function authorizedKeysLine({ key }: Pick<LoadedKey, 'key'>): string {
  return `${key.type} ${key.getPublicSSH().toString('base64')} order-monit`;
}
