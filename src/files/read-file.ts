/**
 * Reads a file that people name, wherever it is: links are followed. Nothing but a regular file is read, and no more of
 * it than is wanted: a named pipe would wait for a writer, perhaps for ever, and a device has no end.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/** What is there can't be read as a file. */
class Unsuitable extends Error {
  readonly code: 'EISDIR' | 'NOT_A_FILE' | 'TOO_LARGE';

  constructor(code: Unsuitable['code'], path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

export interface FileRead {
  readonly content: Buffer;
  /** As `stat` gives it. */
  readonly mode: number;
}

const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
const PIECE_BYTES = 65_536;

/** @throws an error with a `code`: the system's own, EISDIR, NOT_A_FILE, or TOO_LARGE for more than `most` bytes */
export async function readFile(path: string, most: number): Promise<FileRead> {
  // Opened once, and looked at as what was opened: a path may lead elsewhere a moment later.
  const file = await open(path, FLAGS);
  try {
    const { mode } = assertRegular(await file.stat(), path);
    const read = new Pieces(path, most);
    while (read.take((await file.read(read.next, 0, PIECE_BYTES)).bytesRead));
    return { content: read.all(), mode };
  } finally {
    await file.close();
  }
}

/** As {@link readFile} does, at once. */
export function readFileSync(path: string, most: number): FileRead {
  const file = openSync(path, FLAGS);
  try {
    const { mode } = assertRegular(fstatSync(file), path);
    const read = new Pieces(path, most);
    while (read.take(readSync(file, read.next)));
    return { content: read.all(), mode };
  } finally {
    closeSync(file);
  }
}

function assertRegular(stats: Stats, path: string): Stats {
  if (stats.isFile()) return stats;
  throw new Unsuitable(stats.isDirectory() ? 'EISDIR' : 'NOT_A_FILE', path);
}

/** What was read so far of a file, however long it was said to be. */
class Pieces {
  readonly next = Buffer.alloc(PIECE_BYTES);
  readonly #taken: Buffer[] = [];
  #length = 0;
  readonly #path: string;
  readonly #most: number;

  constructor(path: string, most: number) {
    this.#path = path;
    this.#most = most;
  }

  /** @returns whether there may be more @throws Unsuitable */
  take(bytes: number): boolean {
    this.#taken.push(Buffer.from(this.next.subarray(0, bytes)));
    this.#length += bytes;
    if (this.#length > this.#most) throw new Unsuitable('TOO_LARGE', this.#path);
    return bytes > 0;
  }

  all(): Buffer {
    return Buffer.concat(this.#taken);
  }
}
