/**
 * Runs tests of the bundles that are named, with one mutant after another. Where a mutant is noticed, the next one's turn
 * comes only once nothing is left of the test that failed; else this process is of no more use. Started by trial.mjs.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { beginFile, end, runTest, tests } from './node-test.mjs';

/** A test that comes by a mutant so many times as often as with the sources, and some, does not come to its end. */
const MOST_TIMES_THE_CALLS = 100;
const MORE_CALLS = 1000;
/** What a failed test has left may go on for so long: longer than that takes a new process. */
const MOST_LEFT_MS = 3000;

/** What Stryker's instrumented sources share. */
const mutants = (globalThis.__stryker__ ??= {});

const say = (message) =>
  new Promise((resolve) => {
    process.send(message, resolve);
  });

/** Ends the test that runs; before the first one, what is loaded has failed. */
let fail = (error) => say({ noticed: 'the sources as they are loaded', why: String(error).slice(0, 300) });
for (const fault of ['uncaughtException', 'unhandledRejection']) process.on(fault, (error) => fail(error));

/** Called once nothing is left in this process that could go on. */
let whenNothingIsLeft = () => undefined;
process.on('beforeExit', () => {
  // Else it would end.
  process.channel.ref();
  whenNothingIsLeft();
});

async function run(number) {
  const failed = new Promise((_, reject) => {
    fail = reject;
  });
  whenNothingIsLeft = () => fail(new Error('It waits for ever.'));
  try {
    await Promise.race([runTest(tests[number]), failed]);
  } finally {
    fail = () => undefined;
  }
}

/** @returns whether all has ended that a failed test has begun */
async function isOver() {
  return new Promise((resolve) => {
    whenNothingIsLeft = () => resolve(true);
    setTimeout(resolve, MOST_LEFT_MS, false).unref();
  });
}

/** Runs all tests with the sources as they are. @returns what each takes, how often it comes by which mutant, and which its file loads */
async function survey() {
  const took = [];
  for (const [number, { file, name }] of tests.entries()) {
    mutants.currentTestId = String(number);
    const before = { cpu: process.cpuUsage(), at: performance.now() };
    await run(number);
    const { user, system } = process.cpuUsage(before.cpu);
    took.push({ file, name, cpuMs: (user + system) / 1000, ms: performance.now() - before.at });
    mutants.currentTestId = undefined;
  }
  await end();
  const { static: loading = {}, perTest = {} } = mutants.mutantCoverage ?? {};
  return took.map((one, number) => ({ ...one, loading: Object.keys(loading), calls: perTest[number] ?? {} }));
}

async function tryMutant({ id, chosen }) {
  mutants.activeMutant = id;
  for (const { number, calls } of chosen) {
    mutants.hitCount = 0;
    mutants.hitLimit = MOST_TIMES_THE_CALLS * calls + MORE_CALLS;
    await say({ begins: number });
    try {
      process.channel.unref();
      await run(number);
    } catch (error) {
      const over = await isOver();
      return { by: number, noticed: tests[number].name, why: String(error).slice(0, 300), over };
    } finally {
      process.channel.ref();
    }
  }
  return { lives: true, over: true };
}

// Whoever started it is gone.
process.on('disconnect', () => process.exit());

process.on('message', async (task) => {
  await say(task === 'survey' ? { survey: await survey() } : await tryMutant(task));
});

for (const [file, bundle] of JSON.parse(process.argv[2])) {
  beginFile(file);
  await import(pathToFileURL(resolve(bundle)));
}
fail = () => undefined;
await say({ loaded: true });
