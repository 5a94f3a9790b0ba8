/** Lets commands work on the checkpoint of a service that does not run, under the lock that keeps it from starting. */
import { acquireLock, openCheckpoint, type CheckpointLog } from '../checkpoint/index.ts';
import { checkpointPath } from '../config/directories.ts';
import type { CommandContext } from '../terminal/command-context.ts';

/**
 * Opens the checkpoint for some work, and closes it as the work has left it.
 *
 * @throws AlreadyRunning, CheckpointFault, CheckpointIoError, and whatever the work throws
 */
export async function withCheckpoint<T>(
  { directories, output }: CommandContext,
  work: (checkpoint: CheckpointLog) => Promise<T>,
): Promise<T> {
  const lock = await acquireLock(directories.state);
  try {
    const checkpoint = await openCheckpoint({
      path: checkpointPath(directories),
      clock: Date,
      // Nothing is dropped here: that is for the service, which knows the settings.
      keepSettledMs: Infinity,
      lateWindowMs: Infinity,
      report: (message) => {
        output.error(message);
      },
    });
    try {
      return await work(checkpoint);
    } finally {
      await checkpoint.abandon();
    }
  } finally {
    lock.release();
  }
}
