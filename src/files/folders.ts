/** Folders, and the names in them. */
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { errorCode } from '../text/error.ts';
import { assertFolder } from './own-file.ts';

/** Makes the names in a folder durable. @throws the system's own error */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Makes a folder durably, if there is none.
 *
 * @throws ForeignFile when something else is there, a link to a folder among it; the system's own error
 */
export async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, mode);
    await syncFolder(dirname(path));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    assertFolder(path);
  }
}

/** Makes a folder and those above it durably, where they are missing. @throws the system's own error */
export async function makeFolders(path: string, mode: number): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode });
  if (first === undefined) return;
  const { length } = resolve(first);
  for (let made = resolve(path); made.length >= length; made = dirname(made)) await syncFolder(dirname(made));
}

/** A moment as it stands in a file's name: `20261123T062636Z`. */
export function utcTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+|[-:]/g, '');
}
