/** What people read of the configuration's keys is what data/configuration.yml and the schemas make. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { describeKeys } from '../../src/config/index.ts';
import { chapterOf, entriesOf, readPage } from './page.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KEYS = describeKeys();

interface Described {
  readonly key: string;
  /** What there is without the key. */
  readonly note: string;
  readonly meaning: string;
}

test('config/, docs/configuration.md and order-monit.yml(5) are what npm run describe makes', () => {
  const args = ['--import', 'tsx', '.ci/describe.mjs', '--check'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});

function inDocs(file: string): readonly Described[] {
  const chapter = chapterOf(readFileSync(`${ROOT}docs/configuration.md`, 'utf8').replaceAll('\n## ', '\n# '), file);
  const rows = chapter.replaceAll('`', '').matchAll(/^\| (\S+) \| (.+?) \| (.+) \|$/gm);
  return Array.from(rows, ([, key = '', note = '', meaning = '']) => ({ key, note, meaning })).slice(2);
}

function inManual(file: string): readonly Described[] {
  return entriesOf(chapterOf(readPage('order-monit.yml.5'), file.toUpperCase())).map(({ term, text }) => {
    const [, key = term, note = ''] = /^(\S+) \((?:default: )?(.+)\)$/.exec(term) ?? [];
    return { key, note, meaning: text };
  });
}

/** Of what a schema expects: what people must be told. */
function boundsOf(expected: string): readonly string[] {
  const range = /from (\d+ to \d+)/.exec(expected)?.[1];
  return range === undefined ? (/^one of (.*)$/.exec(expected)?.[1]?.split(', ') ?? []) : [`From ${range}.`];
}

for (const [place, read] of Object.entries({ 'docs/configuration.md': inDocs, 'order-monit.yml(5)': inManual })) {
  describe(`${place} describes every key once, with its default and what it may be`, () => {
    for (const file of new Set(KEYS.map((key) => key.file))) {
      test(file, () => {
        const all = read(file);
        const keys = KEYS.filter((key) => key.file === file);
        assert.deepEqual(all.map(({ key }) => key).sort(), keys.map(({ key }) => key).sort());
        for (const { key, default: preset, required, expected } of keys) {
          const { note = '', meaning = '' } = all.find((described) => described.key === key) ?? {};
          if (required) assert.equal(note, 'required', key);
          else if (typeof preset === 'string') assert.equal(note, preset, key);
          else if (preset === undefined || preset.length === 0) assert.match(note, /^(?!required$)\D+$/, key);
          else for (const item of preset) assert.ok(`${note} ${meaning}`.includes(item), `${key}: ${item}`);
          for (const bound of boundsOf(expected)) assert.ok(meaning.includes(bound), `${key}: ${bound}`);
        }
      });
    }
  });
}
