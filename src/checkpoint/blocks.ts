/** Reads a checkpoint in blocks of whole lines, so that a file of any size takes no more than 4 MiB of memory. */
import type { OpenFile } from '../files/files.ts';
import { NEWLINE } from './line.ts';

/**
 * The most that a crash can tear, in bytes: what is appended and not durable
 * yet. A longer unreadable end is damage.
 */
export const TEARABLE_BYTES = 4 * 1024 * 1024;

/** Part of a file. The bytes are overwritten when the next block is asked for. */
export interface Block {
  readonly bytes: Buffer;
  /** Where in the file it begins. */
  readonly offset: number;
  /** False for what stands behind the last newline; of that, at most {@link TEARABLE_BYTES} are shown. */
  readonly wholeLines: boolean;
}

/** The first `size` bytes of a file as blocks of whole lines, and last what has no newline, if there is such. */
export async function* blocksOf(file: Pick<OpenFile, 'read'>, size: number): AsyncGenerator<Block, void, void> {
  const buffer = Buffer.allocUnsafe(Math.min(size, TEARABLE_BYTES));
  let filled = 0;
  let offset = 0;
  while (offset + filled < size && filled < buffer.length) {
    const room = buffer.subarray(filled, Math.min(buffer.length, size - offset));
    const count = await file.read(room, offset + filled);
    if (count === 0) break;
    filled += count;
    const end = buffer.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
    if (end === 0) continue;
    yield { bytes: buffer.subarray(0, end), offset, wholeLines: true };
    buffer.copyWithin(0, end, filled);
    filled -= end;
    offset += end;
  }
  if (filled > 0) yield { bytes: buffer.subarray(0, filled), offset, wholeLines: false };
}
