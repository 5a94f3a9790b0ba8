/** Records, lines and opened checkpoints for the tests of this room, all at one moment. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import {
  openCheckpoint,
  readCheckpoint,
  verifyCheckpoint,
  type BadLine,
  type CheckpointLog,
  type OpenOptions,
  type Verification,
} from '../../src/checkpoint/index.ts';
import type { LedgerEntry } from '../../src/core/ledger.ts';
import { orderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { isStamp, stampOf, type Stamp } from '../../src/core/stamp.ts';
import { failed, SUCCESS, type Verdict } from '../../src/core/verdict.ts';
import { SimulatedDisk } from './disk.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** The moment that every test's clock shows unless it says otherwise. */
export const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
export const MISSING = failed('NOT_FOUND');

export interface RecordParts {
  readonly verdict?: Verdict;
  readonly attempts?: number;
  readonly createdMs?: number;
  readonly updatedMs?: number;
}

export function recordOf(id: number, parts: RecordParts = {}): OrderRecord {
  const { verdict = SUCCESS, attempts = 1, createdMs = NOW_MS, updatedMs = createdMs } = parts;
  return { orderId: orderId(id), verdict, attempts, createdAt: stampOf(createdMs), updatedAt: stampOf(updatedMs) };
}

export function entry(id: number, parts: RecordParts & { readonly head?: boolean } = {}): LedgerEntry {
  return { record: recordOf(id, parts), head: parts.head ?? false };
}

export function stamp(text: string): Stamp {
  if (!isStamp(text)) throw new Error(`"${text}" is no stamp`);
  return text;
}

/** A line with the time of {@link NOW_MS}. */
export function line(first: number | '^HEAD', id: number, rest = 'SUCCESS OK 1'): string {
  const at = stampOf(NOW_MS);
  return `${first} ${at} ${at} ${id} ${rest}\n`;
}

export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoint-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a checkpoint that keeps everything and reports nothing, unless told otherwise. */
export function openWith(options: Partial<OpenOptions> & Pick<OpenOptions, 'path'>): Promise<CheckpointLog> {
  return openCheckpoint({
    clock: { now: () => NOW_MS },
    keepSettledMs: Infinity,
    lateWindowMs: 2 * DAY_MS,
    report: () => undefined,
    ...options,
  });
}

/** The newest record of every order as `id STATUS REASON ATTEMPTS`, the head's with a `^` before it. */
export async function recordsOf(options: Pick<OpenOptions, 'path' | 'files'>): Promise<string[]> {
  const found: string[] = [];
  await readCheckpoint({
    ...options,
    onRecords: (records) => {
      for (const { record, head } of records) found.push((head ? '^' : '') + brief(record));
    },
  });
  return found;
}

export function brief({ orderId: id, verdict, attempts }: OrderRecord): string {
  return `${id} ${verdict.status} ${verdict.reason} ${attempts}`;
}

/** What `verify` finds in a checkpoint with this content, which it leaves alone. */
export async function verified(content: string): Promise<{ verification: Verification; bad: BadLine[] }> {
  const path = '/state/checkpoint';
  const bad: BadLine[] = [];
  const files = new SimulatedDisk({ [path]: content });
  const verification = await verifyCheckpoint({ path, files, onBadLine: (one) => bad.push(one) });
  assert.equal(files.operations, 0);
  return { verification, bad };
}
