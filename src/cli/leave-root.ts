/**
 * Root's commands work in folders of the service's user, who could lay links there and exchange folders while root
 * looks. So root becomes that user, for good, before it looks.
 */
import { readdirSync, readFileSync, type Stats } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';

import { readFromDisk, type FileOnDisk } from '../config/index.ts';
import { errorCode } from '../core/error-code.ts';
import type { Directories, Secrets } from './directories.ts';
import { walkTo, weaknessOf, type Walk } from './path-walk.ts';
import { Refusal } from './problems.ts';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the way to add what Node's types have forgotten
  namespace NodeJS {
    interface Process {
      initgroups?(user: string, extraGroup: number): void;
    }
  }
}

const ROOT = 0;

type Owner = Pick<Stats, 'uid' | 'gid'>;

function isRoot(): boolean {
  return process.geteuid?.() === ROOT;
}

/**
 * Makes a process of root's one of the user whom folders belong to. What root alone may read is read before: the
 * secrets that systemd hands to the service. Everything else is seen as the service sees it.
 *
 * Where the folders are root's own, it stays root, if nobody else could put something in their place.
 *
 * @param folders those that will be looked into; they need not be there
 * @returns the directories, with the secrets
 * @throws Refusal when that can't be done safely
 */
export function leaveRoot(directories: Directories, folders: readonly string[]): Directories {
  const owner = ownerOf(folders);
  if (owner === undefined) return directories;
  const secrets = readSecrets(directories);
  become(owner, folders);
  return secrets === undefined ? directories : { ...directories, secrets };
}

/** Root becomes the owner of folders, unless that is root. @throws Refusal */
export function becomeOwnerOf(folders: readonly string[]): void {
  const owner = ownerOf(folders);
  if (owner !== undefined) become(owner, folders);
}

/**
 * Does a part of root's work with the rights of the owner of a folder, where root has to go on afterwards. Nothing else
 * may be under way meanwhile.
 *
 * @throws Refusal, and whatever the work throws
 */
export async function asOwnerOf<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const owner = ownerOf([folder]);
  if (owner === undefined) return work();
  const groups = process.getgroups?.() ?? [];
  const group = process.getegid?.() ?? ROOT;
  try {
    taking(owner, [folder], (account) => {
      process.setegid?.(account.gid);
      process.seteuid?.(account.uid);
    });
    return await work();
  } finally {
    process.seteuid?.(ROOT);
    process.setegid?.(group);
    process.setgroups?.(groups);
  }
}

/** Whom root has to become: the one user, other than root, whom the folders belong to. */
function ownerOf(folders: readonly string[]): Owner | undefined {
  if (!isRoot()) return undefined;
  const walks = folders.map(walk);
  const owners = walks.flatMap(({ found }) => (found === undefined || found.uid === ROOT ? [] : [found]));
  const [owner, ...others] = owners;
  const another = others.find(({ uid }) => uid !== owner?.uid);
  if (owner !== undefined && another !== undefined) {
    throw new Refusal([
      `${folders.join(' and ')} belong to different users (${owner.uid} and ${another.uid}), so root can't work in both.`,
      'Give both to the user of the service.',
    ]);
  }
  for (const way of walks) assertSafe(way, owner ?? { uid: ROOT, gid: ROOT });
  return owner;
}

function walk(folder: string): Walk {
  try {
    return walkTo(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal([`Root does not work in ${folder}, because it can't see whose that is: ${reason}`]);
  }
}

function assertSafe(way: Walk, owner: Owner): void {
  const weakness = weaknessOf(way, owner);
  if (weakness === undefined) return;
  throw new Refusal([
    `Root does not work in ${way.path}: ${weakness}`,
    'Nothing was changed. Or call the command as the user whom the folder belongs to: sudo -u USER order-monit …',
  ]);
}

interface Account extends Owner {
  readonly name: string | undefined;
  readonly home: string;
}

function become(owner: Owner, folders: readonly string[]): void {
  taking(owner, folders, ({ gid, home, uid }) => {
    // That user may send signals then, and this one would open Node to a debugger: its own code, with root's terminal.
    process.on('SIGUSR1', () => undefined);
    process.setgid?.(gid);
    process.setuid?.(uid);
    assertLeft(uid);
    // Where files of that user are looked for.
    process.env['HOME'] = home;
  });
}

/** Takes the groups of a user, and then the rest. @throws Refusal */
function taking(owner: Owner, folders: readonly string[], rest: (account: Account) => void): void {
  try {
    const account = accountOf(owner);
    if (account.name === undefined) process.setgroups?.([]);
    else process.initgroups?.(account.name, account.gid);
    rest(account);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal([
      `Root does not work in ${folders.join(' and ')} without becoming the owner, user ${owner.uid}, first, and that ` +
        `failed: ${reason}.`,
      'Nothing was changed. Call /usr/sbin/order-monit, which starts Node as it has to be for this, or call the command ' +
        `as that user: sudo -u '#${owner.uid}' order-monit …`,
    ]);
  }
}

/** Asked as that user for a moment, because Node knows no other way to an account. */
function accountOf({ uid, gid }: Owner): Account {
  process.seteuid?.(uid);
  try {
    const { username, gid: primary, homedir } = userInfo();
    return { uid, gid: primary, name: username, home: homedir };
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    // An account that this host does not know has its number, and the group of its folder.
    if (gid === ROOT)
      throw new Error(`this host knows no user ${uid}, and the folder's group is root`, { cause: error });
    return { uid, gid, name: undefined, home: '/' };
  } finally {
    process.seteuid?.(ROOT);
  }
}

/** No thread has anything of root's left, by the kernel's own account: one that serves a ring of io_uring would. */
function assertLeft(uid: number): void {
  const threads = '/proc/self/task';
  for (const thread of readdirSync(threads)) {
    const status = readFileSync(join(threads, thread, 'status'), 'utf8');
    const ids = /^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)$/m.exec(status)?.slice(1) ?? [];
    const isLeft = ids.length === 4 && ids.every((id) => id === String(uid)) && /^CapPrm:\t0+$/m.test(status);
    if (!isLeft) throw new Error(`thread ${thread} has kept rights of root's`);
  }
  try {
    process.setuid?.(ROOT);
  } catch (error) {
    if (errorCode(error) === 'EPERM') return;
    throw error;
  }
  throw new Error('the kernel lets this process become root again');
}

/** Reads the folder of secrets, if root can trust what is there. The service gets it from systemd, which is root as well. */
function readSecrets({ config, credentials }: Directories): Secrets | undefined {
  const folder = credentials ?? join(resolve(config), 'credentials');
  const way = walk(folder);
  if (way.found?.isDirectory() !== true || weaknessOf(way, { uid: ROOT, gid: ROOT }) !== undefined) return undefined;
  const files = new Map<string, FileOnDisk | Error>();
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    try {
      files.set(path, readFromDisk(path));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Thrown again where the file is asked for.
      files.set(path, error);
    }
  }
  return { folder, files };
}
