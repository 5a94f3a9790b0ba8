/**
 * Installs what is missing, says what it installs, and does nothing otherwise.
 *
 *   node .ci/setup.mjs           everything that the tests and the demo need
 *   node .ci/setup.mjs --build   npm packages, sd-notify's native part and the compiler for it
 *   node .ci/setup.mjs --npm     npm packages only
 *
 * Debian packages need root, the rest does not. Plain Node: it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const option = process.argv[2] ?? '--all';
const INSTALLED = 'node_modules/.package-lock.json';
if (!['--all', '--build', '--npm'].includes(option))
  stop(`Unknown option ${option}: --build, --npm or none is expected.`);

/** Debian packages, and what shows that each one's part is there already (a program, or a file by its full path). */
const COMPILER = {
  'g++': 'g++',
  make: 'make',
  python3: 'python3',
  'libsystemd-dev': '/usr/include/systemd/sd-daemon.h',
};
// MariaDB without its service: the tests start their own in a temporary folder.
const TEST_PARTS = {
  'mariadb-server-core': 'mariadbd',
  'mariadb-client-core': 'my_print_defaults', // mariadb-install-db needs it
  'openssh-server': 'sshd',
  chromium: 'chromium', // visits the page, which is measured with this font
  'fonts-dejavu-core': '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
  python3: 'python3', // plays systemd's side of the notifications
};

const npmPackagesAreThere = npmPackagesMatch();
if (option !== '--npm') {
  const compiles = !npmPackagesAreThere || !nativePartIsBuilt();
  installDebianPackages({ ...(compiles ? COMPILER : {}), ...(option === '--all' ? TEST_PARTS : {}) });
}
if (!npmPackagesAreThere) installNpmPackages();
if (option !== '--npm' && !nativePartIsBuilt()) buildNativePart();

// --- npm packages

/** Compares npm's own note of what it has installed with the lock file. It is written last, so half an installation has none. */
function npmPackagesMatch() {
  if (!existsSync(join(root, INSTALLED))) return false;
  const installed = packagesOf(INSTALLED);
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional === true && installed[path] === undefined),
  );
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
}

function installNpmPackages() {
  say('installing the npm packages of package-lock.json');
  // Nothing of theirs needs to run; the one native part that is wanted is built below.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}

// --- sd-notify's native part

function nativePart() {
  return join(root, 'node_modules/sd-notify/build/Release/notify.node');
}

/** The note beside the native part that says which Node it was built for. */
function abiNote() {
  return join(root, 'node_modules/sd-notify/build/node-abi');
}

function nativePartIsBuilt() {
  return (
    existsSync(nativePart()) && existsSync(abiNote()) && readFileSync(abiNote(), 'utf8') === process.versions.modules
  );
}

function buildNativePart() {
  const nodedir = findNodeHeaders();
  say(
    `building sd-notify's native part for Node ${process.version}${nodedir ? ` with the headers in ${nodedir}` : ''}`,
  );
  const args = [join(root, 'node_modules/node-gyp/bin/node-gyp.js'), 'rebuild', '--loglevel=warn'];
  if (nodedir !== undefined) args.push(`--nodedir=${nodedir}`);
  // Node's own macro for native parts casts in a way that g++ warns of.
  const env = { ...process.env, CXXFLAGS: `${process.env.CXXFLAGS ?? ''} -Wno-cast-function-type` };
  run(process.execPath, args, { cwd: join(root, 'node_modules/sd-notify'), env });
  writeFileSync(abiNote(), process.versions.modules);
}

/** A folder that holds `include/node` of exactly this Node's ABI. Without one node-gyp downloads the headers. */
function findNodeHeaders() {
  return [dirname(dirname(process.execPath)), '/usr', configuredNodedir()].find((folder) => {
    try {
      const version = readFileSync(join(folder, 'include/node/node_version.h'), 'utf8');
      return version.includes(`#define NODE_MODULE_VERSION ${process.versions.modules}\n`);
    } catch {
      return false;
    }
  });
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
