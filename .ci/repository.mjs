/**
 * A signed apt repository: a folder of files that any web server can serve.
 *
 * Packages that are in it already stay, so that a host can go back to an older
 * version. Made with apt's own tools (apt-ftparchive) and GnuPG.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const SUITE = 'stable';
/** Those of the Release file: apt asks by the strongest that it knows. */
const BY_HASH = ['SHA256', 'SHA512'];
const POOL = 'pool/main/o/order-monit';
/** The name in the key that is made where the keyring has none. */
const KEY_NAME = 'order-monit package archive';
const PUBLIC_KEY = 'order-monit-archive-keyring.gpg';

/**
 * Adds packages to the repository in a folder, which is made when it is not there.
 *
 * @param packages paths of .deb files
 * @param folder what the web server serves
 * @param key the fingerprint, id or address of a secret key in the user's keyring (GNUPGHOME); one is found or made without
 * @param validDays after how many days hosts take the indices for out of date; never without
 */
export function publish({ packages, folder, key, validDays }) {
  const signer = key ?? ownKey();
  // A web server is another user: everybody may read it, whatever this user's mask.
  process.umask(0o022);
  mkdirSync(join(folder, POOL), { recursive: true });
  for (const path of packages) replace(join(folder, POOL, basename(path)), readFileSync(path));
  const architectures = indexPackages(folder);
  signRelease({ folder, signer, architectures, validDays });
  const publicKey = call('gpg', ['--batch', '--export', signer]);
  if (publicKey.length === 0) stop(`the keyring has no key ${signer}. Look at: gpg --list-secret-keys`);
  replace(join(folder, PUBLIC_KEY), publicKey);
  console.log(
    `deb: the repository in ${folder} is signed with the key ${fingerprintOf(signer)}, which each host that uses it ` +
      'compares. Serve the folder with any web server; ' +
      'docs/operating.md, "From a repository of your own", says what a host needs to use it.',
  );
}

/** Writes the index of each architecture, and returns their names. */
function indexPackages(folder) {
  const architectures = [
    ...new Set(readdirSync(join(folder, POOL)).map((name) => /_([^_]+)\.deb$/.exec(name)?.[1])),
  ].filter((name) => name !== undefined);
  for (const architecture of architectures) {
    const place = `dists/${SUITE}/main/binary-${architecture}`;
    mkdirSync(join(folder, place), { recursive: true });
    const index = call('apt-ftparchive', ['--arch', architecture, 'packages', 'pool'], folder);
    replaceIndex(join(folder, place), 'Packages', index);
    replaceIndex(join(folder, place), 'Packages.gz', gzipSync(index, { level: 9 }));
  }
  return architectures;
}

/**
 * Writes an index by its name, and by its hashes too: a host that has read the Release file before, and asks for
 * the index after, gets the one that belongs to it. They are small, and stay.
 */
function replaceIndex(place, name, content) {
  for (const hash of BY_HASH) {
    const folder = join(place, 'by-hash', hash);
    mkdirSync(folder, { recursive: true });
    replace(join(folder, createHash(hash).update(content).digest('hex')), content);
  }
  replace(join(place, name), content);
}

function signRelease({ folder, signer, architectures, validDays }) {
  const place = join(folder, 'dists', SUITE);
  for (const name of ['Release', 'Release.gpg', 'InRelease']) rmSync(join(place, name), { force: true });
  const facts = {
    Origin: 'order-monit',
    Label: 'order-monit',
    Suite: SUITE,
    Codename: SUITE,
    Architectures: architectures.join(' '),
    Components: 'main',
    'Acquire-By-Hash': 'yes',
    ...(validDays === undefined ? {} : { ValidTime: validDays * 86_400 }),
  };
  const options = [
    ...Object.entries(facts).map(([name, value]) => `Release::${name}=${value}`),
    // Nobody trusts these any more.
    ...['MD5', 'SHA1'].map((hash) => `Release::${hash}=false`),
  ].flatMap((option) => ['-o', `APT::FTPArchive::${option}`]);
  const release = call('apt-ftparchive', [...options, 'release', '.'], place);
  const sign = (...how) => call('gpg', ['--batch', '--yes', '--local-user', signer, ...how], place, release);
  const clear = sign('--clearsign');
  const detached = sign('--armor', '--detach-sign');
  replace(join(place, 'Release'), release);
  replace(join(place, 'Release.gpg'), detached);
  replace(join(place, 'InRelease'), clear);
}

/** The whole fingerprint of a secret key, `undefined` where there is none of that name. */
function fingerprintOf(key) {
  const listed = call('gpg', ['--batch', '--with-colons', '--list-secret-keys', key], '/', '', [0, 2]);
  return /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1];
}

/** The fingerprint of the keyring's own archive key. */
function ownKey() {
  const find = () => fingerprintOf(KEY_NAME);
  const found = find();
  if (found !== undefined) return found;
  call('gpg', ['--batch', '--passphrase', '', '--quick-generate-key', KEY_NAME, 'ed25519', 'sign', 'never']);
  const made = find();
  if (made === undefined) stop('gpg made no key');
  console.log(
    `deb: made the signing key ${made} ("${KEY_NAME}", without a passphrase) in the keyring of this user. ` +
      'Back it up, and keep it off the web server; --key chooses another one.',
  );
  return made;
}

/** Readers of the folder see the old file or the new one. */
function replace(path, content) {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

function call(program, args, cwd = '/', input = '', fine = [0]) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, input, maxBuffer: 1 << 28 });
  if (error) stop(`\`${program}\` could not run: ${error.message}`);
  if (!fine.includes(status)) stop(`\`${program} ${args.join(' ')}\` ended with ${status}: ${stderr}`);
  return stdout;
}

function stop(text) {
  console.error(`deb: ${text}.`);
  process.exit(1);
}
