/** Compaction: rewrites the checkpoint with one line an order, and drops settled ones after `keep_settled_days`. */
import { dirname } from 'node:path';

import { isSettled } from '../core/verdict.ts';
import { adopt, appendAll, type Files, type OpenFile } from '../files/files.ts';
import { TEARABLE_BYTES } from './blocks.ts';
import { visitCurrentLines, type CurrentLine } from './current.ts';
import { HEAD_MARK, printLine, type LineReader } from './line.ts';
import type { Survey } from './survey.ts';

/**
 * Which records of settled orders are dropped: old ones, but not the one that shows how
 * far the monitor had passed at `rememberFromMs`, from where the sweep for late
 * rows begins.
 */
export interface Retention {
  /** Dropped only if last updated before this moment (milliseconds since 1970). */
  readonly settledBeforeMs: number;
  /** Kept if created or updated from this moment on. */
  readonly rememberFromMs: number;
}

export interface CompactionOptions {
  readonly files: Files;
  readonly path: string;
  /** The file as it is, open for reading. */
  readonly file: OpenFile;
  readonly survey: Survey;
  readonly retention: Retention;
}

export interface CompactedFile {
  readonly file: OpenFile;
  readonly lines: number;
}

/** The name of the new file until it takes the place of the old one. */
export function compactionPath(path: string): string {
  return `${path}.tidying`;
}

/**
 * Puts the canonical file in the place of the checkpoint: written beside it,
 * synced, renamed. The file returned is open as {@link Files.open} does with `append`. The caller must
 * sync the folder before it relies on the new name.
 *
 * @throws the system's own error; the checkpoint is then as it was
 */
export async function compact(options: CompactionOptions): Promise<CompactedFile> {
  const { files, path } = options;
  const temporary = compactionPath(path);
  await files.remove(temporary);
  try {
    const lines = await write(temporary, options);
    const file = await files.open(temporary, 'append');
    try {
      await files.rename(temporary, path);
    } catch (error) {
      await file.close();
      throw error;
    }
    return { file, lines };
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
}

/** Makes the new file, whole and durable. Returns how many lines it has. */
async function write(temporary: string, options: CompactionOptions): Promise<number> {
  const file = await options.files.open(temporary, 'create');
  try {
    const { mode, ...owner } = await options.file.facts();
    await adopt(file, { mode, owner });
    const lines = await writeCanonical(file, options);
    await file.sync();
    return lines;
  } finally {
    await file.close();
  }
}

/** Makes the name that {@link compact} has given to the new file durable. */
export async function syncFolderOf(files: Files, path: string): Promise<void> {
  await files.syncDirectory(dirname(path));
}

async function writeCanonical(to: OpenFile, { file, survey, retention }: CompactionOptions): Promise<number> {
  const head = survey.ledger?.head;
  const floor = survey.ledger?.passedBefore(retention.rememberFromMs);
  const page = new Page(survey.size);
  let lines = 0;
  await visitCurrentLines({
    file,
    survey,
    visit: (line) => {
      const isHead = line.reader.orderId === head;
      if (!isHead && line.reader.orderId !== floor && isOutdated(line.reader, retention)) return;
      page.add(isHead ? HEAD_MARK : lines, line);
      lines++;
    },
    pause: () => appendAll(to, page.take()),
  });
  return lines;
}

function isOutdated(line: LineReader, { settledBeforeMs, rememberFromMs }: Retention): boolean {
  return (
    isSettled(line.verdict) &&
    line.updatedAtMs < settledBeforeMs &&
    line.updatedAtMs < rememberFromMs &&
    line.createdAtMs < rememberFromMs
  );
}

/** Lines on their way to the new file. Those of the seven-column form are copied as bytes. */
class Page {
  // A line has at least 50 bytes and grows by at most a reason and a longer
  // index, so the lines of one block never fill twice its size.
  readonly #bytes: Buffer;
  #length = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(2 * Math.min(size, TEARABLE_BYTES));
  }

  add(firstColumn: number | typeof HEAD_MARK, { reader, bytes, end }: CurrentLine): void {
    if (!reader.canonical) {
      this.#length += this.#bytes.write(printLine(firstColumn, reader.record(bytes)), this.#length, 'latin1');
      return;
    }
    this.#length += this.#bytes.write(`${firstColumn} `, this.#length, 'latin1');
    this.#length += bytes.copy(this.#bytes, this.#length, reader.restAt, end);
  }

  /** The lines since the last call. They are overwritten by the next ones. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }
}
