/**
 * A disk as it may come back after a power loss. It is told every change that
 * a program makes, and knows of each what is durable; from the rest it makes
 * the states that a file system may leave:
 *
 * - of a file that was not synced, each block as it was or as any write left
 *   it (zeros where there was nothing), under each size that the file had, and
 *   the last write cut at every byte;
 * - of a folder that was not synced, each change of a name done or not, in any
 *   choice. One change is atomic, as `rename` is.
 *
 * A kill of the process alone leaves what was written: {@link Medium.cached}.
 */
import { dirname } from 'node:path';

export type Change =
  | { readonly kind: 'create'; readonly path: string }
  | { readonly kind: 'write'; readonly file: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: number; readonly size: number }
  | { readonly kind: 'sync'; readonly file: number }
  /** Makes durable what stands in a file from there on, and nothing before it. */
  | { readonly kind: 'write-through'; readonly file: number; readonly from: number }
  | { readonly kind: 'rename' | 'link'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'make-folder'; readonly path: string }
  | { readonly kind: 'sync-folder'; readonly path: string };

export type Contents = Readonly<Record<string, Buffer>>;

/** Which of the states are made. */
export interface Bounds {
  /** The unit in which a file is written back. Small, so that a short line lies in several. */
  readonly blockBytes: number;
  /** So many combinations (of blocks, of names, of both) are all taken; where there are more, `samples` of them are. */
  readonly exhaustive: number;
  readonly samples: number;
  /** In [0, 1). */
  readonly random: () => number;
}

class File {
  /** As after each unsynced change, the durable one first. */
  versions: Buffer[];

  constructor(content: Buffer) {
    this.versions = [content];
  }

  get content(): Buffer {
    return this.versions.at(-1) ?? Buffer.alloc(0);
  }

  change(content: Buffer): void {
    this.versions.push(content);
  }

  sync(): void {
    this.versions = [this.content];
  }

  writeThrough(from: number): void {
    const { content } = this;
    this.versions = distinct(
      this.versions.map((version) => {
        const before = Buffer.alloc(from);
        version.copy(before);
        return Buffer.concat([before, content.subarray(from)]);
      }),
    );
  }

  statesAfterCrash({ blockBytes, ...bounds }: Bounds): Buffer[] {
    const { versions, content } = this;
    if (versions.length === 1) return [content];
    const states = [...versions, ...tornWrites(versions)];
    const sizes = [...new Set(versions.map(({ length }) => length))];
    const largest = Math.max(...sizes);
    /** For each block in which versions differ, what may stand there. */
    const choices: { readonly at: number; readonly contents: Buffer[] }[] = [];
    for (let at = 0; at < largest; at += blockBytes) {
      const contents = distinct(versions.map((version) => blockOf(version, at, blockBytes)));
      if (contents.length > 1) choices.push({ at, contents });
    }
    const padded = Buffer.concat([content, Buffer.alloc(largest - content.length)]);
    for (const chosen of selections(
      choices.map(({ contents }) => contents.length),
      bounds,
    )) {
      const state = Buffer.from(padded);
      choices.forEach(({ at, contents }, index) => contents[chosen[index] ?? 0]?.copy(state, at));
      for (const size of sizes) states.push(state.subarray(0, size));
    }
    return distinct(states);
  }
}

/** The last write cut at every byte. */
function tornWrites(versions: readonly Buffer[]): Buffer[] {
  const [before, after] = versions.slice(-2);
  if (before === undefined || after === undefined || after.length <= before.length) return [];
  return Array.from({ length: after.length - before.length }, (_, count) => after.subarray(0, before.length + count));
}

function blockOf(version: Buffer, at: number, size: number): Buffer {
  const block = Buffer.alloc(size);
  version.subarray(at, at + size).copy(block);
  return block;
}

function distinct(buffers: readonly Buffer[]): Buffer[] {
  return [...new Map(buffers.map((buffer) => [buffer.toString('latin1'), buffer])).values()];
}

/** One choice for each place: all combinations where there are few, and some of them where there are many. */
function* selections(
  counts: readonly number[],
  { exhaustive, samples, random }: Pick<Bounds, 'exhaustive' | 'samples' | 'random'>,
): Generator<readonly number[]> {
  const total = counts.reduce((product, count) => product * count, 1);
  if (total > exhaustive) {
    for (let sample = 0; sample < samples; sample += 1) yield counts.map((count) => Math.floor(random() * count));
    return;
  }
  for (let number = 0; number < total; number += 1) {
    let rest = number;
    yield counts.map((count) => {
      const chosen = rest % count;
      rest = (rest - chosen) / count;
      return chosen;
    });
  }
}

/** One change of names: what each of them means afterwards. */
interface Naming {
  readonly folder: string;
  readonly names: readonly (readonly [path: string, file: number | undefined])[];
}

export class Medium {
  /** What has happened, oldest first. */
  readonly changes: Change[] = [];
  readonly #start: Contents;
  readonly #files = new Map<number, File>();
  readonly #names = new Map<string, number>();
  /** Folders that were made meanwhile: those that were there from the beginning have no name of their own here. */
  readonly #made = new Set<string>();
  readonly #durableNames: Map<string, number>;
  #unsynced: Naming[] = [];

