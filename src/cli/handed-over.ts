/** What root's process hands to the one that it starts as another user, through a pipe. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

import * as v from 'valibot';

import type { FileOnDisk } from '../config/index.ts';
import type { Secrets } from './directories.ts';

/** The environment variable with the number of the descriptor. */
export const HANDED_OVER = 'ORDER_MONIT_HANDED_OVER';

const SCHEMA = v.object({
  operator: v.string(),
  secrets: v.exactOptional(
    v.object({
      folder: v.string(),
      files: v.array(
        v.union([
          v.object({ path: v.string(), mode: v.number(), content: v.pipe(v.string(), v.base64()) }),
          v.object({ path: v.string(), code: v.string() }),
        ]),
      ),
    }),
  ),
});

export type HandedOver = v.InferOutput<typeof SCHEMA>;
export type HandedSecrets = NonNullable<HandedOver['secrets']>;

export function printHandedOver(handed: HandedOver): string {
  return JSON.stringify(handed);
}

/** Takes what was handed over. A user has a home of its own then, where its files are looked for. */
export function takeHandedOver(descriptor: string): { readonly operator: string; readonly secrets?: Secrets } {
  // What this process starts is not given it.
  delete process.env['ORDER_MONIT_HANDED_OVER'];
  process.env['HOME'] = homeOfUser();
  const { operator, secrets } = v.parse(SCHEMA, JSON.parse(readFileSync(Number(descriptor), 'utf8')));
  if (secrets === undefined) return { operator };
  const files = secrets.files.map((file): [string, FileOnDisk | Error] => [
    file.path,
    'code' in file
      ? Object.assign(new Error(file.code), { code: file.code })
      : { content: Buffer.from(file.content, 'base64'), mode: file.mode },
  ]);
  return { operator, secrets: { folder: secrets.folder, files: new Map(files) } };
}

function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    // An account that this host does not know has none.
    return '/';
  }
}
