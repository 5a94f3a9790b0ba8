/**
 * Bundles the program: `dist/order-monit.cjs` (one file) and, beside it,
 * sd-notify's native part in a folder named after the ABI that it was built for.
 *
 * CommonJS, because that is what most of the bundled packages are. The same
 * sources and packages give the same bytes.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const bundle = join(dist, 'order-monit.cjs');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * ssh2 can use two native parts for speed and does without them: each is tried
 * for, and a throw is the answer. Left out here, they can't be picked up from
 * wherever the program happens to be installed either.
 */
const withoutNativeParts = {
  name: 'without-native-parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.node$|^cpu-features$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is left out of the bundle`)});`,
    }));
  },
};

rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: [join(root, 'src/cli/main.ts')],
  outfile: bundle,
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node18.20',
  format: 'cjs',
  // Names stay as they are, for stack traces; the licences of what is bundled go into a file beside it.
  legalComments: 'linked',
  logLevel: 'warning',
  plugins: [withoutNativeParts],
  banner: {
    js: "#!/usr/bin/node\nconst bundleUrl = require('node:url').pathToFileURL(__filename).href;",
  },
  define: { 'import.meta.url': 'bundleUrl', 'process.env.ORDER_MONIT_VERSION': JSON.stringify(version) },
});
chmodSync(bundle, 0o755);

const nativeFolder = join(dist, `node-v${process.versions.modules}`);
mkdirSync(nativeFolder);
copyFileSync(join(root, 'node_modules/sd-notify/build/Release/notify.node'), join(nativeFolder, 'notify.node'));
