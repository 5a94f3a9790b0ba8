/** An apt repository on a host, made with the command that makes one for any web server. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Host } from '../host/host.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Publishing {
  readonly validDays?: number;
  /** Of the process that does it. */
  readonly umask?: number;
}

/** Puts a signed repository with these packages into a folder. */
export async function publishInto(folder: string, packages: readonly string[], how: Publishing): Promise<void> {
  const keyring = await mkdtemp(join(tmpdir(), 'order-monit-keyring-'));
  try {
    const publish = `
      import { publish } from './.ci/repository.mjs';
      process.umask(${how.umask ?? 0o022});
      publish(JSON.parse(process.argv[1]));`;
    const task = { packages, folder, validDays: how.validDays };
    await run(process.execPath, ['--input-type=module', '--eval', publish, JSON.stringify(task)], {
      cwd: ROOT,
      env: { ...process.env, GNUPGHOME: keyring },
    });
  } finally {
    await run('gpgconf', ['--homedir', keyring, '--kill', 'all']).catch(() => undefined);
    await rm(keyring, { recursive: true, force: true });
  }
}

/** Puts a signed repository with these packages on a host, and returns its folder there. */
export async function makeRepository(host: Host, packages: readonly string[]): Promise<string> {
  await publishInto(host.path('/srv/repository'), packages, {});
  return '/srv/repository';
}

/** What docs/operating.md tells a sysadmin to do on a host. No other source is asked: the network is none of the test's business. */
export async function addRepository(host: Host, folder: string): Promise<void> {
  await rm(host.path('/etc/apt/sources.list'), { force: true });
  await rm(host.path('/etc/apt/sources.list.d'), { recursive: true, force: true });
  await cp(
    host.path(join(folder, 'order-monit-archive-keyring.gpg')),
    host.path('/usr/share/keyrings/order-monit-archive-keyring.gpg'),
  );
  await host.write(
    '/etc/apt/sources.list.d/order-monit.sources',
    [
      'Types: deb',
      `URIs: file:${folder}`,
      'Suites: stable',
      'Components: main',
      'Signed-By: /usr/share/keyrings/order-monit-archive-keyring.gpg',
      '',
    ].join('\n'),
  );
}
