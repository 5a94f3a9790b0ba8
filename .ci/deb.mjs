/**
 * Builds the Debian package into `dist/`, and on request an apt repository with it.
 *
 *   npm run deb                                the package, its .changes and its .buildinfo
 *   npm run deb -- --repo DIR [--key KEY-ID] [--valid-days DAYS]   and the signed repository in DIR
 *
 * The build happens in a copy of the files that git knows, so that nothing else
 * gets into the package. Plain Node: see setup.mjs.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { publish } from './repository.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stage = join(root, 'build/deb');
const source = join(stage, 'order-monit');

const { values: options } = parseArgs({
  options: {
    repo: { type: 'string' },
    key: { type: 'string' },
    'valid-days': { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (options.help) {
  console.log('npm run deb -- [--repo DIR [--key KEY-ID] [--valid-days DAYS]]');
  process.exit(0);
}

const validDays = options['valid-days'] === undefined ? undefined : Number(options['valid-days']);
if (validDays !== undefined && !(validDays >= 1)) {
  console.error('deb: --valid-days takes a number of days, 1 or more.');
  process.exit(1);
}

copySources();
// setup.mjs has seen to what the build needs, also where Node and npm are no packages of Debian's.
run('dpkg-buildpackage', ['--no-check-builddeps', '--build=binary', '--unsigned-source', '--unsigned-changes'], source);
const built = readdirSync(stage).filter((name) => /\.(?:deb|changes|buildinfo)$/.test(name));
mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist).filter((each) => /^order-monit_.*\.(?:deb|changes|buildinfo)$/.test(each)))
  rmSync(join(dist, name));
for (const name of built) renameSync(join(stage, name), join(dist, name));
rmSync(stage, { recursive: true });
console.log(`deb: built ${built.map((name) => `dist/${name}`).join(', ')}`);
if (options.repo !== undefined) {
  const packages = built.filter((name) => name.endsWith('.deb')).map((name) => join(dist, name));
  publish({ packages, folder: resolve(options.repo), key: options.key, validDays });
}

/** What git tracks (or, without git, what is here), and the npm packages, which then need no network. */
function copySources() {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  const tracked = existsSync(join(root, '.git'))
    ? spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).stdout.split('\0')
    : readdirSync(root).filter((name) => !['build', 'dist'].includes(name));
  const filter = (path) => basename(path) !== 'node_modules';
  for (const name of tracked.filter((each) => each !== '' && existsSync(join(root, each))))
    cpSync(join(root, name), join(source, name), { recursive: true, verbatimSymlinks: true, filter });
  for (const folder of ['node_modules', 'debian/node-headers/node_modules'])
    if (existsSync(join(root, folder))) run('cp', ['-al', join(root, folder), join(source, folder)], root);
}

function run(program, args, cwd) {
  const { status, signal, error } = spawnSync(program, args, { cwd, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`deb: \`${program}\` ${error ? `could not run: ${error.message}` : `ended with ${signal ?? status}`}.`);
  process.exit(1);
}
