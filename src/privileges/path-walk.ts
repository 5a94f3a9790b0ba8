/** The way to a folder, as the kernel goes it: who could lay another folder in its place. */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';

import { errorCode } from '../text/error.ts';

/** A folder or a link on the way. */
interface Step {
  readonly path: string;
  readonly stats: Stats;
}

export interface Walk {
  /** As it was asked for. */
  readonly path: string;
  /** From the root on, links and what they name included. */
  readonly steps: readonly Step[];
  /** `undefined` where there is nothing at the end of the way. */
  readonly found: Stats | undefined;
}

/** As many links as the kernel follows. */
const LINK_LIMIT = 40;
export const ROOT = 0;
export const GROUP_WRITES = 0o020;
export const OTHERS_WRITE = 0o002;
/** In such a folder nobody may move what belongs to somebody else. */
export const STICKY = 0o1000;

/** Goes to a path step by step, and looks at nothing but the steps. @throws the system's own error */
export function walkTo(path: string): Walk {
  const steps: Step[] = [];
  const whole = resolve(path);
  const { root } = parse(whole);
  const names = whole.slice(root.length).split('/');
  steps.push({ path: root, stats: lstatSync(root) });
  let current = root;
  let links = 0;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      current = dirname(current);
      continue;
    }
    const next = join(current, name);
    const stats = statsOf(next);
    if (stats === undefined) return { path, steps, found: undefined };
    steps.push({ path: next, stats });
    if (!stats.isSymbolicLink()) {
      current = next;
      continue;
    }
    links += 1;
    if (links > LINK_LIMIT) throw new Error(`Too many symbolic links on the way to ${path}`);
    const target = readlinkSync(next);
    if (target.startsWith('/')) current = root;
    names.unshift(...target.split('/'));
  }
  return { path, steps, found: lstatSync(current) };
}

/**
 * Finds a step that somebody else than root or the given user could change.
 *
 * @returns what is wrong and what to do about it, as a sentence each; `undefined` when nothing is
 */
export function weaknessOf({ steps, found }: Walk, owner: Pick<Stats, 'uid' | 'gid'>): string | undefined {
  for (const { path, stats } of steps) {
    if (stats.uid !== ROOT && stats.uid !== owner.uid) {
      return `${path} belongs to user ${stats.uid}, who could put something else there.`;
    }
    const isEnd = found?.ino === stats.ino && found.dev === stats.dev;
    // What its own user lets others do there is that user's affair.
    if (stats.isSymbolicLink() || (isEnd && owner.uid !== ROOT)) continue;
    const isSafe = !isEnd && (stats.mode & STICKY) !== 0;
    const groupIsOwners = owner.uid !== ROOT && stats.gid === owner.gid;
    const writes = groupIsOwners ? OTHERS_WRITE : OTHERS_WRITE | GROUP_WRITES;
    if (!isSafe && (stats.mode & writes) !== 0) {
      return `${path} can be written by others than its owner, who could put something else there. Run: chmod go-w ${path}`;
    }
  }
  return undefined;
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
