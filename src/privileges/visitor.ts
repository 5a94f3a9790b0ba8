/** Somebody who is neither root nor the service's user: most of what a command needs is closed to them. */
import { accessSync, constants, statSync } from 'node:fs';

import { CheckpointIoError } from '../checkpoint/index.ts';
import type { Directories } from '../config/directories.ts';
import { ConfigurationError } from '../config/index.ts';
import { errorCode } from '../text/error.ts';

/** Thrown where the caller may not do what a command does. Nothing was done. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';

  constructor(folder: string) {
    super(`This takes what is in ${folder}, which this user may not read. Run it as root: sudo order-monit …`);
  }
}

/** @throws NotAllowed where one of these folders is closed to somebody who calls a command */
export function assertOpen(directories: Directories, ...names: readonly ('config' | 'state')[]): void {
  const closed = names.find((name) => isClosed(directories, name));
  if (closed !== undefined) throw new NotAllowed(directories[closed]);
}

/**
 * What to tell somebody who calls a command of the error that it ended with. What the error itself says is for the user of
 * the service: nobody should open secrets to others because of it.
 */
export function forVisitors(error: unknown, directories: Directories): unknown {
  if (error instanceof ConfigurationError && isClosed(directories, 'config')) return new NotAllowed(directories.config);
  const isDenied = error instanceof CheckpointIoError && errorCode(error.cause) === 'EACCES';
  return isDenied && isClosed(directories, 'state') ? new NotAllowed(directories.state) : error;
}

/**
 * Whether a folder is closed to a visitor. Never for root, whoever root has become, and the service's user: they have to be
 * told what is wrong with it.
 */
export function isClosed(directories: Directories, name: 'config' | 'state'): boolean {
  const user = process.geteuid?.();
  if (
    user === 0 ||
    directories.rootsView !== undefined ||
    statSync(directories.state, { throwIfNoEntry: false })?.uid === user
  )
    return false;
  try {
    accessSync(directories[name], constants.R_OK | constants.X_OK);
    return false;
  } catch (error) {
    return errorCode(error) === 'EACCES';
  }
}
