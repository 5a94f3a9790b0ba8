/** Reads a checkpoint without a lock and without changing it: the newest record of each order, or every bad line. */
import type { OrderId } from '../core/order.ts';
import { isDismissed, type OrderRecord } from '../core/record.ts';
import { errorCode } from '../text/error.ts';

import { visitCurrentLines } from './current.ts';
import { ForeignFile } from '../files/own-file.ts';
import {
  CheckpointFault,
  CheckpointIoError,
  ForeignCheckpoint,
  HeadlessCheckpoint,
  MissingCheckpoint,
  type BadLine,
} from './faults.ts';
import { hostFiles, type Files, type OpenFile } from '../files/files.ts';
import { survey, type Survey, type TornTail } from './survey.ts';

export interface CurrentRecord {
  readonly record: OrderRecord;
  readonly head: boolean;
}

export interface ReadOptions {
  readonly path: string;
  /** The file system of the host when left out. */
  readonly files?: Files;
  /** Takes the records, some thousand at a time; the next ones wait until it resolves. */
  readonly onRecords: (records: readonly CurrentRecord[]) => Promise<void> | void;
}

/**
 * Hands over the newest record of each order, in the order of the file, the
 * head last. Changes nothing and needs no lock: the service may be running.
 *
 * @throws MissingCheckpoint, HeadlessCheckpoint, DamagedCheckpoint
 * @throws CheckpointIoError when the file can't be read
 * @throws what `onRecords` throws
 */
export async function readCheckpoint({ path, files = hostFiles(), onRecords }: ReadOptions): Promise<void> {
  const { file, found } = await surveyed({ path, files });
  try {
    const head = found.ledger?.head;
    if (head === undefined) throw new HeadlessCheckpoint(path);
    let page: CurrentRecord[] = [];
    await visitCurrentLines({
      file,
      survey: found,
      visit: ({ reader, bytes }) => page.push({ record: reader.record(bytes), head: reader.orderId === head }),
      pause: async () => {
        const records = page;
        page = [];
        if (records.length > 0) await onRecords(records);
      },
    });
  } finally {
    await file.close();
  }
}

/** What `checkpoint verify` shows. */
export interface Verification {
  /** Lines that are records. */
  readonly lines: number;
  readonly orders: number;
  /** The orders whose newest record is FAILED. */
  readonly open: number;
  readonly badLines: number;
  /** Undefined without a `^HEAD` line, which is a fault. */
  readonly head: OrderId | undefined;
  /** An unreadable end: what a crash has left, or what the running service is writing at this moment. No fault. */
  readonly torn: TornTail | undefined;
  readonly canonical: boolean;
}

export interface VerifyOptions {
  readonly path: string;
  /** The file system of the host when left out. */
  readonly files?: Files;
  readonly onBadLine: (bad: BadLine) => void;
  /** Called as reading goes on. */
  readonly onRead?: (bytes: { readonly done: number; readonly of: number }) => void;
}

/**
 * Reads the whole file past every bad line, and tells of each. Changes nothing
 * and needs no lock: the service may be running.
 *
 * @throws MissingCheckpoint
 * @throws CheckpointIoError when the file can't be read
 */
export async function verifyCheckpoint({
  path,
  files = hostFiles(),
  onBadLine,
  onRead,
}: VerifyOptions): Promise<Verification> {
  return verified(onBadLine, async (report) => {
    const { file, found } = await surveyed({ path, files, onBadLine: report, onRead });
    await file.close();
    return found;
  });
}

/** Verifies what was read of a checkpoint already, in the way of {@link verifyCheckpoint}. */
export async function verifyContent({
  path,
  content,
  onBadLine,
}: Omit<VerifyOptions, 'files' | 'onRead'> & { readonly content: Buffer }): Promise<Verification> {
  const file = {
    read: async (into: Buffer, position: number) => Promise.resolve(content.copy(into, 0, position)),
  };
  const options = { path, file, size: content.length, rememberFromMs: Infinity };
  return verified(onBadLine, async (report) => survey({ ...options, onBadLine: report }));
}

type OnBadLine = VerifyOptions['onBadLine'];

async function verified(onBadLine: OnBadLine, read: (report: OnBadLine) => Promise<Survey>): Promise<Verification> {
  let badLines = 0;
  const { lines, superseded, ledger, torn, canonical } = await read((bad) => {
    badLines++;
    onBadLine(bad);
  });
  return {
    lines,
    orders: lines - superseded,
    open: [...(ledger?.open.values() ?? [])].filter((record) => !isDismissed(record)).length,
    badLines,
    head: ledger?.head,
    torn,
    canonical: canonical && torn === undefined,
  };
}

interface SurveyedOptions {
  readonly path: string;
  readonly files: Files;
  readonly onBadLine?: (bad: BadLine) => void;
  readonly onRead?: VerifyOptions['onRead'] | undefined;
}

/** Opens and reads a checkpoint. The file returned is still open. */
async function surveyed({
  path,
  files,
  onBadLine,
  onRead,
}: SurveyedOptions): Promise<{ file: OpenFile; found: Survey }> {
  let file: OpenFile | undefined;
  try {
    file = await files.open(path, 'read');
    const { size } = await file.facts();
    const noteBytes = (done: number): void => {
      onRead?.({ done, of: size });
    };
    return { file, found: await survey({ path, file, size, rememberFromMs: Infinity, onBadLine, onRead: noteBytes }) };
  } catch (error) {
    if (file === undefined && errorCode(error) === 'ENOENT') throw new MissingCheckpoint(path);
    if (error instanceof ForeignFile) throw new ForeignCheckpoint(path, error);
    await file?.close();
    if (error instanceof CheckpointFault) throw error;
    throw new CheckpointIoError(path, 'read the checkpoint', error);
  }
}
