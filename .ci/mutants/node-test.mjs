/**
 * In place of `node:test` in the bundles of `npm run mutants`: it keeps the tests, so that one process can run those that are
 * wanted, in any order and again. It knows what the tests of the rooms use, and no more.
 */

/** Each test that was declared: `{ file, name, run, after }`. */
export const tests = [];
/** What is to be done in the end, once all tests of this process have run. */
const atTheEnd = [];
let path = [];
let currentFile = '';

/** What is declared from now on is of this file. */
export function beginFile(file) {
  currentFile = file;
}

export function describe(name, body) {
  path = [...path, name];
  body();
  path = path.slice(0, -1);
}

export function test(name, body) {
  tests.push({ file: currentFile, name: [...path, name].join(' › '), body });
}

export function after(body) {
  atTheEnd.push(body);
}

/** @throws what the test throws, or the first of its clean-ups */
export async function runTest({ name, body }) {
  const cleanUps = [];
  try {
    await body({ name, after: (cleanUp) => cleanUps.push(cleanUp) });
  } finally {
    for (const cleanUp of cleanUps) await cleanUp();
  }
}

export async function end() {
  for (const body of atTheEnd) await body();
}
