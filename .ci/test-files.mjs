/** Where the tests are: for test.mjs, and for whoever else takes them all. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The `*.test.ts` files of a folder and those in it, or the file that is named. */
export function testFiles(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? testFiles(join(path, entry.name)) : join(path, entry.name)))
    .filter((file) => file.endsWith('.test.ts'))
    .sort();
}