  constructor(contents: Contents) {
    this.#start = contents;
    for (const [path, content] of Object.entries(contents)) this.#names.set(path, this.#add(Buffer.from(content)));
    this.#durableNames = new Map(this.#names);
  }

  /** Another one, to which only the first so many of the changes have happened. */
  after(changes: number): Medium {
    const medium = new Medium(this.#start);
    for (const change of this.changes.slice(0, changes)) medium.apply(change);
    return medium;
  }

  /** How long a file is. */
  sizeOf(file: number): number {
    return this.#file(file).content.length;
  }

  /** The file that has a name. */
  named(path: string): number {
    const file = this.#names.get(path);
    if (file === undefined) throw new Error(`There is no ${path} on the disk`);
    return file;
  }

  apply(change: Change): void {
    this.changes.push(change);
    switch (change.kind) {
      case 'create':
        this.#rename(change.path, [[change.path, this.#add(Buffer.alloc(0))]]);
        break;
      case 'write': {
        const file = this.#file(change.file);
        file.change(Buffer.concat([file.content, change.bytes]));
        break;
      }
      case 'truncate': {
        const file = this.#file(change.file);
        file.change(file.content.subarray(0, change.size));
        break;
      }
      case 'sync':
        this.#file(change.file).sync();
        break;
      case 'write-through':
        this.#file(change.file).writeThrough(change.from);
        break;
      case 'rename': {
        const file = this.named(change.from);
        this.#rename(change.to, [
          [change.to, file],
          [change.from, undefined],
        ]);
        break;
      }
      case 'link':
        this.#rename(change.to, [[change.to, this.named(change.from)]]);
        break;
      case 'remove':
        this.#rename(change.path, [[change.path, undefined]]);
        break;
      case 'make-folder':
        this.#made.add(change.path);
        this.#unsynced.push({ folder: dirname(change.path), names: [[change.path, FOLDER]] });
        this.#names.set(change.path, FOLDER);
        break;
      case 'sync-folder':
        this.#syncFolder(change.path);
    }
  }

  /** What another process finds when this one is gone and the machine is not. */
  cached(): Contents {
    return this.#contentsOf(this.#names, ({ content }) => content);
  }

  /** Every state after a power loss, within bounds. A folder that is not there takes what is in it along. */
  *statesAfterCrash(bounds: Bounds): Generator<Contents> {
    const seen = new Set<string>();
    const states = new Map([...this.#files].map(([number, file]) => [number, file.statesAfterCrash(bounds)]));
    for (const names of this.#namesAfterCrash(bounds)) {
      const paths = [...names].filter(([path, file]) => file !== FOLDER && isReachable(path, names, this.#made));
      const counts = paths.map(([, file]) => states.get(file)?.length ?? 0);
      for (const chosen of selections(counts, bounds)) {
        const contents: Record<string, Buffer> = {};
        paths.forEach(([path, file], index) => {
          contents[path] = states.get(file)?.[chosen[index] ?? 0] ?? Buffer.alloc(0);
        });
        const key = keyOf(contents);
        if (seen.has(key)) continue;
        seen.add(key);
        yield contents;
      }
    }
  }

  *#namesAfterCrash(bounds: Bounds): Generator<ReadonlyMap<string, number>> {
    for (const chosen of selections(
      this.#unsynced.map(() => 2),
      bounds,
    )) {
      const names = new Map(this.#durableNames);
      this.#unsynced.forEach((naming, index) => {
        if (chosen[index] === 1) rename(names, naming);
      });
      yield names;
    }
  }

  #rename(path: string, names: Naming['names']): void {
    const naming = { folder: dirname(path), names };
    this.#unsynced.push(naming);
    rename(this.#names, naming);
  }

  #syncFolder(path: string): void {
    for (const naming of this.#unsynced) if (naming.folder === path) rename(this.#durableNames, naming);
    this.#unsynced = this.#unsynced.filter(({ folder }) => folder !== path);
  }

  #contentsOf(names: ReadonlyMap<string, number>, pick: (file: File) => Buffer): Contents {
    const files = [...names].filter(([, file]) => file !== FOLDER);
    return Object.fromEntries(files.map(([path, file]) => [path, pick(this.#file(file))]));
  }

  #add(content: Buffer): number {
    const number = this.#files.size;
    this.#files.set(number, new File(content));
    return number;
  }

  #file(number: number): File {
    const file = this.#files.get(number);
    if (file === undefined) throw new Error(`There is no file ${number} on the disk`);
    return file;
  }
}

/** Stands where a name is a folder's. */
const FOLDER = -1;

function rename(names: Map<string, number>, naming: Naming): void {
  for (const [path, file] of naming.names) {
    if (file === undefined) names.delete(path);
    else names.set(path, file);
  }
}

function isReachable(path: string, names: ReadonlyMap<string, number>, made: ReadonlySet<string>): boolean {
  const folder = dirname(path);
  return !made.has(folder) || names.get(folder) === FOLDER;
}

export function keyOf(contents: Contents): string {
  return Object.entries(contents)
    .map(([path, content]) => `${path}\0${content.toString('latin1')}`)
    .sort()
    .join('\0\0');
}
