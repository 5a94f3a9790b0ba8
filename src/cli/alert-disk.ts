import { dirname } from 'node:path';

import type { Disk } from '../alerts/index.ts';
import { hostFiles, makeFolder, writeWholeFile } from '../checkpoint/index.ts';

/** Nobody but the service's own user: mails name orders and addresses. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** The state directory for the alerts, written in the way in which the checkpoint is. */
export function alertDisk(): Disk {
  const files = hostFiles();
  return {
    replaceFile: async (path, text) => {
      const { uid, gid } = await files.facts(dirname(path));
      await writeWholeFile({ files, path, content: Buffer.from(text), mode: FILE_MODE, uid, gid, replaces: true });
    },
    makeFolder: async (path) => makeFolder(path, FOLDER_MODE),
    syncFolder: async (path) => files.syncDirectory(path),
  };
}
