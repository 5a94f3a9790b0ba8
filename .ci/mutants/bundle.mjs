/**
 * Makes one file of each test of a room and all of `src` that it needs: it is loaded once for each mutant, and all of them
 * are in it (Stryker's instrumented sources). Run in the copy of the project that Stryker has made.
 *
 *   node .ci/mutants/bundle.mjs ROOM
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import { testFiles } from '../test-files.mjs';
import { ROOMS } from './rooms.mjs';

/** These start processes of their own, which load the sources and not this bundle. */
const APART = /\/(?:kill|lock|own-file)\.test\.ts$/;
/** The copy is in `build`: where tests look for files beside them, they are to find those of the project. */
const COPY = /\/build\/mutants\/[^/]+(?=\/)/;

const { tests } = ROOMS[process.argv[2]];

await build({
  entryPoints: tests.flatMap(testFiles).filter((file) => !APART.test(file)),
  outdir: 'mutants-tests',
  outbase: 'test',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'error',
  plugins: [
    {
      name: 'own-addresses',
      setup({ onLoad }) {
        onLoad({ filter: /\.ts$/ }, ({ path }) => {
          const address = JSON.stringify(pathToFileURL(path.replace(COPY, '')).href);
          return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', address), loader: 'ts' };
        });
      },
    },
  ],
});
