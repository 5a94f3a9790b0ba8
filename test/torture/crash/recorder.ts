/** Files that tell a disk of every change that they make. */
import type { Files, OpenFile } from '../../../src/checkpoint/files.ts';
import type { Medium } from './medium.ts';

export function recorded(files: Files, medium: Medium): Files {
  return {
    open: async (path, purpose) => {
      const file = await files.open(path, purpose);
      if (purpose === 'create') medium.apply({ kind: 'create', path });
      return recordedFile(file, medium, medium.named(path));
    },
    facts: (path) => files.facts(path),
    realPath: (path) => files.realPath(path),
    rename: async (from, to) => {
      await files.rename(from, to);
      medium.apply({ kind: 'rename', from, to });
    },
    link: async (from, to) => {
      await files.link(from, to);
      medium.apply({ kind: 'link', from, to });
    },
    remove: async (path) => {
      const there = await files.facts(path).then(
        () => true,
        () => false,
      );
      await files.remove(path);
      if (there) medium.apply({ kind: 'remove', path });
    },
    syncDirectory: async (path) => {
      await files.syncDirectory(path);
      medium.apply({ kind: 'sync-folder', path });
    },
  };
}

function recordedFile(file: OpenFile, medium: Medium, number: number): OpenFile {
  const sync = (): void => {
    medium.apply({ kind: 'sync', file: number });
  };
  return {
    facts: () => file.facts(),
    read: (into, position) => file.read(into, position),
    append: async (bytes) => {
      const taken = await file.append(bytes);
      // The caller may use its buffer again.
      medium.apply({ kind: 'write', file: number, bytes: Buffer.from(bytes.subarray(0, taken)) });
      return taken;
    },
    truncate: async (size) => {
      await file.truncate(size);
      medium.apply({ kind: 'truncate', file: number, size });
    },
    syncData: async () => {
      await file.syncData();
      sync();
    },
    sync: async () => {
      await file.sync();
      sync();
    },
    setMode: (mode) => file.setMode(mode),
    setOwner: (uid, gid) => file.setOwner(uid, gid),
    close: () => file.close(),
  };
}
