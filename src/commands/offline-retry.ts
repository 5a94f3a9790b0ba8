import { RepairFile } from '../checkpoint/index.ts';
import { repairPath } from '../config/directories.ts';
import type { RetryResult } from '../control/status.ts';
import type { OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import { stampOf } from '../core/stamp.ts';
import { History } from '../history/index.ts';
import type { Surroundings } from '../terminal/command-context.ts';
import { withCheckpoint } from './offline.ts';

/** What the disk gets to take a few lines. */
const CLOSING_MS = 5000;

/**
 * Writes a retry to the checkpoint of a service that does not run.
 *
 * @throws AlreadyRunning, CheckpointFault, CheckpointIoError
 */
export async function retryWithoutService(
  surroundings: Surroundings,
  { ids, by }: { readonly ids: readonly OrderId[]; readonly by: string },
): Promise<RetryResult[]> {
  return withCheckpoint(surroundings, async (checkpoint) => {
    const updatedAt = stampOf(Date.now());
    const open = ids.flatMap((id) => {
      const record = checkpoint.ledger.open.get(id);
      return record === undefined ? [] : [{ ...record, attempts: 0, updatedAt }];
    });
    const { head } = checkpoint.ledger;
    await checkpoint.record(open.map((record) => ({ record, head: record.orderId === head })));
    await forgetEffects(surroundings, new Set(ids));
    await enterInHistory(surroundings, open, by);
    return ids.map((id) => ({ orderId: id, accepted: open.some((record) => record.orderId === id) }));
  });
}

/** What earlier commands may still show keeps nobody from a retry that a person asks for. */
async function forgetEffects({ directories, output }: Surroundings, ids: ReadonlySet<OrderId>): Promise<void> {
  const file = await RepairFile.open({
    path: repairPath(directories),
    clock: Date,
    report: (message) => {
      output.error(message);
    },
  });
  const pending = file.found?.pending.filter(([id]) => !ids.has(id));
  if (file.found !== undefined && pending !== undefined && pending.length < file.found.pending.length) {
    await file.keep({ ...file.found, pending });
  }
}

async function enterInHistory(
  { directories, output }: Surroundings,
  records: readonly OrderRecord[],
  by: string,
): Promise<void> {
  const history = new History({
    stateDirectory: directories.state,
    // To make room is left to the service, which knows how much there is.
    limitBytes: () => Infinity,
    clock: Date,
    report: (message) => {
      output.error(message);
    },
  });
  for (const record of records) {
    history.append({ kind: 'retry', orderId: record.orderId, orderNumber: null, record, by });
  }
  await history.close(CLOSING_MS);
}
