/**
 * A file system in memory that can fail or crash before any of its operations,
 * and then shows every state in which a real one may come back.
 */
import { dirname } from 'node:path';

import type { FileFacts, Files, OpenFile } from '../../src/files/files.ts';

export type Operation =
  'append' | 'writeThrough' | 'truncate' | 'sync' | 'create' | 'rename' | 'link' | 'remove' | 'syncDirectory';

/** Stands for the end of the process: nothing that comes after it has any effect. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants it`), { code });
}

/** Small, so that a short line already lies in several blocks. */
const BLOCK_BYTES = 16;

class Inode {
  readonly number: number;
  content: Buffer;
  durable: Buffer;
  /** The shortest that the file has been since it was synced. */
  shortest: number;

  constructor(number: number, content: Buffer) {
    this.number = number;
    this.content = content;
    this.durable = content;
    this.shortest = content.length;
  }

  sync(): void {
    this.durable = this.content;
    this.shortest = this.content.length;
  }

  /** Makes durable what stands from there on, and nothing before it. */
  writeThrough(from: number): void {
    const before = Buffer.alloc(from);
    this.durable.copy(before);
    this.durable = Buffer.concat([before, this.content.subarray(from)]);
    this.shortest = this.content.length;
  }

  /** What may be read after a power loss: some of the unsynced bytes, or zeros where their block was not written. */
  afterCrash(): Buffer[] {
    const { content, durable, shortest } = this;
    if (content.equals(durable)) return [durable];
    const states = [durable];
    for (let length = shortest; length <= content.length; length++) states.push(content.subarray(0, length));
    const firstBlock = Math.floor(shortest / BLOCK_BYTES);
    const lastBlock = Math.floor((content.length - 1) / BLOCK_BYTES);
    for (const isLost of [isFirst, isLast, isEven, isOdd, isAny]) {
      const state = Buffer.from(content);
      for (let block = firstBlock; block <= lastBlock; block++) {
        if (!isLost(block, { firstBlock, lastBlock })) continue;
        state.fill(0, Math.max(shortest, block * BLOCK_BYTES), Math.min(state.length, (block + 1) * BLOCK_BYTES));
      }
      states.push(state);
    }
    return states;
  }
}

type Pattern = (block: number, range: { firstBlock: number; lastBlock: number }) => boolean;
const isFirst: Pattern = (block, { firstBlock }) => block === firstBlock;
const isLast: Pattern = (block, { lastBlock }) => block === lastBlock;
const isEven: Pattern = (block) => block % 2 === 0;
const isOdd: Pattern = (block) => block % 2 === 1;
const isAny: Pattern = () => true;

export class SimulatedDisk implements Files {
  /** Called before each operation that changes something; what it throws is the operation's failure. */
  before: (operation: Operation, path: string) => void = () => undefined;
  /** Waited for in the midst of a durable write, when its bytes are in the file; what it throws is the write's failure. */
  withinWrite: () => Promise<void> = () => Promise.resolve();
  /** The most bytes that one append takes, and that one read gives. */
  largestAppend = Infinity;
  largestRead = Infinity;
  /** How many files are open. */
  opened = 0;
  /** How many operations have been carried out. */
  operations = 0;
  crashed = false;
  #names: Map<string, Inode>;
  /** The names as they were after each change since the folder was synced, oldest first. */
  #history: Map<string, Inode>[];
  #inodes = 0;

