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
/** What the tests need besides, where they are played on it: see TEST_PARTS in .ci/setup.mjs. */
const TEST_PARTS = ['gcc', 'libc6-dev', 'python3', 'strace'];

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
  return made(suite, [...SYSTEM, ...PARTS, ...TEST_PARTS, ...SERVERS].join(' '), async (root) => {
    const bare = await bareRootFileSystem(suite);
    console.log(`hosts: making a ${RELEASES[suite]} (${suite}) with ${PARTS.join(', ')}`);
    await tool('cp', ['-a', bare, root]);
    await installParts(root);
  });
}

/**
 * A release as debootstrap leaves it: with what every Debian has, and without a hosts file. It is never changed
 * either.
 *
 * @throws Error when it can't be made, with the end of what the tools said
 */
export async function bareRootFileSystem(suite: Suite | 'sid'): Promise<string> {
  return made(`${suite}-bare`, 'minbase', async (root) => {
    console.log(`hosts: making a bare ${suite === 'sid' ? 'Debian' : RELEASES[suite]} (${suite})`);
    await tool('debootstrap', ['--variant=minbase', suite, root, MIRROR]);
  });
}

/** Makes a folder unless it is there, in this form: `form` is noted when it is whole. */
async function made(name: string, form: string, make: (root: string) => Promise<void>): Promise<string> {
  const root = join(folder, name);
  const note = join(folder, `${name}.form`);
  const isMade = async (): Promise<boolean> => (await readFile(note, 'utf8').catch(() => '')) === form;
  if (await isMade()) return root;
  await mkdir(folder, { recursive: true });
  // Several test files want it at once; the first one makes it.
  const unlock = await lock(join(folder, `${name}.lock`));
  try {
    if (await isMade()) return root;
    const making = join(folder, `${name}.making`);
    // A debootstrap that was killed leaves it mounted.
    await run('umount', ['--lazy', join(making, 'proc')]).catch(() => undefined);
    for (const each of [making, root]) await rm(each, { recursive: true, force: true });
    await make(making);
    await rename(making, root);
    await writeFile(note, form);
    return root;
  } finally {
    await unlock();
  }
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
  // A root that was cut off in the making is made anew: nothing has to be on the disk before all of it is.
  const quick = ['-o', 'DPkg::Options::=--force-unsafe-io'];
  const install = [
    'apt-get',
    '-qy',
    ...quick,
    '--no-install-recommends',
    'install',
    ...SYSTEM,
    ...PARTS,
    ...TEST_PARTS,
  ];
  await tool('chroot', [root, ...install]);
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
