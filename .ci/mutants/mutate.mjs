/**
 * Mutation testing: changes the sources in thousands of small ways (Stryker's), and sees whether a test notices each.
 *
 *   npm run mutants -- core                       a room (rooms.mjs)
 *   npm run mutants -- core src/core/judge.ts     files of it
 *
 * Prints what lives. What is found is kept in `build/mutants/ROOM.jsonl`, so that a run goes on where the last one ended: a
 * mutant is tried again only once its file has changed, and one that lived with the tests that have changed since. Remove
 * the file, and all are tried.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { bundleTests } from '../bundle-tests.mjs';
import { hashOf } from './hash.mjs';
import { ROOMS, sourcesOf, testsOf } from './rooms.mjs';
import { Trial } from './trial.mjs';

const [name, ...wanted] = process.argv.slice(2);
const room = ROOMS[name];
if (room === undefined) {
  console.error(`npm run mutants -- ${Object.keys(ROOMS).join('|')} [FILE …]`);
  process.exit(2);
}
const FOLDER = 'build/mutants';
const FOUND = `${FOLDER}/${name}.jsonl`;
/** Half of the machine is left to whoever works on it. */
const AT_ONCE = Number(process.env.JOBS ?? Math.max(1, Math.floor(availableParallelism() / 2)));
/** Counts the calls of mutants, which takes longer than what is counted. */
const COUNTING = /stryCov_\w+\((?:"\d+"(?:, )?)+\)/g;

const files = testsOf(room);
mkdirSync(FOLDER, { recursive: true });
const allIn = (path) =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((file) => allIn(`${path}/${file}`)) : [path];
const shim = new URL('node-test.mjs', import.meta.url).pathname;

const read = (path) => readFileSync(path, 'utf8');
/** Which version of a file of tests it is. */
const versions = Object.fromEntries(files.map((file) => [file, hashOf(read(file))]));

/** @returns pairs of a test file and its bundle */
async function bundle(folder, wantedFiles, sources) {
  const options = { sources: new Map(Object.entries(sources)), alias: { 'node:test': shim } };
  const made = await bundleTests(wantedFiles, `${FOLDER}/${folder}`, options);
  return wantedFiles.map((file, index) => [file, made[index]]);
}

/** Runs each file of tests for itself, all at once. @returns what its tests take, and which mutants each comes by */
async function survey(wantedFiles, sources) {
  return Promise.all(
    (await bundle(`${name}-survey`, wantedFiles, sources)).map(async ([file, made]) => {
      const trial = new Trial([[file, made]]);
      const said = (await trial.loaded()) ?? (await trial.survey());
      await trial.end();
      if (said.survey === undefined) throw new Error(`Nothing is mutated, and ${said.noticed} fails: ${said.why}`);
      return [file, { version: versions[file], tests: said.survey }];
    }),
  );
}

/** The mutants, what the tests take, and which come by which: kept for as long as nothing has changed. */
async function prepare() {
  const path = `${FOLDER}/${name}.json`;
  const shared = ['src', 'test'].flatMap(allIn).filter((file) => !file.endsWith('.test.ts'));
  const version = hashOf(...shared.map(read));
  let kept = existsSync(path) ? JSON.parse(read(path)) : {};
  // Babel takes seconds to load.
  if (kept.version !== version)
    kept = { version, ...(await import('./mutants-of.mjs').then(({ mutantsOf }) => mutantsOf(sourcesOf(room)))) };
  const changed = files.filter((file) => kept.surveys?.[file]?.version !== versions[file]);
  if (changed.length > 0) {
    const { sources } = kept;
    kept.surveys = { ...kept.surveys, ...Object.fromEntries(await survey(changed, sources)) };
    const plain = Object.entries(sources).map(([file, content]) => [file, content.replaceAll(COUNTING, '0')]);
    kept.bundles = await bundle(name, files, Object.fromEntries(plain));
    writeFileSync(path, JSON.stringify(kept));
  }
  return { ...kept, tests: files.flatMap((file) => kept.surveys[file].tests) };
}

const { bundles, mutants, tests } = await prepare();

const mattersAtLoad = new Set(tests.flatMap(({ loading }) => loading));

