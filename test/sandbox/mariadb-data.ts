/** A data folder for a throw-away MariaDB: made once for each version, kept in `build` (git-ignored), and copied. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const build = fileURLToPath(new URL('../../build', import.meta.url));

/** Servers live in sbin, which is not in everybody's PATH. */
export const WITH_SBIN: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
};

/** A small redo log: a copy of it is made for each server. */
export const DATA_OPTIONS = ['--innodb-log-file-size=16M'];

/**
 * Makes a data folder as mariadb-install-db leaves it, in which root has no password.
 *
 * @throws Error with what the tools say
 */
export async function makeDataFolder(path: string): Promise<void> {
  await copyFolder(await template(), path);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await run('cp', ['-r', '--preserve=mode', '--sparse=always', '--reflink=auto', from, to]);
}

async function template(): Promise<string> {
  const { stdout } = await run('mariadbd', ['--no-defaults', '--version'], { env: WITH_SBIN });
  const version = /Ver (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const kept = join(build, `mariadb-${version}-${process.getuid?.() ?? ''}`);
  if (existsSync(kept)) return kept;
  await mkdir(build, { recursive: true });
  // mariadb-install-db is a shell script, and some versions of it do not bear a blank in a path: the clone's may have one.
  const folder = await mkdtemp(join(tmpdir(), 'order-monit-mariadb-'));
  const copy = await mkdtemp(join(build, 'mariadb-'));
  try {
    const made = join(folder, 'data');
    const words = [
      '--no-defaults',
      // As root the server wants to be told that it is meant so.
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
      `--datadir=${made}`,
      // Several at once get in each other's way in the common one.
      `--tmpdir=${folder}`,
      // It would look up the names of this machine, which need not be known.
      '--force',
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...DATA_OPTIONS,
    ];
    await run('mariadb-install-db', words, { env: WITH_SBIN });
    const whole = join(copy, 'data');
    await copyFolder(made, whole);
    // Whoever was first has made the same.
    await rename(whole, kept).catch((error: unknown) => {
      if (!existsSync(kept)) throw error;
    });
    return kept;
  } finally {
    await Promise.all([folder, copy].map(async (path) => rm(path, { recursive: true, force: true })));
  }
}
