/**
 * Files in a folder that several programs and people may write in. Nothing but a file of its own is opened: no link is
 * followed, no pipe is waited for, and no file that has its name elsewhere too is written to.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, statSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Something else lies where a file or a folder of order-monit's own should be. Somebody must act. */
export class ForeignFile extends Error {
  override readonly name = 'ForeignFile';
  readonly code = 'FOREIGN_FILE';

  constructor(path: string, what: string, remedy: string) {
    super(`${path} is ${what}. Find out who put it there, and ${remedy}`);
  }
}

/** Besides those that say what it is opened for: a terminal does not become this process' own. */
const CAREFULLY = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Opens a file of order-monit's own. @throws ForeignFile, the system's own error */
export async function openOwn(path: string, flags: number, mode?: number): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, flags | CAREFULLY, mode);
  } catch (error) {
    throw foreignAt(path) ?? error;
  }
  try {
    assertOwn(path, await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Opens a file as {@link openOwn} does, as a plain descriptor. @throws ForeignFile, the system's own error */
export function openOwnSync(path: string, flags: number, mode?: number): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, flags | CAREFULLY, mode);
  } catch (error) {
    throw foreignAt(path) ?? error;
  }
  try {
    assertOwn(path, fstatSync(descriptor));
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** @throws ForeignFile where a path does not lead to a folder itself, the system's own error */
export function assertFolder(path: string): void {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) throw new ForeignFile(path, `${kindOf(stats)}, and no folder`, 'move it away');
}

/** What can't be opened as a file because it is none. */
function foreignAt(path: string): ForeignFile | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined || stats.isFile() ? undefined : noFile(path, stats);
}

function assertOwn(path: string, stats: Stats): void {
  if (!stats.isFile()) throw noFile(path, stats);
  if (stats.nlink > 1 && !isHalfMade(path, stats)) {
    const remedy = `give order-monit a copy: cp -p ${path} ${path}.copy && mv ${path}.copy ${path}`;
    throw new ForeignFile(path, 'a file that has another name as well (a hard link)', remedy);
  }
  const folder = statSync(dirname(path));
  // In a folder of root's the service's user may be let in as one of a group.
  const isExpected = folder.uid === ROOT || [ROOT, folder.uid, process.geteuid?.()].includes(stats.uid);
  if (isExpected) return;
  const remedy = `if you trust what is in it: chown --reference=${dirname(path)} ${path}`;
  throw new ForeignFile(path, `a file of user ${stats.uid} in a folder of user ${folder.uid}`, remedy);
}

const ROOT = 0;

/** Where a new file has got its name and a crash came before its temporary one was removed. */
function isHalfMade(path: string, { dev, ino, nlink }: Stats): boolean {
  const made = lstatSync(temporaryPath(path), { throwIfNoEntry: false });
  return nlink === 2 && made?.dev === dev && made.ino === ino;
}

/** The name of a file until it is whole. */
export function temporaryPath(path: string): string {
  return `${path}.new`;
}

function noFile(path: string, stats: Stats): ForeignFile {
  return new ForeignFile(path, `${kindOf(stats)}, and no file`, 'move it away');
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isFile() ? 'a file' : 'a device';
}
