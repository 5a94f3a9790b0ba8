/** What docs/faults.md says of messages is what the program says, or what others say as test/refusals has it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { DOCUMENTED } from './causes.ts';

/** The text of the files in these folders, without what breaks a sentence in two. */
function textOf(...folders: readonly string[]): string {
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
    .filter((file) => /\.(?:ts|json)$/.test(file) && !file.includes('/words/'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
    .replaceAll(/['"`]\s*\+\s*['"`]/g, '')
    .replaceAll(/\\(['"])/g, '$1');
}

test('every message of the tables of causes is one that is said', () => {
  assert.notDeepEqual(DOCUMENTED, []);
  const said = textOf('src', 'test/refusals', 'test/integration/refusals', 'test/abacos');
  for (const pieces of DOCUMENTED) {
    // What is put together has no piece that long.
    for (const piece of pieces
      .flatMap((one) => one.split(/[:;,()"]|\bbut\b|\b\d{1,3}\b|\bSIG[A-Z]+\b/))
      .map((one) => one.trim())) {
      assert.ok(piece.length < 14 || said.includes(piece), `nothing says: ${piece}`);
    }
  }
});
