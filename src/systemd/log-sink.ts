/** Writes log lines so that a full disk or a stuck reader costs lines and never stops the work. */
import { writeSync } from 'node:fs';

import { errorCode } from '../text/error.ts';

export interface LineSinkOptions {
  readonly fd: number;
  /** Makes the line that says how many lines were lost before it, and for which error code. */
  readonly lostLine: (count: number, code: string) => string;
  /** Writes bytes and returns how many were taken. */
  readonly writeBytes?: (fd: number, bytes: Uint8Array) => number;
}

/** How long a reader that is behind is waited for, and in which steps. */
const PATIENCE_MS = 200;
const PAUSE_MS = 10;

/**
 * Writes lines (given without their line breaks) at once and in order. A reader
 * that is gone (EPIPE), a full disk (ENOSPC) or a reader that has stopped
 * reading (EAGAIN, after a short wait) costs lines. They are counted, and the
 * count goes before the next line that gets through.
 *
 * EAGAIN needs a file descriptor that does not block: see {@link createLog}.
 */
export function createLineSink({ fd, lostLine, writeBytes = writeSync }: LineSinkOptions): (line: string) => void {
  const encoder = new TextEncoder();
  let lost = 0;
  let reason = '';
  /** Between lines: the end of a line whose beginning is out already. It has to come next. */
  let pending: Uint8Array = new Uint8Array();

  const drain = (): void => {
    // Who is behind already is not waited for again: a stuck reader costs the patience once, not for each line.
    let pauses = lost > 0 ? 0 : PATIENCE_MS / PAUSE_MS;
    while (pending.length > 0) {
      try {
        pending = pending.subarray(writeBytes(fd, pending));
      } catch (error) {
        reason = errorCode(error) ?? String(error);
        if (reason !== 'EAGAIN' || pauses === 0) return;
        pauses -= 1;
        pause(PAUSE_MS);
      }
    }
  };

  return (line) => {
    drain();
    if (pending.length > 0) {
      lost += 1;
      return;
    }
    const text = lost > 0 ? `${lostLine(lost, reason)}\n${line}\n` : `${line}\n`;
    const bytes = encoder.encode(text);
    pending = bytes;
    drain();
    if (pending.length < bytes.length) {
      lost = 0;
    } else {
      pending = new Uint8Array();
      lost += 1;
    }
  };
}

/** Blocks, because the log is synchronous: a line is out before what it announces happens. */
function pause(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}
