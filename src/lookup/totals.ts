import { readCheckpoint } from '../checkpoint/index.ts';
import { checkpointPath, type Directories } from '../config/directories.ts';

/** What the checkpoint says as a whole, read without the service. */
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
