/** The file system as far as writing the history needs it, so that a test can make its disk fail. */
import { constants } from 'node:fs';
import { rename, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { syncFolder } from '../files/folders.ts';
import { openOwn } from '../files/own-file.ts';

export interface HistoryFiles {
  /** Opens a file for appending, and makes it when there is none. */
  open(path: string): Promise<HistoryFile>;
  rename(from: string, to: string): Promise<void>;
}

export interface HistoryFile {
  readonly size: number;
  /** Undefined in an empty file. */
  lastByte(): Promise<number | undefined>;
  /** Appends bytes. Returns how many were taken: it may be fewer. */
  append(bytes: Uint8Array): Promise<number>;
  syncData(): Promise<void>;
  close(): Promise<void>;
}

/** The file that is written to. */
export function currentPath(stateDirectory: string): string {
  return join(stateDirectory, 'history');
}

/** What was written before it. */
export function oldPath(stateDirectory: string): string {
  return join(stateDirectory, 'history.old');
}

/** The group may read it. */
const MODE = 0o640;

const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

/** The file system of this host. */
export function hostFiles(): HistoryFiles {
  return { open: openFile, rename: (from, to) => rename(from, to) };
}

async function openFile(path: string): Promise<HistoryFile> {
  const handle = await openOwn(path, FLAGS, MODE);
  try {
    const { size } = await handle.stat();
    if (size === 0) await settleIn(handle, dirname(path));
    return {
      size,
      lastByte: async () => {
        if (size === 0) return undefined;
        const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
        return buffer[0];
      },
      append: async (bytes) => (await handle.write(bytes)).bytesWritten,
      syncData: () => handle.datasync(),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The name of a new file is durable. */
async function settleIn(handle: FileHandle, directory: string): Promise<void> {
  // The process' own mask may have closed it to the group.
  await handle.chmod(MODE);
  await syncFolder(directory);
}
