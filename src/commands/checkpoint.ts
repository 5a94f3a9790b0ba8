/** `order-monit checkpoint`: init, head, list, verify and tidy (`failed` has a file of its own). */
import { existsSync } from 'node:fs';

import { loadSettings } from '../adapters/settings.ts';
import {
  describeBadLine,
  acquireLock,
  CheckpointExists,
  createCheckpoint,
  readCheckpoint,
  verifyCheckpoint,
  type BadLine,
  type CurrentRecord,
} from '../checkpoint/index.ts';
import { checkpointPath } from '../config/directories.ts';
import { orderId, type OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import { isoOf, stampOf } from '../core/stamp.ts';
import { SUCCESS } from '../core/verdict.ts';
import { lookUp } from '../lookup/shop.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/errors.ts';
import { EXIT } from '../terminal/exit.ts';
import { duration } from '../words/duration.ts';
import { counted } from '../words/sentence.ts';
import { withCheckpoint } from './offline.ts';
import { withProgress } from './progress.ts';

export interface InitArguments {
  readonly latest?: boolean;
  readonly fromId?: number;
  /** Milliseconds since 1970. */
  readonly since?: number;
}

/** `checkpoint init`: one `^HEAD` line, which says after which order to start. Never replaces a checkpoint. */
export async function init(context: CommandContext, wanted: InitArguments): Promise<number> {
  const path = checkpointPath(context.directories);
  // Before anything is asked of the shop, and before a running service is taken for what stands in the way.
  if (existsSync(path)) throw new CheckpointExists(path);
  const { start, note } = await startAfter(context, wanted);
  const now = stampOf(Date.now());
  const lock = await acquireLock(context.directories.state);
  try {
    // By the old convention the line that an operator starts with says SUCCESS: "the order to start after" is not ours.
    await createCheckpoint({
      path,
      head: { orderId: start, verdict: SUCCESS, attempts: 0, createdAt: now, updatedAt: now },
    });
  } finally {
    lock.release();
  }
  context.output.line(
    `${path} is made: orders with an id above ${start} are watched${note}. Next: order-monit once --dry-run`,
  );
  return EXIT.fine;
}

interface Start {
  /** The order to start after. */
  readonly start: OrderId;
  /** What else people should know, in the middle of a sentence. */
  readonly note: string;
}

async function startAfter(context: CommandContext, { latest, fromId, since }: InitArguments): Promise<Start> {
  if (fromId !== undefined) {
    if (fromId === 0) throw new UsageError('--from-id starts at 1');
    return { start: orderId(fromId - 1), note: '' };
  }
  const startBefore = async (epochMs: number): Promise<OrderId> =>
    lookUp(context, async (orders, signal) => orders.lastIdBefore(epochMs, signal));
  if (since !== undefined) return { start: await startBefore(since), note: '' };
  if (latest === true) {
    // What is not committed yet, or has no number yet, may have a lower id than any order that can be seen to be ready.
    const { lateWindowMs } = loadSettings(context.directories).config.service;
    const start = await startBefore(Date.now() - lateWindowMs);
    return {
      start,
      note: `, those of the last ${duration(lateWindowMs)} (late_window) among them: what Abacos lacks of these is repaired`,
    };
  }
  throw new UsageError('Say where to start: --latest, --from-id 72066 or --since 2026-11-20');
}

/** `checkpoint head`: the last order taken. */
export async function head(context: CommandContext): Promise<number> {
  const { json, output } = context;
  await eachRecord(context, ({ record, head: isHead }) => {
    if (!isHead) return;
    if (json) output.json(asJson(record));
    else output.line(String(record.orderId));
  });
  return EXIT.fine;
}

export { open as failed } from './open.ts';

/** `checkpoint list`: every order on record, in the order of the file. */
export async function list(context: CommandContext): Promise<number> {
  const { json, output } = context;
  // Line by line, however long the history is: a table of it all would have to be held first.
  await eachRecord(context, ({ record }) => {
    const { orderId: id, verdict, attempts, createdAt, updatedAt } = record;
    if (json) output.line(JSON.stringify(asJson(record)));
    else output.line([id, verdict.status, verdict.reason, attempts, createdAt, updatedAt].join('\t'));
  });
  return EXIT.fine;
}

/** `checkpoint verify`: every bad line of the file, and what it holds. */
export async function verify(context: CommandContext): Promise<number> {
  const { directories, json, output } = context;
  const path = checkpointPath(directories);
  const bad: BadLine[] = [];
  const found = await withProgress(context, 'reading the checkpoint, in KiB', async (note) =>
    verifyCheckpoint({
      path,
      onBadLine: (one) => bad.push(one),
      onRead: ({ done, of }) => {
        note({ done: Math.round(done / 1024), of: Math.round(of / 1024) });
      },
    }),
  );
  const sound = bad.length === 0 && found.head !== undefined;
  if (json) {
    output.json({ ...found, bad });
  } else {
    for (const one of bad) output.line(describeBadLine(path, one));
    output.line(
      `${path}: ${counted(found.lines, 'good line')}, ${counted(found.orders, 'order')}, ${found.open} open, ${counted(found.badLines, 'bad line')}, ` +
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

/** `checkpoint tidy`: the canonical form, which the old program reads, while no service runs. */
export async function tidy(context: CommandContext): Promise<number> {
  const { directories, output } = context;
  const lines = await withCheckpoint(context, async (checkpoint) => {
    await checkpoint.compact();
    return checkpoint.lines;
  });
  output.line(`${checkpointPath(directories)}: one line an order, ${lines} of them`);
  return EXIT.fine;
}

async function eachRecord({ directories }: CommandContext, visit: (current: CurrentRecord) => void): Promise<void> {
  await readCheckpoint({
    path: checkpointPath(directories),
    onRecords: (records) => {
      records.forEach(visit);
    },
  });
}

function asJson({ orderId: id, verdict, attempts, createdAt, updatedAt }: OrderRecord): Record<string, unknown> {
  return { orderId: id, ...verdict, attempts, createdAt: isoOf(createdAt), updatedAt: isoOf(updatedAt) };
}