/** The tests that have noticed mutants of a file, the last one first: what notices one is likely to notice the next. */
const noticedOf = new Map();

/**
 * The tests that come by a mutant, those that are likely to notice it first, and then the shortest. What matters while the
 * sources are loaded may matter to all of them.
 */
function testsFor({ file, id }) {
  const noticed = noticedOf.get(file) ?? [];
  const turn = (number, { calls, cpuMs }) =>
    noticed.includes(number) ? noticed.indexOf(number) - 1e6 : cpuMs + (calls[id] === undefined ? 1e6 : 0);
  return [...tests.entries()]
    .filter(([, { calls, loading }]) => loading.includes(id) || calls[id] !== undefined)
    .map(([number, one]) => ({ number, calls: one.calls[id] ?? 0, turn: turn(number, one) }))
    .sort((a, b) => a.turn - b.turn);
}

const found = new Map();
if (existsSync(FOUND)) {
  for (const line of read(FOUND).trimEnd().split('\n')) {
    const { key, ...result } = JSON.parse(line);
    found.set(key, result);
  }
}

function keep(key, result) {
  found.set(key, result);
  appendFileSync(FOUND, `${JSON.stringify({ key, ...result })}\n`);
}

const chosen = wanted.length === 0 ? mutants : mutants.filter(({ file }) => wanted.includes(file));
const left = chosen.filter(({ key }) => {
  const outlived = found.get(key)?.outlived;
  return outlived === undefined ? !found.has(key) : files.some((file) => outlived[file] !== versions[file]);
});
console.log(`${chosen.length} mutants, of which ${left.length} are to be tried; ${tests.length} tests.`);

async function tryNext(trial) {
  const mutant = left.shift();
  const { file, id, key } = mutant;
  const all = testsFor(mutant);
  const outlived = found.get(key)?.outlived ?? {};
  const wanted = all.filter(({ number }) => outlived[tests[number].file] !== versions[tests[number].file]);
  let current = trial;
  if (mattersAtLoad.has(id)) current = new Trial(bundles, { took: tests, id });
  else current ??= new Trial(bundles, { took: tests });
  const said = (current === trial ? undefined : await current.loaded()) ?? (await current.try(id, wanted));
  const { by, over, ...rest } = said;
  if (by !== undefined) noticedOf.set(file, [by, ...(noticedOf.get(file) ?? []).filter((number) => number !== by)]);
  keep(key, said.lives === true ? { outlived: versions, tests: all.length } : rest);
  if (over === true && !mattersAtLoad.has(id)) return current;
  await current.end();
  return current === trial ? undefined : trial;
}

let told = Date.now();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    let trial;
    while (left.length > 0) {
      trial = await tryNext(trial);
      if (Date.now() - told > 60_000) {
        told = Date.now();
        console.log(`${left.length} are left.`);
      }
    }
    await trial?.end();
  }),
);

const counts = new Map();
for (const mutant of chosen) {
  const result = found.get(mutant.key);
  if (result.outlived !== undefined && result.compiles === undefined) {
    keep(mutant.key, { ...result, compiles: (await import('./compiles.mjs')).compiles(mutant) });
  }
  const { outlived, compiles: isProgram, tests, tooLong } = found.get(mutant.key);
  const ofFile = counts.get(mutant.file) ?? { mutants: 0, noticed: 0, endless: 0, 'no program': 0, live: 0 };
  counts.set(mutant.file, ofFile);
  ofFile.mutants += 1;
  if (outlived === undefined) ofFile[tooLong ? 'endless' : 'noticed'] += 1;
  else ofFile[isProgram ? 'live' : 'no program'] += 1;
  if (outlived === undefined || !isProgram) continue;
  const short = (text) => text.replaceAll(/\s+/g, ' ').slice(0, 160);
  console.log(
    `\n${mutant.file}:${mutant.line} (${tests} tests)\n- ${short(mutant.original)}\n+ ${short(mutant.replacement)}`,
  );
}
const sum = (key) => [...counts.values()].reduce((total, ofFile) => total + ofFile[key], 0);
counts.set('all', Object.fromEntries(Object.keys([...counts.values()][0]).map((key) => [key, sum(key)])));
console.table(Object.fromEntries(counts));
