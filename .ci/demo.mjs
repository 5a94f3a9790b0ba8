/** Plays `test/sandbox/demo.ts`, bundled as the tests are: nothing of that stays, in the clone or elsewhere. */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { bundleTests } from './bundle-tests.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join('build', `demo-${process.pid}`);
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
const [file] = await bundleTests([join('test', 'sandbox', 'demo.ts')], folder);
await import(pathToFileURL(file).href);
