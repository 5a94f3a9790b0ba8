/**
 * Plants one fault after another (`planted.ts`), and has the model look for it: within 200 seeds it must object.
 *
 *   npm run planted                       all of them
 *   npm run planted -- 'inserts twice'    those whose kind or fault holds the text
 *
 * With nothing planted it must not object at all: that is played as well.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';
import * as v from 'valibot';

import { PLANTED, type Planted } from './planted.ts';

const SEEDS = 200;
/** A fault may keep a trial from its end: that is no finding. */
const DEADLINE_MS = 10 * 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'build', 'planted');
const found = v.object({ seed: v.number(), objection: v.string() });

/** Makes the model with the fault in it. @throws Error where its text does not stand in the file once */
async function plant({ file, from, to }: Planted, outfile: string): Promise<void> {
  const path = join(root, 'src', file);
  const parts = (await readFile(path, 'utf8')).split(from);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, and not once: ${from}`);
  await makeModel(outfile, { path, contents: parts.join(to) });
}

async function makeModel(
  outfile: string,
  changed?: { readonly path: string; readonly contents: string },
): Promise<void> {
  await build({
    entryPoints: [join(root, 'test', 'mutants', 'seek.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
    plugins: [
      {
        name: 'planted',
        setup: (builder) => {
          builder.onLoad({ filter: /\.ts$/ }, ({ path }) =>
            path === changed?.path ? { contents: changed.contents, loader: 'ts' } : null,
          );
        },
      },
    ],
  });
}

/** @returns the seed that finds the fault, and what the model says; `undefined` where none does */
async function seek(model: string): Promise<v.InferOutput<typeof found> | undefined> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [model, String(SEEDS)], { timeout: DEADLINE_MS });
    return stdout === '' ? undefined : v.parse(found, JSON.parse(stdout));
  } catch (error) {
    console.error(String(error).slice(0, 500));
    return undefined;
  }
}

const [wanted = ''] = process.argv.slice(2);
const all = PLANTED.filter(({ fault, kind }) => `${kind} ${fault}`.includes(wanted));
await mkdir(folder, { recursive: true });
let survivors = 0;
const left = [...all.entries()];
const trials = Array.from({ length: availableParallelism() }, async () => {
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const [index, planted] = next;
    const model = join(folder, `${index}.mjs`);
    await plant(planted, model);
    const result = await seek(model);
    if (result === undefined) survivors += 1;
    const where = result === undefined ? 'NOT FOUND' : `seed ${result.seed}`;
    console.log(`${where.padStart(9)}  ${planted.kind}: ${planted.fault}`);
    if (result !== undefined) console.log(`           ${result.objection.split('\n')[0] ?? ''}`);
  }
});
await Promise.all(trials);
console.log(`${all.length - survivors} of ${all.length} planted faults are found within ${SEEDS} seeds.`);

const sound = join(folder, 'sound.mjs');
await makeModel(sound);
const objection = await seek(sound);
console.log(`With nothing planted: ${objection === undefined ? 'no objection' : JSON.stringify(objection)}.`);
await rm(folder, { recursive: true, force: true });
process.exitCode = survivors === 0 && objection === undefined ? 0 : 1;
