/** The part of an import that is done in the state folder: by its owner, where root imports. */
import { constants, lstatSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';

import { acquireLock, copyCheckpoint } from '../checkpoint/index.ts';
import { checkpointPath, type Directories } from '../config/directories.ts';
import { openOwn } from '../files/own-file.ts';
import { askAs, ownerOf } from '../privileges/leave-root.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

/** `look` changes nothing; `lock` makes sure besides that no other order-monit works there; `write` makes the checkpoint. */
export const PARTS = ['look', 'lock', 'write'] as const;
export type Part = (typeof PARTS)[number];

/** What is in the place of the checkpoint, beside what is to be there. */
export type Found = 'absent' | 'same' | 'other';

/** @param content of the checkpoint to be made; `undefined` for none @throws as acquireLock and copyCheckpoint do */
export async function inStateFolder(
  directories: Directories,
  part: Part,
  content: Uint8Array | undefined,
): Promise<Found> {
  const owner = ownerOf([directories.state]);
  if (owner === undefined) return perform(directories, part, content);
  const words = ['--state-dir', directories.state, 'import-checkpoint', part];
  const found = await askAs(owner, words, content ?? new Uint8Array());
  if (found === 'absent' || found === 'same') return found;
  return 'other';
}

/** `order-monit import-checkpoint`, which `import` calls as another user: the content comes by standard input. */
export async function importCheckpoint({ directories, output }: CommandContext, part: Part): Promise<number> {
  output.line(await perform(directories, part, await buffer(process.stdin)));
  return EXIT.fine;
}

async function perform({ state }: Directories, part: Part, content?: Uint8Array): Promise<Found> {
  const path = checkpointPath({ state });
  const found = await compare(path, content ?? new Uint8Array());
  if (part === 'look') return found;
  const lock = await acquireLock(state);
  try {
    if (part === 'write' && content !== undefined) await copyCheckpoint({ path, content: Buffer.from(content) });
  } finally {
    lock.release();
  }
  return found;
}

/** @throws ForeignFile where it is no file of order-monit's own, the system's own error */
async function compare(path: string, content: Uint8Array): Promise<Found> {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return 'absent';
  const file = await openOwn(path, constants.O_RDONLY);
  try {
    // One that is as long is not longer than what is held in memory already.
    if ((await file.stat()).size !== content.length) return 'other';
    return (await file.readFile()).equals(content) ? 'same' : 'other';
  } finally {
    await file.close();
  }
}
