/** The inputs that are kept: those that readers should know, and those that a fuzzer found to take a way of their own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { TargetName } from './targets.ts';

export function corpusOf(target: TargetName): string {
  return fileURLToPath(new URL(`corpus/${target}`, import.meta.url));
}

export function inputsOf(target: TargetName): readonly { readonly name: string; readonly data: Buffer }[] {
  const folder = corpusOf(target);
  return readdirSync(folder).map((name) => ({ name, data: readFileSync(join(folder, name)) }));
}
