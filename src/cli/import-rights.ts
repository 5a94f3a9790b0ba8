/** Reads files that somebody else may have put in place, without lending them root's right to read. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The file is root's or a third user's, and its place is not. */
export class ForeignFile extends Error {
  override readonly name = 'ForeignFile';
}

/**
 * Reads a regular file. As root it reads only what those could read themselves who could have made the path lead there:
 * a link in somebody's folder may lead to a file that only root may read, and so may a second name of such a file.
 *
 * @throws ForeignFile, or an error with a `code` as `node:fs` gives it
 */
export function readAsItsOwner(path: string): Buffer {
  // A named pipe would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw Object.assign(new Error(`${path} is not a file`), { code: 'NOT_A_FILE' });
    const others = process.getuid?.() === 0 ? whoElseLeads(path) : new Set();
    if (others.size > 0 && !others.has(facts.uid)) {
      throw new ForeignFile(
        `${path} is a file of the user ${facts.uid}, in a place that others than root can change: it was not read. ` +
          'If it is the right one, copy it into a folder that only root can write to, and import that',
      );
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

const ANYBODY = -1;
/** As many as the kernel follows. */
const MOST_LINKS = 40;

/** The users besides root who can change where a path leads: the owners of its folders and links. */
function whoElseLeads(path: string): ReadonlySet<number> {
  const found = new Set<number>();
  const left = stepsOf(resolve(path));
  let at = '/';
  for (let links = 0; left.length > 0;) {
    const step = left.shift() ?? '';
    if (step === '..') {
      at = dirname(at);
      continue;
    }
    const next = join(at, step);
    const facts = lstatSync(next);
    if (facts.isSymbolicLink()) {
      links += 1;
      if (links > MOST_LINKS) throw Object.assign(new Error(`${path} is a circle of links`), { code: 'ELOOP' });
      if (facts.uid !== 0) found.add(facts.uid);
      const target = readlinkSync(next);
      left.unshift(...stepsOf(target));
      if (target.startsWith('/')) at = '/';
    } else {
      if (facts.isDirectory()) for (const user of whoChanges(facts)) found.add(user);
      at = next;
    }
  }
  return found;
}

function stepsOf(path: string): string[] {
  return path.split('/').filter((step) => step !== '' && step !== '.');
}

/** In a folder with the sticky bit, such as /tmp, nobody can put something else in the place of what is not theirs. */
function whoChanges({ mode, uid }: Stats): number[] {
  const isShared = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
  return [...(uid === 0 ? [] : [uid]), ...(isShared ? [ANYBODY] : [])];
}
