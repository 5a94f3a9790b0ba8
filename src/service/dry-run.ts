/** The checkpoint of a dry run. It has no way to write, so nothing can be recorded by mistake. */
import { readCheckpoint } from '../checkpoint/index.ts';
import { WorkingLedger, type LedgerEntry } from '../core/ledger.ts';
import type { Checkpoint } from '../monitor/ports.ts';

/**
 * What the file says, and from there on in memory only. It needs no lock: the
 * service may be running.
 *
 * @throws CheckpointFault, CheckpointIoError
 */
export async function rehearsal(path: string): Promise<Checkpoint> {
  let ledger: WorkingLedger | undefined;
  await readCheckpoint({
    path,
    onRecords: (records) => {
      for (const entry of records) ledger = note(ledger, entry);
    },
  });
  // A checkpoint without a record is refused by its reader.
  if (ledger === undefined) throw new Error(`The checkpoint ${path} has no record`);
  const kept = ledger;
  return {
    ledger: kept,
    record: async (entries) => {
      for (const entry of entries) note(kept, entry);
      return Promise.resolve();
    },
    compactIfWorthwhile: async () => Promise.resolve(),
  };
}

function note(ledger: WorkingLedger | undefined, { record, head }: LedgerEntry): WorkingLedger {
  const noted = ledger ?? new WorkingLedger(record.orderId, -Infinity);
  noted.note(record);
  if (head) noted.moveHead(record.orderId);
  return noted;
}
