import { createCheckpoint, readCheckpoint, verifyCheckpoint, type CurrentRecord } from '../checkpoint/index.ts';
import { duration } from '../alerts/duration.ts';
import { isGivenUp } from '../core/next.ts';
import { orderId, type OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import { epochOf, stampOf } from '../core/stamp.ts';
import { SUCCESS } from '../core/verdict.ts';
import { checkpointPath } from './directories.ts';
import { EXIT } from './exit.ts';
import type { Surroundings } from './surroundings.ts';
import { printTable } from './output.ts';
import { UsageError } from './problems.ts';
import { lookUp } from './shop-lookup.ts';
import { loadSettings } from './settings.ts';

export interface InitArguments {
  readonly latest?: boolean;
  readonly fromId?: number;
  /** Milliseconds since 1970. */
  readonly since?: number;
}

/** `checkpoint init`: one `^HEAD` line, which says after which order to start. Never replaces a checkpoint. */
export async function init(surroundings: Surroundings, wanted: InitArguments): Promise<number> {
  const path = checkpointPath(surroundings.directories);
  const start = await startAfter(surroundings, wanted);
  const now = stampOf(Date.now());
  // By the old convention the line that an operator starts with says SUCCESS: "the order to start after" is not ours.
  await createCheckpoint({
    path,
    head: { orderId: start, verdict: SUCCESS, attempts: 0, createdAt: now, updatedAt: now },
  });
  surroundings.output.line(
    `${path} is made: orders with an id above ${start} are watched. Next: order-monit once --dry-run`,
  );
  return EXIT.fine;
}

async function startAfter(surroundings: Surroundings, { latest, fromId, since }: InitArguments): Promise<OrderId> {
  if (fromId !== undefined) {
    if (fromId === 0) throw new UsageError('--from-id starts at 1');
    return orderId(fromId - 1);
  }
  if (since !== undefined) return lookUp(surroundings, async (orders, signal) => orders.lastIdBefore(since, signal));
  if (latest === true) return lookUp(surroundings, async (orders, signal) => orders.newestSettledId(signal));
  throw new UsageError('Say where to start: --latest, --from-id 72066 or --since 2026-11-20');
}

/** `checkpoint head`: the last order taken. */
export async function head(surroundings: Surroundings): Promise<number> {
  const { json, output } = surroundings;
  await eachRecord(surroundings, ({ record, head: isHead }) => {
    if (!isHead) return;
    if (json) output.line(JSON.stringify(asJson(record), null, 2));
    else output.line(String(record.orderId));
  });
  return EXIT.fine;
}

/** `checkpoint failed`: the open orders, those first that are open longest. */
export async function failed(surroundings: Surroundings): Promise<number> {
  const { json, output } = surroundings;
  const open: OrderRecord[] = [];
  await eachRecord(surroundings, ({ record }) => {
    if (record.verdict.status === 'FAILED') open.push(record);
  });
  open.sort((a, b) => epochOf(a.createdAt) - epochOf(b.createdAt));
  if (json) {
    output.line(JSON.stringify(open.map(asJson), null, 2));
    return EXIT.fine;
  }
  const maxAttempts = maxAttemptsOf(surroundings);
  const rows = open.map((record) => [
    String(record.orderId),
    record.verdict.reason,
    String(record.attempts),
    maxAttempts !== undefined && isGivenUp(record, maxAttempts) ? 'given up' : 'open',
    duration(Math.max(0, Date.now() - epochOf(record.createdAt))),
  ]);
  if (rows.length > 0) printTable(output, ['ORDER ID', 'REASON', 'ATTEMPTS', 'STATE', 'AGE'], rows);
  else if (output.isTerminal) output.line('No order is open.');
  return EXIT.fine;
}

/** `checkpoint list`: every order on record, in the order of the file. */
export async function list(surroundings: Surroundings): Promise<number> {
  const { json, output } = surroundings;
  // Line by line, however long the history is: a table of it all would have to be held first.
  await eachRecord(surroundings, ({ record }) => {
    const { orderId: id, verdict, attempts, createdAt, updatedAt } = record;
    if (json) output.line(JSON.stringify(asJson(record)));
    else output.line([id, verdict.status, verdict.reason, attempts, createdAt, updatedAt].join('\t'));
  });
  return EXIT.fine;
}

/** `checkpoint verify`: every bad line of the file, and what it holds. */
export async function verify(surroundings: Surroundings): Promise<number> {
  const { directories, json, output } = surroundings;
  const path = checkpointPath(directories);
  const bad: { line: number; fault: string; text: string }[] = [];
  const found = await verifyCheckpoint({ path, onBadLine: (one) => bad.push(one) });
  const sound = bad.length === 0 && found.head !== undefined;
  if (json) {
    output.line(JSON.stringify({ ...found, bad }, null, 2));
  } else {
    for (const { line, fault, text } of bad) output.line(`${path} line ${line}: ${fault}: "${text}"`);
    output.line(
      `${path}: ${found.lines} good lines, ${found.orders} orders, ${found.open} open, ${found.badLines} bad lines, ` +
        (found.head === undefined ? 'no ^HEAD line' : `head ${found.head}`),
    );
    if (found.torn !== undefined) {
      output.line(
        `Its last ${found.torn.bytes} bytes, from line ${found.torn.line} on, are not whole: a running service is writing, or a crash tore them`,
      );
    }
  }
  return sound ? EXIT.fine : EXIT.misconfigured;
}

async function eachRecord({ directories }: Surroundings, visit: (current: CurrentRecord) => void): Promise<void> {
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      records.forEach(visit);
    },
  });
}

function asJson({ orderId: id, verdict, attempts, createdAt, updatedAt }: OrderRecord): Record<string, unknown> {
  const iso = (stamp: typeof createdAt): string => new Date(epochOf(stamp)).toISOString();
  return { orderId: id, ...verdict, attempts, createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
}

/** The checkpoint can be read where the configuration can't: then what is given up can't be told. */
function maxAttemptsOf(surroundings: Surroundings): number | undefined {
  try {
    return loadSettings(surroundings.directories).config.service.maxAttempts;
  } catch {
    return undefined;
  }
}
