/**
 * Root file systems of stock Debian releases, made by debootstrap and kept in
 * `build/hosts` (git-ignored), so that a second run does without the network.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const SUITES = ['trixie', 'bookworm'] as const;
export type Suite = (typeof SUITES)[number];

/** Debian's names for them, as people say them. */
export const RELEASES: Readonly<Record<Suite, string>> = { trixie: 'Debian 13', bookworm: 'Debian 12' };

const MIRROR = 'http://deb.debian.org/debian';
/** What a small server has. */
const SYSTEM = ['systemd', 'systemd-sysv', 'dbus', 'procps', 'iproute2', 'ca-certificates', 'libpam-systemd'];
/** The shop and the integration server, Debian's own Node (which runs the shop's tasks too), and the checkers of packages. */
const PARTS = [
  'mariadb-server',
  'openssh-server',
  'sudo',
  'nodejs',
  'lintian',
  'autopkgtest',
  'man-db',
  'bash-completion',
  'scdoc',
];

/** They are installed, and do not start by themselves. */
const SERVERS = ['mariadb.service', 'mariadb.socket', 'ssh.service'];

const folder = fileURLToPath(new URL('../../build/hosts', import.meta.url));
const OUTPUT_LIMIT = 64 << 20;

/**
 * The root file system of a release, made when it is not there. It is never
 * changed afterwards: hosts put their own layer over it.
 *
 * @throws Error when it can't be made, with the end of what the tools said
 */
export async function rootFileSystem(suite: Suite): Promise<string> {
  const root = join(folder, suite);
  const note = join(folder, `${suite}.packages`);
  const wanted = `${[...SYSTEM, ...PARTS, ...SERVERS].join('\n')}\n`;
  const isMade = async (): Promise<boolean> => (await readFile(note, 'utf8').catch(() => '')) === wanted;
  if (await isMade()) return root;
  await mkdir(folder, { recursive: true });
  // Several test files want it at once; the first one makes it.
  const unlock = await lock(join(folder, `${suite}.lock`));
  try {
    if (!(await isMade())) {
      await make(suite, root);
      await writeFile(note, wanted);
    }
    return root;
  } finally {
    await unlock();
  }
}

async function make(suite: Suite, root: string): Promise<void> {
  console.log(`hosts: making a ${RELEASES[suite]} (${suite}) with ${PARTS.join(', ')}`);
  const making = join(folder, `${suite}.making`);
  // A debootstrap that was killed leaves it mounted.
  await run('umount', ['--lazy', join(making, 'proc')]).catch(() => undefined);
  await rm(making, { recursive: true, force: true });
  await rm(root, { recursive: true, force: true });
  await tool('debootstrap', ['--variant=minbase', `--include=${SYSTEM.join(',')}`, suite, making, MIRROR]);
  await installParts(making);
  await rename(making, root);
}

/** Takes a lock that other processes respect, and that ends with this one. Gives what releases it. */
async function lock(file: string): Promise<() => Promise<void>> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(holder, 'exit');
  const locked = once(holder.stdout, 'data');
  if ((await Promise.race([locked.then(() => 'locked'), exit.then(() => 'ended')])) === 'ended') {
    throw new Error(`flock ${file} failed`);
  }
  return async () => {
    holder.stdin.end();
    await exit;
  };
}

async function installParts(root: string): Promise<void> {
  // minbase has no hosts file, and `localhost` would have no address.
  await writeFile(join(root, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost ip6-localhost\n');
  const policy = join(root, 'usr/sbin/policy-rc.d');
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  await tool('chroot', [root, 'apt-get', '-qy', '-o', 'APT::Sandbox::User=root', 'update']);
  await tool('chroot', [root, 'apt-get', '-qy', '--no-install-recommends', 'install', ...PARTS]);
  await tool('chroot', [root, 'apt-get', 'clean']);
  await rm(policy);
  // Hosts share this machine's network: a server starts when a test has given it a port.
  await tool('systemctl', ['--quiet', `--root=${root}`, 'disable', ...SERVERS]);
  // Each host gets one of its own.
  await writeFile(join(root, 'etc/machine-id'), '');
}

async function tool(name: string, args: readonly string[]): Promise<void> {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  try {
    await run(name, args, { env: environment, maxBuffer: OUTPUT_LIMIT });
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout).slice(-2000) : '';
    throw new Error(`${name} ${args.join(' ')} failed:\n${said}`, { cause: error });
  }
}
