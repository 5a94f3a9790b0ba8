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
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** A file that takes longer hangs: it is ended and counted as failed. */
const TORTURE = process.env.TORTURE === '1';
const FILE_TIMEOUT_MS = TORTURE ? 6 * 3_600_000 : 1_800_000;

function testFiles(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? testFiles(join(path, entry.name)) : join(path, entry.name)))
    .filter((file) => file.endsWith('.test.ts'))
    .sort();
}

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

// Each file is a process of its own, and inherits this one's `--import tsx`. Many wait more than they work.
const results = run({ files, concurrency: availableParallelism() + 1, timeout: FILE_TIMEOUT_MS });
results.on('test:fail', (failure) => {
  if (failure.todo === undefined || failure.todo === false) process.exitCode = 1;
});
await pipeline(results, new spec(), process.stdout, { end: false });
