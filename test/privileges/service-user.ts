/** An installation as the package leaves it: the state and runtime folders are the service's user's, the rest is root's. */
import { execFile } from 'node:child_process';
import { chmod, chown, cp, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { PROGRAM, type Installation } from '../sandbox/program.ts';

/** Without an account on this host, as far as anybody knows; nobody else has it. */
export const SERVICE = { uid: 4711, gid: 4712 };

export const NEEDS_ROOT = process.getuid?.() === 0 ? {} : { skip: 'only root can become another user' };

/** A checkpoint with an order that was given up. */
export const OPEN = [
  '0 01/10/2012-03:34:15 01/10/2012-03:45:22 9 SUCCESS OK 0',
  '1 26/09/2012-01:24:56 26/09/2012-01:41:12 10 FAILED NOT_FOUND 5',
  '^HEAD 26/09/2012-01:42:13 26/09/2012-01:42:13 72066 SUCCESS OK 1',
  '',
].join('\n');

/** Gives an installation to the service's user, with a copy of the program that this user can read. */
export async function handOver(installation: Installation): Promise<Installation> {
  const { config, state, runtime } = installation;
  const program = await programForAll(join(config, '../program'));
  for (const folder of [dirname(dirname(config)), dirname(config)]) await chmod(folder, 0o755);
  await chown(config, 0, SERVICE.gid);
  await chmod(config, 0o750);
  for (const name of await readdir(config)) {
    await chown(join(config, name), 0, SERVICE.gid);
    await chmod(join(config, name), 0o640);
  }
  for (const folder of [state, runtime]) {
    await chown(folder, SERVICE.uid, SERVICE.gid);
    await chmod(folder, 0o750);
    for (const name of await readdir(folder)) await chown(join(folder, name), SERVICE.uid, SERVICE.gid);
  }
  return { ...installation, program };
}

/** Copies the program to where everybody can read it, whatever the umask and wherever this clone is. @returns its path */
export async function programForAll(folder: string): Promise<string> {
  await cp(dirname(PROGRAM), folder, { recursive: true });
  await promisify(execFile)('chmod', ['-R', 'a+rX', folder]);
  return join(folder, basename(PROGRAM));
}