  constructor(files: Readonly<Record<string, string | Buffer>>) {
    this.#names = new Map(
      Object.entries(files).map(([path, content]) => [path, new Inode(this.#inodes++, Buffer.from(content))]),
    );
    this.#history = [new Map(this.#names)];
  }

  text(path: string): string | undefined {
    return this.#names.get(path)?.content.toString('latin1');
  }

  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  /** Changes a file in its place, as a person with an editor or a failing disk does. */
  alter(path: string, change: (text: string) => string): void {
    const inode = this.#named(path);
    inode.content = Buffer.from(change(inode.content.toString('latin1')), 'latin1');
    inode.sync();
  }

  /** Crashes before the operation with this number (from 0) of those to come. */
  crashAt(number: number): void {
    let left = number;
    this.before = () => {
      if (left-- === 0) throw this.crash();
    };
  }

  crash(): Crash {
    this.crashed = true;
    return new Crash('the power is gone');
  }

  /** Every state in which this disk may come back after a power loss. */
  statesAfterCrash(): SimulatedDisk[] {
    const states: SimulatedDisk[] = [];
    for (const names of this.#history) {
      let contents: Record<string, Buffer>[] = [{}];
      for (const [path, inode] of names) {
        contents = contents.flatMap((others) => inode.afterCrash().map((state) => ({ ...others, [path]: state })));
      }
      states.push(...contents.map((content) => new SimulatedDisk(content)));
    }
    return states;
  }

  /** One of those states. `draw` gives a whole number from 0 up to, and without, the one that it is given. */
  afterPowerLoss(draw: (below: number) => number): SimulatedDisk {
    const names = this.#history[draw(this.#history.length)] ?? this.#names;
    const contents = [...names].map(([path, inode]): [string, Buffer] => {
      const states = inode.afterCrash();
      return [path, states[draw(states.length)] ?? inode.durable];
    });
    return new SimulatedDisk(Object.fromEntries(contents));
  }

  async open(path: string, purpose: 'read' | 'append' | 'create'): Promise<OpenFile> {
    await this.#arrive();
    const existing = this.#names.get(path);
    if (purpose !== 'create') {
      if (existing === undefined) throw systemError('ENOENT');
      return this.#handle(path, existing, purpose);
    }
    if (existing !== undefined) throw systemError('EEXIST');
    this.#change('create', path);
    const made = new Inode(this.#inodes++, Buffer.alloc(0));
    this.#setNames((names) => names.set(path, made));
    return this.#handle(path, made, purpose);
  }

  async facts(path: string): Promise<FileFacts> {
    await this.#arrive();
    const inode = this.#names.get(path);
    if (inode !== undefined) return factsOf(inode);
    if (this.paths().some((name) => dirname(name) === path)) return factsOf(new Inode(-1, Buffer.alloc(0)));
    throw systemError('ENOENT');
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#arrive();
    this.#change('rename', from);
    const inode = this.#named(from);
    this.#setNames((names) => {
      names.set(to, inode);
      names.delete(from);
    });
  }

  async link(from: string, to: string): Promise<void> {
    await this.#arrive();
    this.#change('link', to);
    if (this.#names.has(to)) throw systemError('EEXIST');
    const inode = this.#named(from);
    this.#setNames((names) => names.set(to, inode));
  }

  async remove(path: string): Promise<void> {
    await this.#arrive();
    if (!this.#names.has(path)) return;
    this.#change('remove', path);
    this.#setNames((names) => names.delete(path));
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#arrive();
    this.#change('syncDirectory', path);
    this.#history = [new Map(this.#names)];
  }

  #named(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw systemError('ENOENT');
    return inode;
  }

  #handle(path: string, inode: Inode, purpose: Parameters<Files['open']>[1]): OpenFile {
    let isOpen = true;
    this.opened++;
    const assertOpen = (): void => {
      if (!isOpen) throw systemError('EBADF');
    };
    const changing = async (operation: Operation, change: () => void): Promise<void> => {
      await this.#arrive();
      assertOpen();
      this.#change(operation, path);
      change();
    };
    return {
      facts: async () => {
        await Promise.resolve();
        assertOpen();
        return factsOf(inode);
      },
      read: async (into, position) => {
        await Promise.resolve();
        assertOpen();
        return inode.content.copy(into.subarray(0, Math.min(into.length, this.largestRead)), 0, position);
      },
      append: async (bytes) => {
        const taken = bytes.subarray(0, Math.min(bytes.length, this.largestAppend));
        const from = inode.content.length;
        await changing('append', () => {
          inode.content = Buffer.concat([inode.content, taken]);
        });
        // One call, which can be cut off and can fail in its midst.
        if (purpose === 'append') {
          await this.withinWrite();
          await changing('writeThrough', () => {
            inode.writeThrough(from);
          });
        }
        return taken.length;
      },
      truncate: (size) =>
        changing('truncate', () => {
          inode.content = inode.content.subarray(0, size);
          inode.shortest = Math.min(inode.shortest, size);
        }),
      sync: () =>
        changing('sync', () => {
          inode.sync();
        }),
      setMode: () => Promise.resolve(),
      setOwner: () => Promise.resolve(),
      close: async () => {
        await Promise.resolve();
        assertOpen();
        isOpen = false;
        this.opened--;
      },
    };
  }

  /** Every call gives way once, as a real one does, and never returns from a crashed disk. */
  async #arrive(): Promise<void> {
    await Promise.resolve();
    if (this.crashed) throw new Crash('the power is gone');
  }

  #change(operation: Operation, path: string): void {
    this.before(operation, path);
    this.operations++;
  }

  #setNames(change: (names: Map<string, Inode>) => void): void {
    const names = new Map(this.#names);
    change(names);
    this.#names = names;
    this.#history.push(names);
  }
}

function factsOf(inode: Inode): FileFacts {
  return { identity: `0:${inode.number}`, size: inode.content.length, mode: 0o640, uid: 0, gid: 0 };
}
