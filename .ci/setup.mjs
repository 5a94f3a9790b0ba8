/**
 * Installs what is missing, says what it installs, and does nothing otherwise.
 *
 *   node .ci/setup.mjs            everything that the tests need
 *   node .ci/setup.mjs --demo     what `npm run demo` needs: a MariaDB, an sshd and a part of the npm packages
 *   node .ci/setup.mjs --build    npm packages, the native parts for this Node and the compiler for them
 *   node .ci/setup.mjs --npm      npm packages only
 *   node .ci/setup.mjs --package  what the Debian package is built with, and the native parts for every Node
 *   node .ci/setup.mjs --hosts    what the tests of the package need
 *   node .ci/setup.mjs --mutants  the tool of `npm run mutants`
 *
 * Debian packages need root, the rest does not. Plain Node: it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { abiOf, buildNativeParts, nativePartsAreBuilt, SUPPORTED } from './native-parts.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const option = process.argv[2] ?? '--all';
const HEADERS = 'debian/node-headers';

/** Debian packages, and what shows that each one's part is there already (a program, or a file by its full path). */
const COMPILER = {
  'g++': 'g++',
  make: 'make',
  python3: 'python3',
  'libsystemd-dev': '/usr/include/systemd/sd-daemon.h',
};
// MariaDB without its service: demo and tests start their own in a temporary folder.
const DEMO_PARTS = {
  'mariadb-server-core': 'mariadbd',
  'mariadb-client-core': 'my_print_defaults', // mariadb-install-db needs it
  'openssh-server': 'sshd',
};
const TEST_PARTS = {
  ...DEMO_PARTS,
  chromium: 'chromium', // visits the page, which is measured with this font
  'fonts-dejavu-core': '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
  'g++': 'gcc', // builds what makes system calls fail
  iproute2: 'ip', // makes networks that can be cut
  strace: 'strace', // shows what the kernel is asked for, in which order
  python3: 'python3', // plays systemd's side of the notifications
  scdoc: 'scdoc', // renders the manual pages, and the two below say what is wrong with them
  'man-db': 'man',
  'groff-base': 'groff',
  zsh: 'zsh', // complete words, as bash does
  fish: 'fish',
  prometheus: 'promtool', // reads the metrics and runs the alert rules
};

const PACKAGING = {
  'dpkg-dev': 'dpkg-buildpackage',
  fakeroot: 'fakeroot',
  debhelper: 'dh',
  'bash-completion': 'dh_bash-completion',
  scdoc: 'scdoc',
  'apt-utils': 'apt-ftparchive', // for the repository, and the next one too
  gnupg: 'gpg',
};
const HOSTS = {
  debootstrap: 'debootstrap',
  'systemd-container': 'systemd-nspawn',
  piuparts: 'piuparts',
};
/** By option; without one it is all that the tests need. */
const NEEDED = {
  '--demo': DEMO_PARTS,
  '--build': {},
  '--npm': {},
  '--package': PACKAGING,
  '--hosts': HOSTS,
  '--mutants': {},
};
if (option !== '--all' && !Object.hasOwn(NEEDED, option))
  stop(`Unknown option ${option}: ${Object.keys(NEEDED).join(', ')} or none is expected.`);
const MUTANTS = '.ci/mutants';

/** What the demo needs besides the packages of the program itself. The program does without its native parts where no systemd listens. */
const DEMO_TOOLS = ['esbuild', 'smtp-server'];

const demo = option === '--demo' ? demoPackage() : undefined;
const npmPackagesAreThere = npmPackagesMatch('.', demo && Object.keys(demo.dependencies));
// The package is built from the headers of its own lock file only, whatever this machine has.
const compiles =
  ['--all', '--build'].includes(option) && !(npmPackagesAreThere && nativePartsAreBuilt(process.versions.modules));
installDebianPackages({ ...(compiles || option === '--package' ? COMPILER : {}), ...(NEEDED[option] ?? TEST_PARTS) });
if (!npmPackagesAreThere) {
  if (demo === undefined) installNpmPackages('.');
  else installDemoPackages(demo);
}
if (compiles) buildNativeParts(headersOfThisNode(), run);
if (option === '--mutants' && !npmPackagesMatch(MUTANTS)) installNpmPackages(MUTANTS);
if (option === '--package') {
  if (!npmPackagesMatch(HEADERS)) installNpmPackages(HEADERS);
  for (const nodedir of SUPPORTED) buildNativeParts(nodedir, run);
}

// --- npm packages

