/**
 * What comes from outside meets the inputs that are kept, mutations of them,
 * and inputs of megabytes. `fuzz.test.ts` looks for new ones, by the code that
 * they reach.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { randomFrom, seeds } from '../trials.ts';
import { inputsOf } from './corpus.ts';
import { TARGET_NAMES, TARGETS, type TargetName } from './targets.ts';

const MUTATIONS_PER_SEED = 200;

/** Long enough that a reader whose time grows with the square of the length would not end before the test's deadline. */
const LONG_BYTES = 2 << 20;
const UNITS: Readonly<Record<TargetName, readonly string[]>> = {
  checkpoint: ['0 01/10/2026-03:34:15 01/10/2026-03:45:22 5 SUCCESS OK 0\n', '^HEAD ', ' ', '\0', '\n', '9'],
  config: ['a: 1\n', '[', '{', '- ', '&a ', '*a ', '<%= ', ': ', '"', '# \n', '!!str '],
  'known-hosts': ['* ', '*?', ',', 'a,', '!*', '@revoked ', '|1|', '\n', ' \t', '='],
  soap: ['<a>', '</a>', '<', '&amp;', ' x="1"', '<![CDATA[', ']]>', '<!--', '<Rows/>', 'xmlns:a="b" '],
  control: ['[', '{"a":', '"', '1,', '\\u0041', ' '],
  'state-files': ['[', '{"cases":', '"', '1,', '9', '\n'],
};

function mutated(data: Buffer, random: () => number, others: readonly Buffer[]): Buffer {
  const bytes = [...data];
  const at = (length: number): number => Math.floor(random() * length);
  for (let times = 1 + at(4); times > 0; times -= 1) {
    const place = at(bytes.length + 1);
    const other = others[at(others.length)] ?? data;
    const from = at(other.length);
    switch (at(5)) {
      case 0:
        bytes[place] = at(256);
        break;
      case 1:
        bytes.splice(place, at(8));
        break;
      case 2:
        bytes.splice(place, 0, ...other.subarray(from, from + at(40)));
        break;
      case 3:
        bytes.splice(
          place,
          0,
          ...Buffer.from(['\0', '\n', ' ', '-1', '1e400', '\u2028', '\ufeff', '__proto__'][at(8)] ?? ''),
        );
        break;
      default:
        bytes.splice(place);
    }
  }
  return Buffer.from(bytes);
}

for (const name of TARGET_NAMES) {
  describe(`What reads ${name}`, () => {
    const target = TARGETS[name];
    const inputs = inputsOf(name);

    for (const { name: input, data } of inputs) test(`stands ${input}`, async () => target(data));

    for (const seed of seeds({ test: 3, torture: 500 })) {
      test(`stands mutations with seed ${seed}`, async () => {
        const random = randomFrom(seed);
        const all = inputs.map(({ data }) => data);
        for (let count = 0; count < MUTATIONS_PER_SEED; count += 1) {
          const data = mutated(all[Math.floor(random() * all.length)] ?? Buffer.alloc(0), random, all);
          try {
            await target(data);
          } catch (error) {
            assert.fail(`${JSON.stringify(data.toString('latin1'))} (as latin1): ${String(error)}`);
          }
        }
      });
    }

    for (const unit of UNITS[name]) {
      test(
        `stands ${LONG_BYTES} bytes of ${JSON.stringify(unit)} in time that grows no faster`,
        { timeout: 120_000 },
        async () => {
          const long = Buffer.alloc(LONG_BYTES, unit);
          await target(long);
          // The same behind what is sound.
          await target(Buffer.concat([inputs[0]?.data ?? Buffer.alloc(0), long]));
        },
      );
    }
  });
}
