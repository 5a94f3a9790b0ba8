/** Writes a file that is whole and durable or not there at all, whenever the power fails. */
import { dirname } from 'node:path';

import { adopt, appendAll, type Files, type Owner } from './files.ts';
import { temporaryPath } from './own-file.ts';

export interface WholeFile {
  readonly files: Files;
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
  /** Who makes it, when left out. */
  readonly owner?: Owner;
  /** Whether it takes the place of a file that is there. If not, such a file is an error (EEXIST). */
  readonly replaces: boolean;
}

/**
 * Writes the file beside its place first, as `PATH.new`. It never has another
 * owner or mode than the ones wanted, as far as this user may give them.
 *
 * @throws the system's own error; what was at the path before is then there still, or the new file is
 */
export async function writeWholeFile({ files, path, content, mode, owner, replaces }: WholeFile): Promise<void> {
  const temporary = temporaryPath(path);
  await files.remove(temporary);
  try {
    const file = await files.open(temporary, 'create');
    try {
      await adopt(file, { mode, owner });
      await appendAll(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    // A second name, and not a rename, where nothing may be replaced.
    await (replaces ? files.rename(temporary, path) : files.link(temporary, path));
    await files.syncDirectory(dirname(path));
  } finally {
    await files.remove(temporary).catch(() => undefined);
  }
}
