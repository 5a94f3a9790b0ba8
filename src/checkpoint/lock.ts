/** One order-monit a state directory. */
import { join } from 'node:path';

import { NEW_FILE_MODE } from '../files/files.ts';
import { lockFile, type Lock } from '../files/lock.ts';
import { CheckpointIoError } from './faults.ts';

/** Somebody else works on the same state directory. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  /** The other process, where it is known. */
  readonly pid: number | undefined;

  constructor(stateDirectory: string, pid: number | undefined) {
    const who = pid === undefined ? '' : ` (pid ${pid})`;
    super(`Another order-monit${who} is working on ${stateDirectory}. Stop it first, or give another --state-dir`);
    this.pid = pid;
  }
}

const LOCK_FILE = 'lock';

/**
 * Keeps every other order-monit out of a state directory until the lock is
 * released or this process ends.
 *
 * @throws AlreadyRunning when another process has it
 * @throws CheckpointIoError when the directory can't be written or the flock command is missing
 */
export async function acquireLock(stateDirectory: string): Promise<Lock> {
  const path = join(stateDirectory, LOCK_FILE);
  const lock = await lockFile(path, NEW_FILE_MODE).catch((error: unknown) => {
    throw new CheckpointIoError(path, 'take the lock', error);
  });
  if ('heldBy' in lock) throw new AlreadyRunning(stateDirectory, lock.heldBy);
  return lock;
}
