/** Reads the text files of the configuration; what keeps one from being read becomes a fault in words. */
import { readFileSync } from '../files/read-file.ts';
import { errorCode, isOutOfFiles, OUT_OF_FILES } from '../text/error.ts';
import { decodeText } from './decode.ts';
import type { Remark } from './fault.ts';

/** Far above any real configuration, and twice what Debian's own CA certificates take; a wrong path does no harm. */
const MAX_BYTES = 512 * 1024;

export interface FileOnDisk {
  readonly content: Uint8Array;
  /** The permission bits, as `stat` gives them. */
  readonly mode: number;
  /** Where it was read, if that is not where it was asked for. */
  readonly path?: string;
}

/** Reads a regular file. Throws an error with a `code`, as `node:fs` does. */
export type ReadFile = (path: string) => FileOnDisk;

export const readFromDisk: ReadFile = (path) => readFileSync(path, MAX_BYTES);

export type TextFile =
  | { readonly kind: 'text'; readonly text: string; readonly readableByAll: boolean; readonly path: string }
  | { readonly kind: 'absent' }
  | ({ readonly kind: 'unusable' } & Remark);

/** Reads a file of text. Whatever keeps it from being read is part of the answer. */
export function readText(readFile: ReadFile, path: string): TextFile {
  let file: FileOnDisk;
  try {
    file = readFile(path);
  } catch (error) {
    return explainFailure(error);
  }
  const decoded = decodeText(file.content);
  if (decoded.text === undefined) return { kind: 'unusable', ...decoded };
  return {
    kind: 'text',
    text: decoded.text,
    readableByAll: (file.mode & 0o004) !== 0,
    path: file.path ?? path,
  };
}

const NO_FILE = ['is not a file.', 'Put a regular file there.'] as const;

const FAILURES: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  EACCES: [
    'can not be read: permission denied.',
    'Let the user that runs order-monit read the file and enter its folder.',
  ],
  EPERM: [
    'can not be read: permission denied.',
    'Let the user that runs order-monit read the file and enter its folder.',
  ],
  HIDDEN: [
    "can not be seen by the service: its unit hides users' homes and /tmp from it (ProtectHome=, PrivateTmp=).",
    'Move it to /etc/order-monit; a secret, to /etc/order-monit/credentials.',
  ],
  EISDIR: NO_FILE,
  NOT_A_FILE: NO_FILE,
  TOO_LARGE: [`is larger than ${MAX_BYTES / 1024} KiB.`, 'Put the right file there.'],
};

function explainFailure(error: unknown): TextFile {
  const code = errorCode(error) ?? 'unknown';
  if (code === 'ENOENT') return { kind: 'absent' };
  const known = FAILURES[code];
  if (known !== undefined) return { kind: 'unusable', problem: known[0], remedy: known[1] };
  const remedy = isOutOfFiles(error) ? `${OUT_OF_FILES.sentence}.` : 'Look into the system log for the cause.';
  return { kind: 'unusable', problem: `can not be read: error ${code}.`, remedy, passing: true };
}
