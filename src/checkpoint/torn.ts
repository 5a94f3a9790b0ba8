/** Cuts off what a crash has torn at the end of a checkpoint, and saves it before, as evidence for people. */
import { dirname } from 'node:path';

import { adopt, appendAll, type Files, type OpenFile } from '../files/files.ts';
import { utcTime } from '../files/folders.ts';
import { errorCode } from '../text/error.ts';
import type { Survey } from './survey.ts';

export interface CutTail {
  readonly savedAs: string;
  readonly bytes: number;
}

export interface CutOptions {
  readonly files: Files;
  readonly path: string;
  readonly file: OpenFile;
  readonly survey: Survey;
  readonly nowMs: number;
}

/**
 * Saves the torn end of a checkpoint beside it as `checkpoint.torn-<UTC time>`,
 * and only when that is durable cuts it off.
 *
 * @throws the system's own error; the checkpoint is then as it was, or cut
 */
export async function cutTornTail({ files, path, file, survey, nowMs }: CutOptions): Promise<CutTail | undefined> {
  if (survey.torn === undefined) return undefined;
  const bytes = Buffer.alloc(survey.torn.bytes);
  for (let filled = 0; filled < bytes.length;) {
    const count = await file.read(bytes.subarray(filled), survey.size + filled);
    if (count === 0) throw new Error('the file became shorter while it was read');
    filled += count;
  }
  const { file: copy, name } = await createUnused(files, `${path}.torn-${utcTime(nowMs)}`);
  try {
    const { mode, ...owner } = await file.facts();
    await adopt(copy, { mode, owner });
    await appendAll(copy, bytes);
    await copy.sync();
  } catch (error) {
    // Each start on a full disk would leave another one. What it was to hold is still in the checkpoint.
    await files.remove(name).catch(() => undefined);
    throw error;
  } finally {
    await copy.close();
  }
  await files.syncDirectory(dirname(path));
  await file.truncate(survey.size);
  await file.sync();
  return { savedAs: name, bytes: bytes.length };
}

async function createUnused(files: Files, wanted: string): Promise<{ file: OpenFile; name: string }> {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    try {
      return { file: await files.open(name, 'create'), name };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}
