/**
 * A fuzzer that is led by the code that its inputs reach (Jazzer.js, on
 * libFuzzer) looks for bytes that what reads them does not stand. It needs the
 * C library of Debian 13, so it runs on a host of that release. What it kept is
 * in `build/fuzz` afterwards; `corpus.test.ts` has the part that was worth it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';

import { Host } from '../../host/host.ts';
import { size } from '../trials.ts';
import { corpusOf } from './corpus.ts';
import { TARGET_NAMES, type TargetName } from './targets.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const KEPT = join(ROOT, 'build', 'fuzz');
const PLACE = '/srv/fuzz';
const RUNS = 2_000_000;
/** A single input that takes so long is a finding. */
const TIMEOUT_S = 10;
/** For all of a reader's, on a machine that has other work too. */
const DEADLINE_MS = 4 * 3_600_000;

/** Those that open files in memory wait for promises. */
const ASYNCHRONOUS: ReadonlySet<TargetName> = new Set<TargetName>(['checkpoint', 'state-files']);

const skip =
  size({ test: true, torture: false }) &&
  'for npm run torture: it needs a host of its own, and minutes for each reader';

describe('A fuzzer finds nothing that is not stood', { skip }, () => {
  let host: Host;

  before(async () => {
    host = await Host.boot('trixie');
    await mkdir(host.path(PLACE), { recursive: true });
    await promisify(execFile)('cp', ['-a', join(ROOT, 'node_modules'), host.path(PLACE)]);
  });
  after(async () => {
    await host.remove();
  });

  for (const name of TARGET_NAMES) {
    test(`by what reads ${name}`, async (t) => {
      const inPlace = (file: string): string => `${PLACE}/${name}/${file}`;
      await bundle(name, host.path(inPlace('target.cjs')));
      await mkdir(host.path(inPlace('found')));
      await cp(corpusOf(name), host.path(inPlace('found')), { recursive: true });
      await cp(join(KEPT, name), host.path(inPlace('found')), { recursive: true }).catch(() => undefined);
      const fuzzer = [
        'node',
        `${PLACE}/node_modules/@jazzer.js/core/dist/cli.js`,
        inPlace('target.cjs'),
        inPlace('found'),
        '--includes=target.cjs',
        ...(ASYNCHRONOUS.has(name) ? [] : ['--sync']),
        '--',
        `-runs=${RUNS}`,
        `-timeout=${TIMEOUT_S}`,
        `-artifact_prefix=${inPlace('')}`,
        '-print_final_stats=1',
      ];
      const { status, stderr } = await host.run(fuzzer, '', DEADLINE_MS);
      await rm(join(KEPT, name), { recursive: true, force: true });
      await cp(host.path(inPlace('found')), join(KEPT, name), { recursive: true });
      assert.equal(status, 0, stderr.slice(-6000));
      t.diagnostic(/Done \d+ runs in \d+ second/.exec(stderr)?.[0] ?? stderr.slice(-500));
    });
  }
});

/** All of a reader as one file, which is what is instrumented. */
async function bundle(name: TargetName, outfile: string): Promise<void> {
  const targets = fileURLToPath(new URL('targets.ts', import.meta.url));
  const { outputFiles } = await build({
    stdin: {
      contents: `import { TARGETS } from ${JSON.stringify(targets)}; export const fuzz = TARGETS[${JSON.stringify(name)}];`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  await mkdir(join(outfile, '..'), { recursive: true });
  await writeFile(outfile, outputFiles[0]?.contents ?? '');
}
