/** `order-monit rewind`: begins, shows, rehearses or cancels a re-check of orders that the head has passed. */
import { loadSettings } from '../adapters/settings.ts';
import { acquireLock, readRewind, RewindFile } from '../checkpoint/index.ts';
import { rewindPath } from '../config/directories.ts';
import { askRewind, askRewindCancel, askStatus } from '../control/client.ts';
import { parseRewindStatus, parseStatus, type RewindStatus } from '../control/status.ts';
import { orderId, type OrderId } from '../core/order.ts';
import { rewindDurationMs, rewindFor, type Rewind, type RewindRequest } from '../core/rewind.ts';
import { lookUp } from '../lookup/shop.ts';
import { checkpointTotals } from '../lookup/totals.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/errors.ts';
import { EXIT } from '../terminal/exit.ts';
import { duration } from '../words/duration.ts';
import { progressOf } from '../words/rewind.ts';
import { counted } from '../words/sentence.ts';
import { withProgress } from './progress.ts';
import { ifRunning } from './service-call.ts';

export interface RewindArguments {
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly toId?: number;
  /** Orders a cycle. */
  readonly rate?: number;
  readonly dryRun?: boolean;
  readonly status?: boolean;
  readonly cancel?: boolean;
}

/**
 * Has Abacos asked again about the orders from one of them up to the head. The
 * head stays where it is.
 */
export async function rewind(context: CommandContext, wanted: RewindArguments): Promise<number> {
  if (wanted.status === true) return showStatus(context);
  if (wanted.cancel === true) return cancel(context);
  const from = await startOf(context, wanted);
  const { head } = await checkpointTotals(context.directories);
  if (from > head) {
    throw new UsageError(`The head is order id ${head}: orders from id ${from} on are new ones, and are taken as such`);
  }
  if (wanted.dryRun === true) return rehearse(context, { ...wanted, from, head: orderId(head) });
  const { rate } = wanted;
  const by = context.operator;
  return begin(context, { from, by, ...(rate === undefined ? {} : { rate }) }, orderId(head));
}

async function startOf(context: CommandContext, { since, toId }: RewindArguments): Promise<OrderId> {
  if (toId !== undefined) return orderId(toId);
  if (since === undefined) {
    throw new UsageError(
      'Say how far back: --since 2026-11-20 or --to-id 72066. There are --status and --cancel as well',
    );
  }
  return orderId((await lookUp(context, async (orders, signal) => orders.lastIdBefore(since, signal))) + 1);
}

async function begin(context: CommandContext, request: RewindRequest, head: OrderId): Promise<number> {
  const { directories, json, output } = context;
  const answer = await ifRunning(() => askRewind(directories.runtime, request));
  const begun =
    answer === undefined
      ? await changeFile(context, (running) => rewindFor(request, running, { head, at: new Date().toISOString() }))
      : parseRewindStatus(answer.value);
  if (json) output.json(begun);
  else {
    const { from, through } = begun ?? { from: request.from, through: head };
    const when = answer === undefined ? 'when the service runs' : 'from now on';
    output.line(
      `Orders with ids from ${from} to ${through} are asked about again, ${when}. As long as that lasts, repairs go on even ` +
        'where Abacos denies orders that it had before. Progress: order-monit rewind --status',
    );
  }
  return EXIT.fine;
}

async function rehearse(
  context: CommandContext,
  { from, head, rate }: { readonly from: OrderId; readonly head: OrderId; readonly rate?: number },
): Promise<number> {
  const { directories, json, output } = context;
  const { service } = loadSettings(directories).config;
  const orders = await countOrders(context, from, head);
  const pace = rate ?? service.rewindRate;
  const durationMs = rewindDurationMs(orders, pace, service.runningCycleMs);
  if (json) output.json({ from, through: head, orders, rate: pace, durationMs });
  else {
    output.line(
      `${counted(orders, 'order')} from id ${from} to ${head}. At ${pace} a cycle this takes about ${duration(durationMs)}, ` +
        'and longer while there are commands to run. Nothing was changed: this is a dry run',
    );
  }
  return EXIT.fine;
}

const IDS_PER_READ = 20_000;

async function countOrders(context: CommandContext, from: OrderId, through: OrderId): Promise<number> {
  return withProgress(context, 'reading order ids', async (note) =>
    lookUp(context, async (orders, signal) => {
      let count = 0;
      for (let after = orderId(Math.max(0, from - 1)); ;) {
        const ids = await orders.idsInRange({ after, through, limit: IDS_PER_READ }, signal);
        count += ids.length;
        const last = ids.at(-1);
        if (last === undefined || ids.length < IDS_PER_READ) return count;
        note({ done: last - from + 1, of: through - from + 1 });
        after = last;
      }
    }),
  );
}

async function showStatus(context: CommandContext): Promise<number> {
  const { directories, json, output } = context;
  const answer = await ifRunning(() => askStatus(directories.runtime));
  const running: RewindStatus | undefined =
    answer === undefined ? await readRewind(rewindPath(directories)) : parseStatus(answer.value).rewind;
  if (json) output.json(running ?? null);
  else if (running === undefined) output.line('No rewind is under way');
  else output.line(`${progressOf(running)}${answer === undefined ? '. It goes on when the service runs' : ''}`);
  return EXIT.fine;
}

async function cancel(context: CommandContext): Promise<number> {
  const { directories, json, operator, output } = context;
  const answer = await ifRunning(() => askRewindCancel(directories.runtime, operator));
  let ended: RewindStatus | undefined;
  if (answer === undefined) {
    ended = await readRewind(rewindPath(directories));
    if (ended !== undefined) await changeFile(context, () => undefined);
  } else ended = parseRewindStatus(answer.value) ?? undefined;
  if (json) output.json(ended ?? null);
  else output.line(ended === undefined ? 'No rewind is under way' : `Called off: ${progressOf(ended)}`);
  return EXIT.fine;
}

/**
 * Changes the file of a service that does not run, under the lock that keeps it
 * from starting meanwhile.
 *
 * @throws AlreadyRunning, CheckpointIoError
 */
async function changeFile<T extends Rewind | undefined>(
  { directories, output }: CommandContext,
  change: (running: Rewind | undefined) => T,
): Promise<T> {
  const lock = await acquireLock(directories.state);
  try {
    const file = await RewindFile.open({
      path: rewindPath(directories),
      clock: Date,
      report: (message) => {
        output.error(message);
      },
    });
    const changed = change(file.found);
    await file.write(changed);
    return changed;
  } finally {
    lock.release();
  }
}
