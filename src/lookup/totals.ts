/** The head and how many orders are open or dismissed, read from the checkpoint whether a service runs or not. */
import { readCheckpoint } from '../checkpoint/index.ts';
import { checkpointPath, type Directories } from '../config/directories.ts';
import { isDismissed, openReasonOf } from '../core/record.ts';

export interface Totals {
  readonly head: number;
  readonly open: number;
  readonly dismissed: number;
}

/** @throws CheckpointFault, CheckpointIoError */
export async function checkpointTotals(directories: Directories): Promise<Totals> {
  let head = 0;
  let open = 0;
  let dismissed = 0;
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      for (const { record, head: isHead } of records) {
        if (openReasonOf(record) !== undefined) open += 1;
        if (isDismissed(record)) dismissed += 1;
        if (isHead) head = record.orderId;
      }
    },
  });
  return { head, open, dismissed };
}
