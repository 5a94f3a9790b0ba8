/** The orders that are not settled, read from the checkpoint whether a service runs or not. */
import { readCheckpoint } from '../checkpoint/index.ts';
import { checkpointPath, type Directories } from '../config/directories.ts';
import { isDismissed, type OrderRecord } from '../core/record.ts';
import { epochOf } from '../core/stamp.ts';

/** The open orders, and those first that are open longest. @throws CheckpointFault, CheckpointIoError */
export async function openOrders(directories: Directories): Promise<OrderRecord[]> {
  return (await failedOrders(directories)).filter((record) => !isDismissed(record));
}

/** The open orders and those that were dismissed. @throws CheckpointFault, CheckpointIoError */
export async function failedOrders(directories: Directories): Promise<OrderRecord[]> {
  const failed: OrderRecord[] = [];
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      for (const { record } of records) if (record.verdict.status === 'FAILED') failed.push(record);
    },
  });
  return failed.sort((a, b) => epochOf(a.createdAt) - epochOf(b.createdAt) || a.orderId - b.orderId);
}
