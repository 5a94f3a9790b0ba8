/** The state directory as the alerts write to it. */
import { constants } from 'node:fs';
import { dirname } from 'node:path';

import type { Disk } from '../alerts/index.ts';
import { hostFiles } from '../files/files.ts';
import { makeFolder } from '../files/folders.ts';
import { openOwn } from '../files/own-file.ts';
import { writeWholeFile } from '../files/whole-file.ts';

/** Nobody but the service's own user: mails name orders and addresses. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Far above all that is ever written: a thousand messages may wait. */
const LARGEST_BYTES = 64 * 1024 * 1024;

/** The state directory for the alerts, written in the way in which the checkpoint is. */
export function alertDisk(): Disk {
  const files = hostFiles();
  return {
    readFile: async (path) => {
      const file = await openOwn(path, constants.O_RDONLY);
      try {
        const { size } = await file.stat();
        if (size > LARGEST_BYTES) throw new Error(`${path} is larger than ${LARGEST_BYTES} bytes`);
        return await file.readFile('utf8');
      } finally {
        await file.close();
      }
    },
    replaceFile: async (path, text) =>
      writeWholeFile({ files, path, content: Buffer.from(text), mode: FILE_MODE, replaces: true }),
    removeFile: async (path) => {
      await files.remove(path);
      await files.syncDirectory(dirname(path));
    },
    setAside: async (path) => {
      try {
        await files.rename(path, `${path}.damaged`);
        await files.syncDirectory(dirname(path));
      } catch {
        // It is met again, and said again.
      }
    },
    makeFolder: async (path) => makeFolder(path, FOLDER_MODE),
  };
}
