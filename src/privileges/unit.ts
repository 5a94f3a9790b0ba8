/** What the unit of the service gives to it, and hides from it. Root's commands ask systemd, so that drop-ins count. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

import { CONFIG_FOLDER, type Directories, type Hidden } from '../config/directories.ts';

export interface Credential {
  readonly name: string;
  readonly path: string;
  /** By `LoadCredentialEncrypted=`, and not `LoadCredential=`. */
  readonly isEncrypted: boolean;
}

export interface Unit {
  readonly owner: { readonly uid: number; readonly gid: number };
  /** What is read from where. */
  readonly credentials: readonly Credential[];
  readonly hidden: readonly Hidden[];
  /** Left out where it is everything. */
  readonly executable?: readonly string[];
}

const NAME = 'order-monit.service';
const DEADLINE_MS = 5000;

/** @returns undefined where there is no such unit, and for files that are not the unit's */
export function unitFor({ config, credentials }: Directories): Unit | undefined {
  if (resolve(config) !== CONFIG_FOLDER || credentials !== undefined) return undefined;
  const shown = ask(
    'systemctl',
    'show',
    NAME,
    '--property=LoadState,User,ProtectHome,PrivateTmp,NoExecPaths,ExecPaths',
  );
  const properties = new Map(shown.split('\n').map((line) => splitAt(line, '=')));
  if (properties.get('LoadState') !== 'loaded') return undefined;
  const [uid, gid] = ['-u', '-g'].map((what) => Number(ask('id', what, properties.get('User') ?? '')));
  // 0 where nothing was printed as well: then there is nobody to be.
  if (uid === undefined || gid === undefined || uid === 0) return undefined;
  return {
    owner: { uid, gid },
    credentials: credentialsOf(ask('systemctl', 'cat', NAME)),
    hidden: hiddenBy(properties),
    ...executableBy(properties),
  };
}

/** What a program prints; nothing where it fails or can't be called. */
function ask(program: string, ...words: readonly string[]): string {
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8', timeout: DEADLINE_MS, env: {} });
  return status === 0 ? stdout : '';
}

/** From the text of the unit and its drop-ins: `systemctl show` can't print them. */
export function credentialsOf(files: string): Unit['credentials'] {
  const found: Credential[] = [];
  for (const [, encrypted, setting = ''] of files.matchAll(/^LoadCredential(Encrypted)?=(.*)$/gm)) {
    const [name, path] = splitAt(setting.trim(), ':');
    // An empty one takes back those before it, of both kinds.
    if (name === '') found.length = 0;
    else if (path.startsWith('/')) found.push({ name, path, isEncrypted: encrypted !== undefined });
  }
  return found;
}

function hiddenBy(properties: ReadonlyMap<string, string>): readonly Hidden[] {
  const hidden: Hidden[] = [];
  const home = properties.get('ProtectHome') ?? 'no';
  if (home === 'yes' || home === 'tmpfs') {
    for (const folder of ['/home', '/root', '/run/user']) hidden.push({ folder, setting: `ProtectHome=${home}` });
  }
  if (properties.get('PrivateTmp') === 'yes') {
    for (const folder of ['/tmp', '/var/tmp']) hidden.push({ folder, setting: 'PrivateTmp=yes' });
  }
  return hidden;
}

function executableBy(properties: ReadonlyMap<string, string>): Pick<Unit, 'executable'> {
  if ((properties.get('NoExecPaths') ?? '') === '') return {};
  const paths = (properties.get('ExecPaths') ?? '').split(' ').map((path) => path.replace(/^[-+]+/, ''));
  return { executable: paths.filter((path) => path !== '') };
}

function splitAt(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
