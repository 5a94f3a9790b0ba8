/** Small files beside the checkpoint that hold one JSON value each, and are replaced as a whole. */
import { dirname } from 'node:path';

import * as v from 'valibot';

import { errorCode } from '../text/error.ts';
import { NEW_FILE_MODE, type Files } from './files.ts';
import { utcTime } from './folders.ts';
import { writeWholeFile } from './whole-file.ts';

export interface JsonFile<T> {
  readonly path: string;
  readonly files: Files;
  readonly schema: v.GenericSchema<unknown, T>;
  /** What is longer is cut off, and so damaged. */
  readonly largestBytes: number;
}

export type JsonFound<T> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'found'; readonly value: T }
  /** What is there is no such value; why, in a few words. */
  | { readonly kind: 'damaged'; readonly fault: string };

/** @throws the system's own error when the file is there and can't be read */
export async function readJson<T>({ files, largestBytes, path, schema }: JsonFile<T>): Promise<JsonFound<T>> {
  const text = await readText(files, path, largestBytes);
  if (text === undefined) return { kind: 'absent' };
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    if (result.success) return { kind: 'found', value: result.output };
    const [issue] = result.issues;
    return {
      kind: 'damaged',
      fault: [v.getDotPath(issue), issue.message].filter((part) => part !== null).join(' '),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'damaged', fault: 'it is not JSON' };
    throw error;
  }
}

/**
 * Gives a damaged file another name. The caller holds the lock of the folder.
 *
 * @returns the new name
 * @throws the system's own error
 */
export async function setAside<T>({ files, path }: JsonFile<T>, now: number): Promise<string> {
  const aside = `${path}.damaged-${utcTime(now)}`;
  await files.rename(path, aside);
  await files.syncDirectory(dirname(path));
  return aside;
}

/** Durable when it resolves; `undefined` removes the file. @throws the system's own error */
export async function writeJson<T>({ files, path }: JsonFile<T>, value: T | undefined): Promise<void> {
  if (value === undefined) {
    await files.remove(path);
    await files.syncDirectory(dirname(path));
    return;
  }
  const content = Buffer.from(`${JSON.stringify(value)}\n`);
  await writeWholeFile({ files, path, content, mode: NEW_FILE_MODE, replaces: true });
}

async function readText(files: Files, path: string, largestBytes: number): Promise<string | undefined> {
  try {
    const file = await files.open(path, 'read');
    try {
      const { size } = await file.facts();
      const bytes = Buffer.alloc(Math.min(size, largestBytes));
      let filled = 0;
      for (let taken = -1; taken !== 0 && filled < bytes.length; filled += taken) {
        taken = await file.read(bytes.subarray(filled), filled);
      }
      return bytes.toString('utf8', 0, filled);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
