/**
 * `npm run bench`: what order-monit takes, side by side with references in the
 * same run. Whole processes; they take turns, medians count, and what is
 * reported is ratios. Each table goes into `docs/performance.md` as soon as it is there.
 *
 *   npm run bench
 *   npm run bench -- verification repairs    some of the tables
 *   npm run bench -- --small                 keeps it alive, and writes nothing
 */
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';

import { BENCHES } from './cases.ts';
import { publish, print } from './report.ts';
import { Harness } from './harness.ts';

const words = process.argv.slice(2);
const small = words.includes('--small');
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.filter((name) => !BENCHES.has(name));
if (unknown.length > 0) {
  console.error(`No table is called ${unknown.join(' or ')}. There are ${[...BENCHES.keys()].join(', ')}.`);
  process.exit(2);
}

const measuredOn = await machine();
const harness = await Harness.open(small ? 599 : 99_999);
try {
  for (const [name, measure] of BENCHES) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.error(`bench: ${name}`);
    const section = print(await measure(harness, small), measuredOn);
    console.log(`${section}\n`);
    if (!small) await publish(section);
  }
} finally {
  await harness.close();
}

async function machine(): Promise<string> {
  const { stdout } = await promisify(execFile)('mariadbd', ['--version']);
  const server = /Ver (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `${processors.length} cores (${model}), Node ${process.versions.node}, MariaDB ${server}, ${new Date().toISOString().slice(0, 10)}`;
}
