/**
 * Bundles the program: `dist/order-monit.mjs`, the modules that it loads for one
 * command or another, and the native parts in a folder for each Node's ABI that
 * they have been built for. `dist/bundled-packages.json` names the npm packages
 * that are in any of them, and `dist/order-monit.cdx.json` is their bill of
 * materials.
 *
 * Several files, because reading the whole takes longer than most commands do
 * (docs/design.md has the figures). The same sources and packages give the same
 * bytes.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { SUPPORTED_NODES } from './native-parts.mjs';
import { billOfMaterials } from './sbom.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * ssh2 can use two native parts for speed and does without them: each is tried
 * for, and a throw is the answer. Left out here, they can't be picked up from
 * wherever the program happens to be installed either. The tables, half a
 * megabyte, are of East Asian character sets, which a MySQL driver could ask
 * for where a connection does not have UTF-8; all of ours do.
 */
const withoutUnusedParts = {
  name: 'without-unused-parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.node$|^cpu-features$|^\.\/tables\/.*\.json$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is left out of the bundle`)});`,
    }));
  },
};

/** By what `import` knows a configuration file that nobody has edited: the SHA-256 of each, with blanks between. */
function shippedDigests() {
  const folder = join(root, 'config');
  const digest = (name) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return readdirSync(folder).sort().map(digest).join(' ');
}

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist).filter((each) =>
  /^(?:node-v\d+|.*\.mjs|.*\.sh|bundled-packages\.json|order-monit\.cdx\.json)$/.test(each),
))
  rmSync(join(dist, name), { recursive: true });
const { metafile } = await build({
  entryPoints: { 'order-monit': join(root, 'src/commands/main.ts') },
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node18.20',
  format: 'esm',
  // Names stay as they are, for stack traces.
  legalComments: 'inline',
  logLevel: 'warning',
  metafile: true,
  plugins: [withoutUnusedParts],
  // Our own code writes to the log. What packages print would come into the journal without a level, and as often as a
  // server likes: mysql2 prints a line for each packet out of order. Whatever matters reaches us as an error or event too.
  drop: ['console'],
  // Most of the bundled packages are CommonJS: they ask for what comes with Node by `require`, and ssh2 for its folder.
  banner: {
    js: [
      // Under a name that none of the modules has.
      "import { createRequire as requireOf } from 'node:module';",
      'const require = requireOf(import.meta.url);',
      "const __dirname = require('node:path').dirname(require('node:url').fileURLToPath(import.meta.url));",
    ].join('\n'),
  },
  define: {
    'process.env.ORDER_MONIT_VERSION': JSON.stringify(version),
    'process.env.ORDER_MONIT_NODES': JSON.stringify(SUPPORTED_NODES.join(', ').replace(/, (\d+)$/, ' and $1')),
    'process.env.ORDER_MONIT_SHIPPED': JSON.stringify(shippedDigests()),
  },
});
for (const file of readdirSync(dist).filter((each) => each.endsWith('.mjs'))) narrow(join(dist, file));

// What the integration server is given to run.
copyFileSync(join(root, 'src/integration/run-task.sh'), join(dist, 'run-task.sh'));

// None before they are built: the demo does without.
const built = existsSync(join(root, 'build')) ? readdirSync(join(root, 'build')) : [];
for (const folder of built.filter((name) => /^node-v\d+$/.test(name))) {
  mkdirSync(join(dist, folder));
  for (const part of readdirSync(join(root, 'build', folder)).filter((name) => name.endsWith('.node')))
    copyFileSync(join(root, 'build', folder, part), join(dist, folder, part));
}

/** What the native parts are made of. */
const NATIVE_PACKAGES = ['sd-notify', 'unix-dgram', 'nan'];
const bundled = Object.keys(metafile.inputs).flatMap(
  (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
);
const packages = [...new Set([...bundled, ...NATIVE_PACKAGES])].sort().map((name) => ({ name, ...factsOf(name) }));
writeFileSync(join(dist, 'bundled-packages.json'), `${JSON.stringify(packages, null, 2)}\n`);
writeFileSync(join(dist, 'order-monit.cdx.json'), `${JSON.stringify(billOfMaterials(packages), null, 2)}\n`);

/**
 * One character beyond Latin-1 makes Node hold all of a file with two bytes a
 * character. esbuild escapes them in the code; those left are in comments.
 *
 * @throws Error where they are not
 */
function narrow(path) {
  const text = readFileSync(path, 'utf8');
  const narrowed = text.replace(/^ *\*.*$/gm, (comment) => comment.replace(/[^\0-\xff]/g, '?'));
  if (/[^\0-\xff]/.test(narrowed))
    throw new Error(`${path} has characters beyond Latin-1, such as in a tagged template`);
  if (narrowed !== text) writeFileSync(path, narrowed);
}

function factsOf(name) {
  const folder = join(root, 'node_modules', name);
  const facts = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const licenceFile = readdirSync(folder).find((each) => /^(?:licen[cs]e|copying|unlicense)/i.test(each));
  return { version: facts.version, licence: facts.license ?? null, licenceFile: licenceFile ?? null };
}
