/**
 * The file system as far as the checkpoint needs it. Everything that may fail
 * or be cut off by a crash goes through here, so that a test can make each
 * such case.
 */
import { constants, statSync } from 'node:fs';
import { link, open, rename, rm, type FileHandle } from 'node:fs/promises';

import { errorCode } from '../text/error.ts';
import { syncFolder } from './folders.ts';
import { openOwn } from './own-file.ts';

export interface Files {
  /**
   * `read` and `append` open a file of order-monit's own that is there; `create` makes one for
   * appending and fails with EEXIST when it is there. What is written goes to
   * the end, and with `append` it is durable at once.
   */
  open(path: string, purpose: 'read' | 'append' | 'create'): Promise<OpenFile>;
  facts(path: string): Promise<FileFacts>;
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name; fails with EEXIST when the name is taken. */
  link(from: string, to: string): Promise<void>;
  /** Removes a file. One that is not there is no error. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncDirectory(path: string): Promise<void>;
}

export interface OpenFile {
  facts(): Promise<FileFacts>;
  /** Fills as much of the buffer as the file gives, from a position. Returns how many bytes that were. */
  read(into: Buffer, position: number): Promise<number>;
  /** Appends bytes. Returns how many were taken: it may be fewer. Those before need not be durable, even where these are. */
  append(bytes: Buffer): Promise<number>;
  truncate(size: number): Promise<void>;
  /** Makes content and all attributes durable. */
  sync(): Promise<void>;
  setMode(mode: number): Promise<void>;
  setOwner(uid: number, gid: number): Promise<void>;
  close(): Promise<void>;
}

export interface FileFacts {
  /** Device and inode: two paths with the same identity are the same file. */
  readonly identity: string;
  readonly size: number;
  /** The permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The mode of a checkpoint that order-monit makes: the group may read it. */
export const NEW_FILE_MODE = 0o640;

const FLAGS = {
  read: constants.O_RDONLY,
  // O_DSYNC: one hop to the thread pool instead of a write and an fsync. Measured: 7 to 10 % less time for a backlog in
  // small pages.
  append: constants.O_RDWR | constants.O_APPEND | constants.O_DSYNC,
  create: constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL,
};

/** The file system of this host. */
export function hostFiles(): Files {
  return {
    open: async (path, purpose) =>
      openFile(await (purpose === 'create' ? open(path, FLAGS.create, NEW_FILE_MODE) : openOwn(path, FLAGS[purpose]))),
    // Synchronous: it is in the kernel's memory, and a hop to the thread pool takes ten times as long.
    facts: async (path) => Promise.resolve(factsOf(statSync(path))),
    rename: (from, to) => rename(from, to),
    link: (from, to) => link(from, to),
    remove: (path) => rm(path, { force: true }),
    syncDirectory: syncFolder,
  };
}

function openFile(handle: FileHandle): OpenFile {
  return {
    facts: async () => factsOf(await handle.stat()),
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    // On another thread, however short: where a backup has frozen the file system it waits, and the service answers on.
    append: async (bytes) => (await handle.write(bytes)).bytesWritten,
    truncate: (size) => handle.truncate(size),
    sync: () => handle.sync(),
    setMode: (mode) => handle.chmod(mode),
    setOwner: (uid, gid) => handle.chown(uid, gid),
    close: () => handle.close(),
  };
}

function factsOf(stats: { dev: number; ino: number; size: number; mode: number; uid: number; gid: number }): FileFacts {
  const { dev, ino, size, mode, uid, gid } = stats;
  return { identity: `${dev}:${ino}`, size, mode: mode & 0o7777, uid, gid };
}

/**
 * Appends all of the bytes, in as many writes as the system wants.
 *
 * @throws the system's own error
 */
export async function appendAll(file: OpenFile, bytes: Buffer): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) {
    const taken = await file.append(rest);
    if (taken === 0) throw new Error('the file takes no more bytes');
    rest = rest.subarray(taken);
  }
}

/** What says that this user may not give a file to that one: EINVAL is for an id that this user namespace lacks. */
const NOT_GIVEABLE: ReadonlySet<string | undefined> = new Set(['EPERM', 'EINVAL']);

/** Gives a new file a mode and, as far as this user may, an owner. */
export async function adopt(
  file: OpenFile,
  { mode, owner }: { mode: number; owner?: Owner | undefined },
): Promise<void> {
  if (owner !== undefined) await giveTo(file, owner);
  // Last, because a change of the owner may clear bits.
  await file.setMode(mode);
}

export type Owner = Pick<FileFacts, 'uid' | 'gid'>;

async function giveTo(file: OpenFile, { uid, gid }: Owner): Promise<void> {
  const own = await file.facts();
  if (own.uid === uid && own.gid === gid) return;
  try {
    await file.setOwner(uid, gid);
  } catch (error) {
    if (!NOT_GIVEABLE.has(errorCode(error))) throw error;
  }
}
