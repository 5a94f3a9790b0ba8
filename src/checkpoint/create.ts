/** Makes a checkpoint, from a head or from the lines of another one. Never replaces a file that is there. */
import type { OrderRecord } from '../core/record.ts';
import { errorCode } from '../text/error.ts';

import { CheckpointExists, CheckpointIoError } from './faults.ts';
import { hostFiles, NEW_FILE_MODE, type Files } from '../files/files.ts';
import { HEAD_MARK, printLine } from './line.ts';
import { writeWholeFile } from '../files/whole-file.ts';

interface NewFile {
  readonly path: string;
  /** The file system of the host when left out. */
  readonly files?: Files;
}

export interface CreateOptions extends NewFile {
  /** The order after which the monitor starts. */
  readonly head: OrderRecord;
}

export interface CopyOptions extends NewFile {
  /** The lines of another checkpoint, which have been verified. */
  readonly content: Buffer;
}

/**
 * Makes a checkpoint of one `^HEAD` line. It is whole and durable or not there
 * at all, and never in the place of another one.
 *
 * @throws CheckpointExists when the path is taken
 * @throws CheckpointIoError when it can't be written
 */
export async function createCheckpoint({ head, ...file }: CreateOptions): Promise<void> {
  await copyCheckpoint({ ...file, content: Buffer.from(printLine(HEAD_MARK, head)) });
}

/** Makes a checkpoint of the bytes of another one, in the way and with the errors of {@link createCheckpoint}. */
export async function copyCheckpoint({ path, files = hostFiles(), content }: CopyOptions): Promise<void> {
  try {
    await writeWholeFile({ files, path, content, mode: NEW_FILE_MODE, replaces: false });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw new CheckpointExists(path);
    throw new CheckpointIoError(path, 'make the checkpoint', error);
  }
}
