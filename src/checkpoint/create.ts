import { dirname } from 'node:path';

import { errorCode } from '../core/error-code.ts';
import type { OrderRecord } from '../core/record.ts';

import { CheckpointExists, CheckpointIoError } from './faults.ts';
import { adopt, appendAll, hostFiles, NEW_FILE_MODE, type Files } from './files.ts';
import { HEAD_MARK, printLine } from './line.ts';

export interface CreateOptions {
  readonly path: string;
  /** The file system of the host when left out. */
  readonly files?: Files;
  /** The order after which the monitor starts. */
  readonly head: OrderRecord;
}

/**
 * Makes a checkpoint of one `^HEAD` line. It is whole and durable or not there
 * at all, never in the place of another one, and belongs to whom its folder
 * belongs to (root makes it, the service writes it).
 *
 * @throws CheckpointExists when the path is taken
 * @throws CheckpointIoError when it can't be written
 */
export async function createCheckpoint({ path, files = hostFiles(), head }: CreateOptions): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.new`;
  try {
    const { uid, gid } = await files.facts(folder);
    await files.remove(temporary);
    const file = await files.open(temporary, 'create');
    try {
      await adopt(file, { mode: NEW_FILE_MODE, uid, gid });
      await appendAll(file, Buffer.from(printLine(HEAD_MARK, head)));
      await file.sync();
    } finally {
      await file.close();
    }
    // A second name, and not a rename: that would replace a file that is there.
    await files.link(temporary, path);
    await files.syncDirectory(folder);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw new CheckpointExists(path);
    throw new CheckpointIoError(path, 'make the checkpoint', error);
  } finally {
    await files.remove(temporary).catch(() => undefined);
  }
}
