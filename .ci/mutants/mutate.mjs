/**
 * Mutation testing: changes the sources in thousands of small ways, and sees whether a test notices each (Stryker).
 *
 *   npm run mutants -- core                       a room (rooms.mjs)
 *   npm run mutants -- core src/core/judge.ts     a file of it, or FILE:FIRST-LAST for some of its lines
 *
 * Prints what lives; `build/mutants-ROOM.html` shows it in its place. What was tried before, and has not changed since, is
 * not tried again: `build/mutants-ROOM.json` knows.
 */
import { availableParallelism } from 'node:os';

import { Stryker } from '@stryker-mutator/core';

import { ROOMS, testsOf } from './rooms.mjs';

const [name, ...chosen] = process.argv.slice(2);
const room = ROOMS[name];
if (room === undefined) {
  console.error(`npm run mutants -- ${Object.keys(ROOMS).join('|')} [FILE …]`);
  process.exit(2);
}

const results = await new Stryker({
  mutate: chosen.length > 0 ? chosen : room.mutate,
  ignorePatterns: [
    '*',
    '!src',
    '!src/**',
    '!test',
    '!test/**',
    '!.ci',
    '!.ci/{bundle-tests,test-files}.mjs',
    '!.ci/mutants',
    '!.ci/mutants/*.mjs',
  ],
  buildCommand: `node .ci/mutants/bundle.mjs ${name}`,
  testRunner: 'tap',
  tap: {
    testFiles: testsOf(room).map((file) => `mutants-tests/${file.replace(/\.ts$/, '.mjs')}`),
    nodeArgs: ['--test-reporter=tap', '-r', '{{hookFile}}', '{{testFile}}'],
    forceBail: true,
  },
  coverageAnalysis: 'perTest',
  concurrency: availableParallelism(),
  tempDirName: 'build/mutants',
  incremental: chosen.length === 0,
  incrementalFile: `build/mutants-${name}.json`,
  reporters: ['clear-text', 'progress-append-only', 'html'],
  htmlReporter: { fileName: `build/mutants-${name}.html` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  allowConsoleColors: false,
  // It misses the bundles among its input files, once for each.
  logLevel: 'error',
  dryRunTimeoutMinutes: 30,
  timeoutMS: 20_000,
  thresholds: { high: 95, low: 95, break: null },
}).runMutationTest();
const alive = results.filter(({ status }) => status === 'Survived' || status === 'NoCoverage').length;
console.log(`${results.length - alive} of ${results.length} mutants are noticed.`);
