/** A retry or a dismissal while no service runs: written to the checkpoint, to `repairs.json` and to the history. */
import { RepairFile } from '../checkpoint/index.ts';
import { repairPath } from '../config/directories.ts';
import { dismissalEvents, withDismissal, type Dismissal } from '../core/dismissal.ts';
import { Effects } from '../core/effects.ts';
import type { Event } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import { dismissedAmong, retryEvents, retryResults, withAttemptsAgain, type RetryResult } from '../core/retry.ts';
import { stampOf } from '../core/stamp.ts';
import { History } from '../history/index.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { withCheckpoint } from './offline.ts';

/** What the disk gets to take a few lines. */
const CLOSING_MS = 5000;

/**
 * Returns for each id whether the order was open, so that it is retried.
 *
 * @throws AlreadyRunning, CheckpointFault, CheckpointIoError
 */
export async function retryWithoutService(
  context: CommandContext,
  { ids, by }: { readonly ids: readonly OrderId[]; readonly by: string },
): Promise<RetryResult[]> {
  const records = await change(context, {
    recordsFrom: (open, effects) => {
      // Without the memory of it, a command that may have been run is in doubt.
      const records = withAttemptsAgain(open, ids, (id) => effects?.inDoubt(id) ?? 1);
      const dismissed = dismissedAmong(open, ids);
      for (const { orderId } of records) if (!dismissed.has(orderId)) effects?.forget(orderId);
      return records;
    },
    eventsFor: (changed) => retryEvents(changed, by),
  });
  return retryResults(ids, records);
}

/**
 * Returns for each id whether the order was open and not dismissed yet.
 *
 * @throws AlreadyRunning, CheckpointFault, CheckpointIoError
 */
export async function dismissWithoutService(
  context: CommandContext,
  { ids, maxAttempts, ...dismissal }: Dismissal & { readonly ids: readonly OrderId[]; readonly maxAttempts: number },
): Promise<RetryResult[]> {
  const records = await change(context, {
    recordsFrom: (open, effects) => {
      const records = withDismissal(open, ids, maxAttempts);
      for (const { orderId } of records) effects?.leave(orderId);
      return records;
    },
    eventsFor: (changed) => dismissalEvents(changed, dismissal),
  });
  return retryResults(ids, records);
}

interface Change {
  /** @param effects what is kept of the effects of commands, and is changed with the records; `undefined` where nothing is */
  readonly recordsFrom: (
    open: ReadonlyMap<OrderId, OrderRecord>,
    effects: Effects | undefined,
  ) => readonly OrderRecord[];
  readonly eventsFor: (changed: readonly OrderRecord[]) => readonly Event[];
}

/** @returns the records as they are on the disk now */
async function change(context: CommandContext, { recordsFrom, eventsFor }: Change): Promise<readonly OrderRecord[]> {
  return withCheckpoint(context, async (checkpoint) => {
    const updatedAt = stampOf(Date.now());
    const { head, open } = checkpoint.ledger;
    const file = await openRepairs(context);
    const effects = file.found === undefined ? undefined : new Effects(file.found);
    const records = recordsFrom(open, effects).map((record) => ({ ...record, updatedAt }));
    await checkpoint.record(records.map((record) => ({ record, head: record.orderId === head })));
    if (file.found !== undefined && effects !== undefined) {
      await file.keep({ ...file.found, pending: [...effects.pending] });
    }
    await enterInHistory(context, eventsFor(records));
    return records;
  });
}

async function openRepairs({ directories, output }: CommandContext): Promise<RepairFile> {
  return RepairFile.open({
    path: repairPath(directories),
    clock: Date,
    report: (message) => {
      output.error(message);
    },
  });
}

async function enterInHistory({ directories, output }: CommandContext, events: readonly Event[]): Promise<void> {
  const history = new History({
    stateDirectory: directories.state,
    // To make room is left to the service, which knows how much there is.
    limitBytes: () => Infinity,
    clock: Date,
    report: (message) => {
      output.error(message);
    },
  });
  for (const event of events) history.append(event);
  await history.close(CLOSING_MS);
}
