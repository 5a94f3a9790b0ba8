import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Nobody but the service's own user: mails name orders and addresses. */
const MODE = 0o600;

/**
 * Replaces a file so that after a crash there is the old one or the new one:
 * temporary file in the same folder, sync, rename, sync of the folder.
 *
 * @throws the system's own error; the old file is untouched then
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await using(await open(temporary, 'w', MODE), async (file) => {
      await file.writeFile(text, 'utf8');
      await file.sync();
    });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes the names in a folder durable. */
export async function syncDirectory(path: string): Promise<void> {
  await using(await open(path, 'r'), (folder) => folder.sync());
}

async function using(file: FileHandle, action: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await action(file);
  } finally {
    await file.close();
  }
}