/**
 * Compares npm's own note of what it has installed with the lock file. It is written last, so half an installation has none.
 *
 * @param names the packages that are needed, where these are not all
 */
function npmPackagesMatch(folder, names) {
  const note = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(join(root, note))) return false;
  const installed = packagesOf(note);
  const mayBeMissing = (path, { optional }) =>
    optional === true || (names !== undefined && !names.includes(path.slice('node_modules/'.length)));
  return Object.entries(packagesOf(join(folder, 'package-lock.json'))).every(
    ([path, facts]) =>
      path === '' ||
      installed[path]?.version === facts.version ||
      (installed[path] === undefined && mayBeMissing(path, facts)),
  );
}

/** package.json with what the demo needs alone. */
function demoPackage() {
  const { name, version, dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tools = Object.fromEntries(DEMO_TOOLS.map((tool) => [tool, devDependencies[tool]]));
  return { name, version, private: true, dependencies: { ...dependencies, ...tools } };
}

/** In a folder of its own, as npm installs what the package.json beside the lock file asks for. */
function installDemoPackages(facts) {
  const folder = 'build/demo-packages';
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(facts));
  copyFileSync(join(root, 'package-lock.json'), join(root, folder, 'package-lock.json'));
  // Types and a compiler that packages would like to have beside them.
  installNpmPackages(folder, ['--omit=peer']);
  rmSync(join(root, 'node_modules'), { recursive: true, force: true });
  renameSync(join(root, folder, 'node_modules'), join(root, 'node_modules'));
  rmSync(join(root, folder), { recursive: true });
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
}

function installNpmPackages(folder, more = []) {
  say(`installing the npm packages of ${join(folder, 'package-lock.json')}`);
  // Nothing of theirs needs to run; the native parts are built below.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...more];
  // Headers are the same on every architecture, though the packages they come in are for one.
  if (folder === HEADERS) args.push('--force');
  run('npm', args, { cwd: join(root, folder) });
}

// --- headers

/** A folder that holds the headers of exactly this Node's ABI. */
function headersOfThisNode() {
  const places = [dirname(dirname(process.execPath)), '/usr', configuredNodedir(), ...SUPPORTED];
  const found = places.find((place) => abiOf(place) === process.versions.modules);
  if (found !== undefined) return found;
  installNpmPackages(HEADERS);
  const supported = SUPPORTED.find((place) => abiOf(place) === process.versions.modules);
  if (supported === undefined) stop(`Node ${process.version} is not supported: 18, 20, 22 and 24 are.`);
  return supported;
}

function configuredNodedir() {
  const { status, stdout } = spawnSync('npm', ['config', 'get', 'nodedir', '--loglevel=error'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'undefined';
}

// --- Debian packages

function installDebianPackages(evidence) {
  const packages = Object.keys(evidence).filter((name) => !isThere(evidence[name]));
  if (packages.length === 0) return;
  const names = packages.join(' ');
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  if (process.getuid() !== 0) {
    stop(`These Debian packages are missing: ${names}. Run: sudo apt-get ${install.join(' ')}`);
  }
  say(`installing the Debian packages ${names}`);
  const quiet = ['--quiet', '-o', 'DPkg::Lock::Timeout=300'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', [...quiet, 'update'], { env });
  withoutStartingServices(() => run('apt-get', [...quiet, ...install], { env }));
}

function isThere(programOrFile) {
  if (programOrFile.startsWith('/')) return existsSync(programOrFile);
  // Servers live in sbin, which is not in everybody's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, programOrFile)));
}

/**
 * Keeps maintainer scripts from starting what they install, by Debian's own
 * means. A policy of the machine's administrator stays; one of ours that a
 * killed run left behind goes.
 */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = '#!/bin/sh\n# order-monit: no service starts while its tools are being installed\nexit 101\n';
  if (existsSync(policy) && readFileSync(policy, 'utf8') !== ours) {
    install();
    return;
  }
  writeFileSync(policy, ours, { mode: 0o755 });
  // `stop` ends the process, so a `finally` would not do.
  process.once('exit', () => rmSync(policy, { force: true }));
  // An interrupt reaches apt-get too; this process stays to put things back.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  install();
}

// --- common

function run(program, args, options = {}) {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (status === 0) return;
  stop(
    `\`${program} ${args.join(' ')}\` ${error ? `could not run: ${error.message}` : `ended with ${signal ?? `status ${status}`}`}.`,
  );
}

function say(text) {
  console.log(`setup: ${text}`);
}

function stop(text) {
  console.error(`setup: ${text}`);
  process.exit(1);
}
