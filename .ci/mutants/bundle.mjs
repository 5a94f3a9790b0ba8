/**
 * Bundles the tests of a room with `src`: loaded once for each mutant, and all of them are in it (Stryker's instrumented
 * sources). Run in the copy of the project that Stryker has made.
 *
 *   node .ci/mutants/bundle.mjs ROOM
 */
import { bundleTests } from '../bundle-tests.mjs';
import { testFiles } from '../test-files.mjs';
import { ROOMS } from './rooms.mjs';

/** These start processes of their own, which load the sources and not this bundle. */
const APART = /\/(?:kill|lock|own-file)\.test\.ts$/;
/** The copy is in `build`: where tests look for files beside them, they are to find those of the project. */
const COPY = /\/build\/mutants\/[^/]+(?=\/)/;

const files = ROOMS[process.argv[2]].tests.flatMap(testFiles).filter((file) => !APART.test(file));
await bundleTests(files, 'mutants-tests', (path) => path.replace(COPY, ''));
