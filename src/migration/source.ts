/** What there is of the old daemon: its six configuration files and its checkpoint, as bytes. Nothing is written. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import {
  describeBadLine,
  HeadlessCheckpoint,
  verifyContent,
  type BadLine,
  type Verification,
} from '../checkpoint/index.ts';
import { describeKeys, readFromDisk, type FileOnDisk } from '../config/index.ts';
import { Refusal, UsageError } from '../terminal/errors.ts';
import { errorCode } from '../text/error.ts';
import { UntrustedFile, readAsItsOwner } from './rights.ts';

export interface OldFile {
  readonly name: string;
  readonly path: string;
  readonly content: Buffer;
}

export interface OldCheckpoint {
  readonly path: string;
  readonly content: Buffer;
  readonly found: Verification;
}

export interface OldInstallation {
  /** Those that are there. */
  readonly files: readonly OldFile[];
  /** Undefined when it has none. */
  readonly checkpoint: OldCheckpoint | undefined;
}

/** The names of the old daemon's configuration files, in the order in which they are read. */
export const FILE_NAMES: readonly string[] = [...new Set(describeKeys().map(({ file }) => file))].filter(
  (name) => name !== 'erp.yml',
);

export const NOTHING_IMPORTED = 'Nothing was imported.';

/** As much as is read of any configuration file. */
const LARGEST_FILE = 64 * 1024;
/** Ten million orders and more. */
const LARGEST_CHECKPOINT = 1024 ** 3;

/**
 * Reads all of it, and makes sure that the checkpoint can be worked with.
 *
 * @throws UsageError when this is no folder of the old daemon
 * @throws Refusal for what can't be read, and for a checkpoint with bad lines
 * @throws HeadlessCheckpoint
 */
export async function readOld(folder: string): Promise<OldInstallation> {
  const config = join(folder, 'config');
  if (!(await isFolder(config))) {
    throw new UsageError(
      `${folder} has no folder config that can be read. Name the folder of the old daemon, which holds config and data`,
    );
  }
  return { files: readFiles(config), checkpoint: await readOldCheckpoint(join(folder, 'data', 'checkpoint')) };
}

/** Whether a path leads to a folder. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function readFiles(folder: string): readonly OldFile[] {
  const files: OldFile[] = [];
  const unreadable: string[] = [];
  for (const name of FILE_NAMES) {
    const path = join(folder, name);
    try {
      files.push({ name, path, content: readAsItsOwner(path, LARGEST_FILE) });
    } catch (error) {
      if (errorCode(error) === 'ENOENT') continue;
      const isUntrusted = error instanceof UntrustedFile;
      unreadable.push(
        isUntrusted ? `${error.message}.` : `${path} can not be read (${errorCode(error) ?? String(error)}).`,
      );
    }
  }
  if (unreadable.length > 0) throw new Refusal([...unreadable, NOTHING_IMPORTED]);
  return files;
}

/** A configuration file as it is on the disk; undefined when there is none. */
export function fileIfThere(path: string): FileOnDisk | undefined {
  try {
    return readFromDisk(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function readOldCheckpoint(path: string): Promise<OldCheckpoint | undefined> {
  const bad: BadLine[] = [];
  try {
    const content = readAsItsOwner(path, LARGEST_CHECKPOINT);
    const found = await verifyContent({ path, content, onBadLine: (one) => bad.push(one) });
    if (bad.length > 0) {
      throw new Refusal([
        ...bad.map((one) => describeBadLine(path, one)),
        `No crash leaves such lines. Mend them, or restore the file from a backup. ${NOTHING_IMPORTED}`,
      ]);
    }
    if (found.head === undefined) throw new HeadlessCheckpoint(path);
    return { path, content, found };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    if (error instanceof UntrustedFile) throw new Refusal([`${error.message}. ${NOTHING_IMPORTED}`]);
    if (errorCode(error) === undefined) throw error;
    if (errorCode(error) === 'CHANGED') {
      throw new Refusal([`${path} has changed while it was read: stop the old daemon first. ${NOTHING_IMPORTED}`]);
    }
    throw new Refusal([`${path} can not be read (${errorCode(error)}). ${NOTHING_IMPORTED}`]);
  }
}
