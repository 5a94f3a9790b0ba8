/** The open orders, read from the checkpoint whether a service runs or not. */
import { readCheckpoint } from '../checkpoint/index.ts';
import { checkpointPath, type Directories } from '../config/directories.ts';
import type { OrderRecord } from '../core/record.ts';
import { epochOf } from '../core/stamp.ts';

/** Those first that are open longest. @throws CheckpointFault, CheckpointIoError */
export async function openOrders(directories: Directories): Promise<OrderRecord[]> {
  const open: OrderRecord[] = [];
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      for (const { record } of records) if (record.verdict.status === 'FAILED') open.push(record);
    },
  });
  return open.sort((a, b) => epochOf(a.createdAt) - epochOf(b.createdAt) || a.orderId - b.orderId);
}
