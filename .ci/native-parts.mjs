/**
 * Builds the two native parts: sd-notify's, which speaks to systemd, and
 * unix-dgram's, which speaks to the journal. Each goes into a folder named after
 * the ABI of the Node that it is built for: `build/node-v115/notify.node`.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The npm package of each part. */
const PARTS = { notify: 'sd-notify', unix_dgram: 'unix-dgram' };

/** Where the headers of every Node that the package supports come from, once `debian/node-headers` is installed. */
const HEADERS = join(root, 'debian/node-headers/node_modules');
export const SUPPORTED_NODES = [18, 20, 22, 24];
export const SUPPORTED = SUPPORTED_NODES.map((major) => join(HEADERS, `node-${major}`));

/**
 * Builds what is not there yet for one Node.
 *
 * @param nodedir a folder that holds its `include/node`
 * @param run runs a program, and ends this process when that fails
 */
export function buildNativeParts(nodedir, run) {
  const abi = abiOf(nodedir);
  const target = join(root, `build/node-v${abi}`);
  if (nativePartsAreBuilt(abi)) return;
  console.log(`setup: building the native parts for Node's ABI ${abi} with the headers in ${nodedir}`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [part, name] of Object.entries(PARTS)) {
    // In a copy: the same package is built several times, and node_modules stays as npm left it.
    const folder = join(root, `build/native/node-v${abi}/${name}`);
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(root, 'node_modules', name), folder, { recursive: true });
    const gyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js');
    const env = { ...process.env };
    // What npm hands down from its settings would win over --nodedir, and parts for one Node be built for another.
    for (const name of Object.keys(env).filter((each) => /^npm_config_/i.test(each))) delete env[name];
    // Node's own macro for native parts casts in a way that g++ warns of.
    env.CXXFLAGS = `${env.CXXFLAGS ?? ''} -Wno-cast-function-type`;
    // No debugging symbols: they hold the build's own folder, and the bytes would depend on it.
    env.CXXFLAGS += ` -g0 ${asWord(`-ffile-prefix-map=${root}=.`)}`;
    run(process.execPath, [gyp, 'rebuild', '--loglevel=error', `--nodedir=${nodedir}`], { cwd: folder, env });
    cpSync(join(folder, `build/Release/${part}.node`), join(target, `${part}.node`));
  }
  rmSync(join(root, 'build/native'), { recursive: true });
  // Written last: half a build has none.
  writeFileSync(join(target, 'built-from'), builtFrom());
}

export function nativePartsAreBuilt(abi) {
  const note = join(root, `build/node-v${abi}/built-from`);
  return existsSync(note) && readFileSync(note, 'utf8') === builtFrom();
}

/** The ABI that the headers in a folder are for; `undefined` where there are none. */
export function abiOf(nodedir) {
  try {
    const header = readFileSync(join(nodedir, 'include/node/node_version.h'), 'utf8');
    return /^#define NODE_MODULE_VERSION (\d+)$/m.exec(header)?.[1];
  } catch {
    return undefined;
  }
}

/** One word for the shell that make hands its flags to, whatever the path in it is like. */
function asWord(text) {
  return `'${text.replaceAll("'", "'\\''").replaceAll('$', '$$$$')}'`;
}

/** The versions of the packages. */
function builtFrom() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return [...Object.values(PARTS), 'nan']
    .map((name) => `${name} ${packages[`node_modules/${name}`].version}\n`)
    .join('');
}
