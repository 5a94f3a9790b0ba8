/** What can be wrong with the checkpoint, in words for the operator. */
import type { ForeignFile } from '../files/own-file.ts';
import { errorCode, messageOf, OUT_OF_FILES } from '../text/error.ts';

/** The file as it stands can't be worked with, and will not be by itself: somebody must act. */
export abstract class CheckpointFault extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

export class MissingCheckpoint extends CheckpointFault {
  override readonly name = 'MissingCheckpoint';

  constructor(path: string) {
    super(
      path,
      `There is no checkpoint at ${path}. If there was one before, restore it: without it, orders may be skipped. ` +
        'For a new installation, make one with "order-monit checkpoint init --latest"',
    );
  }
}

export class HeadlessCheckpoint extends CheckpointFault {
  override readonly name = 'HeadlessCheckpoint';

  constructor(path: string) {
    super(
      path,
      `The checkpoint ${path} has no ^HEAD line, so it does not say which orders are new. Restore it from a backup, ` +
        'or move it away and make a new one with "order-monit checkpoint init". Nothing in it was changed',
    );
  }
}

/** One line that is no record, where a crash can't have left it. */
export interface BadLine {
  /** Counted from 1. */
  readonly line: number;
  /** The line as it may be shown: bounded, and printable. */
  readonly text: string;
  readonly fault: string;
}

export class DamagedCheckpoint extends CheckpointFault {
  override readonly name = 'DamagedCheckpoint';
  readonly bad: BadLine;

  constructor(path: string, bad: BadLine) {
    super(
      path,
      `The checkpoint ${path} is damaged at line ${bad.line}: ${bad.fault}. The line is "${bad.text}". ` +
        'Restore the file from a backup or mend the line; "order-monit checkpoint verify" shows all such lines. ' +
        'Nothing in it was changed',
    );
    this.bad = bad;
  }
}

/** Something else lies in its place. */
export class ForeignCheckpoint extends CheckpointFault {
  override readonly name = 'ForeignCheckpoint';

  constructor(path: string, { message }: ForeignFile) {
    super(path, `The checkpoint can not be used: ${message}. Nothing was changed`);
  }
}

export class CheckpointExists extends CheckpointFault {
  override readonly name = 'CheckpointExists';

  constructor(path: string) {
    super(
      path,
      `There is a checkpoint at ${path} already, and it was left as it is: a new one would forget its open orders. ` +
        'To start over, move it away first',
    );
  }
}

/** Reading or writing failed. After a failed write it is unknown what is on the disk until it is read again. */
export class CheckpointIoError extends Error {
  override readonly name = 'CheckpointIoError';
  readonly path: string;

  constructor(path: string, what: string, cause: unknown) {
    const code = errorCode(cause);
    const hint = code === undefined ? undefined : HINTS[code];
    super(`Could not ${what} ${path}: ${messageOf(cause)}${hint === undefined ? '' : `. ${hint}`}`, { cause });
    this.path = path;
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'Free space on its disk',
  EDQUOT: 'Raise the disk quota or free space',
  EROFS: 'Its file system is read-only: look into the kernel log for why',
  EIO: 'Its disk reports errors: look into the kernel log',
  EACCES: 'Give the user that runs order-monit the right to read and write the file and its folder',
  EPERM: 'Give the user that runs order-monit the right to read and write the file and its folder',
  ENOENT: 'Its folder must exist: "systemctl start order-monit" makes it, or give another one with --state-dir',
  EMFILE: OUT_OF_FILES.sentence,
  ENFILE: OUT_OF_FILES.sentence,
};

const SHOWN_BYTES = 120;

/** Bytes as they may be shown to people: at most 120 of them, and what is not printable ASCII as `\xNN`. */
export function printable(bytes: Buffer): string {
  const shown = bytes
    .toString('latin1', 0, SHOWN_BYTES)
    .replace(/[^ -~]|\\/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return bytes.length <= SHOWN_BYTES ? shown : `${shown}… (${bytes.length} bytes)`;
}

/** A bad line of a checkpoint as one line of text. */
export function describeBadLine(path: string, { line, fault, text }: BadLine): string {
  return `${path} line ${line}: ${fault}: "${text}"`;
}
