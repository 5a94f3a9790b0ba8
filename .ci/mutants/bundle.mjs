/**
 * Bundles the tests of a room with `src`: loaded once for each mutant, and all of them are in it (Stryker's instrumented
 * sources). Run in the copy of the project that Stryker has made.
 *
 *   node .ci/mutants/bundle.mjs ROOM
 */
import { bundleTests } from '../bundle-tests.mjs';
import { ROOMS, testsOf } from './rooms.mjs';

/** The copy is in `build`: where tests look for files beside them, they are to find those of the project. */
const COPY = /\/build\/mutants\/[^/]+(?=\/)/;

await bundleTests(testsOf(ROOMS[process.argv[2]]), 'mutants-tests', (path) => path.replace(COPY, ''));
