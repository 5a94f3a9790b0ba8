import { acquireLock, openCheckpoint } from '../checkpoint/index.ts';
import type { RetryResult } from '../control/status.ts';
import type { OrderId } from '../core/order.ts';
import { stampOf } from '../core/stamp.ts';
import { checkpointPath } from './directories.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Writes a retry to the checkpoint of a service that does not run, under the
 * lock that keeps it from starting meanwhile.
 *
 * @throws AlreadyRunning, CheckpointFault, CheckpointIoError
 */
export async function retryWithoutService(
  { directories, output }: Surroundings,
  ids: readonly OrderId[],
): Promise<RetryResult[]> {
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
      const open = ids.flatMap((id) => checkpoint.ledger.open.get(id) ?? []);
      const updatedAt = stampOf(Date.now());
      await checkpoint.record(
        open.map((record) => ({
          record: { ...record, attempts: 0, updatedAt },
          head: record.orderId === checkpoint.ledger.head,
        })),
      );
      return ids.map((id) => ({ orderId: id, accepted: open.some((record) => record.orderId === id) }));
    } finally {
      await checkpoint.abandon();
    }
  } finally {
    lock.release();
  }
}
