/** Reads files that somebody else may have put in place, without lending them root's right to read. */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

import { GROUP_WRITES, OTHERS_WRITE, ROOT, STICKY, walkTo } from '../privileges/path-walk.ts';

/** The file is root's or a third user's, and its place is not. */
export class UntrustedFile extends Error {
  override readonly name = 'UntrustedFile';
}

/**
 * Reads a regular file, once. As root it reads only what those could read themselves who could have made the path lead
 * there: a link in somebody's folder may lead to a file that only root may read, and so may a second name of such a file.
 *
 * @param most what it may be long, in bytes
 * @throws UntrustedFile, or an error with a `code` as `node:fs` gives it, NOT_A_FILE, TOO_LARGE, or CHANGED where somebody
 * was writing it meanwhile
 */
export function readAsItsOwner(path: string, most: number): Buffer {
  // A named pipe would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw withCode('NOT_A_FILE');
    if (facts.size > most) throw withCode('TOO_LARGE');
    const others = process.getuid?.() === 0 ? whoElseLeads(path) : new Set();
    if (others.size > 0 && !others.has(facts.uid)) {
      throw new UntrustedFile(
        `${path} is a file of the user ${facts.uid}, in a place that others than root can change: it was not read. ` +
          'If it is the right one, copy it into a folder that only root can write to, and import that',
      );
    }
    const content = readFileSync(file);
    const { mtimeMs, size } = fstatSync(file);
    if (mtimeMs !== facts.mtimeMs || size !== facts.size) throw withCode('CHANGED');
    return content;
  } finally {
    closeSync(file);
  }
}

function withCode(code: 'NOT_A_FILE' | 'TOO_LARGE' | 'CHANGED'): Error {
  return Object.assign(new Error(code), { code });
}

const ANYBODY = -1;

/** The users besides root who can change where a path leads: the owners of its folders and links. */
function whoElseLeads(path: string): ReadonlySet<number> {
  const users = walkTo(path).steps.flatMap(({ stats }) => {
    if (stats.isDirectory()) return whoChanges(stats);
    return stats.isSymbolicLink() ? [stats.uid] : [];
  });
  return new Set(users.filter((uid) => uid !== ROOT));
}

/** In a folder with the sticky bit, such as /tmp, nobody can put something else in the place of what is not theirs. */
function whoChanges({ mode, uid }: Stats): number[] {
  const isShared = (mode & (GROUP_WRITES | OTHERS_WRITE)) !== 0 && (mode & STICKY) === 0;
  return isShared ? [uid, ANYBODY] : [uid];
}
