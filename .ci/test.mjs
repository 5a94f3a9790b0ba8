/**
 * Runs the tests: all of `test/**\/*.test.ts` but those of the Debian package,
 * or those in the files and folders given.
 *
 *   npm test -- test/core test/shop/orders.test.ts
 *   npm run test:package
 *   npm run torture -- test/torture/model
 *
 * `npm run torture` plays the tests of test/torture at their full length.
 */
import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

import { bundleTests } from './bundle-tests.mjs';
import { testFiles } from './test-files.mjs';

const TORTURE = process.env.TORTURE === '1';
/** A file that takes longer hangs: it is ended and counted as failed. */
const FILE_TIMEOUT_MIN = TORTURE ? 6 * 60 : 20;
/** So is a run, with all that has not ended by then. */
const RUN_TIMEOUT_MIN = TORTURE ? 24 * 60 : 60;

/** So many files are named in the end, for whoever wants the run to be shorter. */
const LONGEST = 10;

/** Their files are long, and wait more than they work: first, so that a run does not end with one of them alone. */
const FIRST = /^test\/(?:privileges|torture|cli|package\/(?:checkers|distribution|life-cycle|reproducible)[^/]*$)/;
const byTurn = (a, b) => Number(FIRST.test(b)) - Number(FIRST.test(a));

const wanted = process.argv.slice(2);
/** They need the package, and boot whole hosts. */
const APART = join('test', 'package');
const files =
  wanted.length > 0
    ? wanted.flatMap(testFiles)
    : testFiles(TORTURE ? join('test', 'torture') : 'test').filter((file) => !file.startsWith(APART));
if (files.length === 0) {
  console.error(`No *.test.ts file in ${wanted.join(', ')}.`);
  process.exit(1);
}

/** Of this run alone: others may go on at the same time. */
const folder = join('build', `tests-${process.pid}`);
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
const bundled = await bundleTests(files.sort(byTurn), folder);

const bound = AbortSignal.timeout(RUN_TIMEOUT_MIN * 60_000);
// Said first: what runs the tests may end with them.
bound.addEventListener('abort', () => {
  console.error(`The run is ended: it has lasted for ${RUN_TIMEOUT_MIN} minutes.`);
});
// Each file is a process of its own, and inherits what this one was started with, and this: faults name the source's line.
process.execArgv.push('--enable-source-maps', '--import', new URL('ending.mjs', import.meta.url).href);
// Each listens for the end of the run.
setMaxListeners(0, bound);
const results = run({
  files: bundled,
  // Most wait more than they work.
  concurrency: 2 * availableParallelism() + 1,
  timeout: FILE_TIMEOUT_MIN * 60_000,
  signal: bound,
});
results.on('test:fail', (failure) => {
  if (failure.todo === undefined || failure.todo === false) process.exitCode = 1;
});
/** Milliseconds that the tests of each file took. */
const took = new Map();
for (const ended of ['test:pass', 'test:fail']) {
  results.on(ended, ({ details, file, nesting }) => {
    if (nesting === 0) took.set(file, (took.get(file) ?? 0) + details.duration_ms);
  });
}
await pipeline(results, new spec(), process.stdout, { end: false });
const longest = [...took].sort((a, b) => b[1] - a[1]).slice(0, LONGEST);
console.log(`The longest of ${files.length} files:`);
for (const [file, ms] of longest) console.log(`${(ms / 1000).toFixed(0).padStart(6)} s  ${relative('.', file)}`);
