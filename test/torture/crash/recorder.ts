/** Files that tell a disk of every change that they make. */
import type { Files, OpenFile } from '../../../src/files/files.ts';
import type { Medium } from './medium.ts';

export function recorded(files: Files, medium: Medium): Files {
  return {
    open: async (path, purpose) => {
      const file = await files.open(path, purpose);
      if (purpose === 'create') medium.apply({ kind: 'create', path });
      return recordedFile(file, { medium, number: medium.named(path), isDurable: purpose === 'append' });
    },
    facts: (path) => files.facts(path),
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

interface Recording {
  readonly medium: Medium;
  readonly number: number;
  /** Whether what is appended is durable at once. */
  readonly isDurable: boolean;
}

function recordedFile(file: OpenFile, { medium, number, isDurable }: Recording): OpenFile {
  return {
    facts: () => file.facts(),
    read: (into, position) => file.read(into, position),
    append: async (bytes) => {
      const taken = await file.append(bytes);
      const from = medium.sizeOf(number);
      // The caller may use its buffer again.
      medium.apply({ kind: 'write', file: number, bytes: Buffer.from(bytes.subarray(0, taken)) });
      if (isDurable) medium.apply({ kind: 'write-through', file: number, from });
      return taken;
    },
    truncate: async (size) => {
      await file.truncate(size);
      medium.apply({ kind: 'truncate', file: number, size });
    },
    sync: async () => {
      await file.sync();
      medium.apply({ kind: 'sync', file: number });
    },
    setMode: (mode) => file.setMode(mode),
    setOwner: (uid, gid) => file.setOwner(uid, gid),
    close: () => file.close(),
  };
}
