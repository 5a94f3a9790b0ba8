/** The head and how many orders are open, read from the checkpoint whether a service runs or not. */
import { readCheckpoint } from '../checkpoint/index.ts';
import { checkpointPath, type Directories } from '../config/directories.ts';

/** @throws CheckpointFault, CheckpointIoError */
export async function checkpointTotals(directories: Directories): Promise<{ head: number; open: number }> {
  let head = 0;
  let open = 0;
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      for (const { record, head: isHead } of records) {
        if (record.verdict.status === 'FAILED') open += 1;
        if (isHead) head = record.orderId;
      }
    },
  });
  return { head, open };
}
