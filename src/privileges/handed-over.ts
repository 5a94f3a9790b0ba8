/** What root's process hands to the one that it starts as another user, through a pipe. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

import * as v from 'valibot';

import type { RootsView } from '../config/directories.ts';
import type { FileOnDisk } from '../config/index.ts';
import { errorCode } from '../text/error.ts';

/** The environment variable with the number of the descriptor. */
export const HANDED_OVER = 'ORDER_MONIT_HANDED_OVER';

const FILE = v.union([
  v.object({
    name: v.string(),
    path: v.exactOptional(v.string()),
    mode: v.number(),
    content: v.pipe(v.string(), v.base64()),
  }),
  v.object({ name: v.string(), code: v.string() }),
]);

const SCHEMA = v.object({
  operator: v.string(),
  rootsView: v.exactOptional(
    v.object({
      secrets: v.object({ folder: v.string(), files: v.array(FILE) }),
      hidden: v.array(v.object({ folder: v.string(), setting: v.string() })),
      executable: v.exactOptional(v.array(v.string())),
      faults: v.array(
        v.object({ severity: v.literal('error'), file: v.string(), problem: v.string(), remedy: v.string() }),
      ),
    }),
  ),
});

export interface HandedOver {
  readonly operator: string;
  readonly rootsView?: RootsView;
}

export function printHandedOver({ operator, rootsView }: HandedOver): string {
  if (rootsView === undefined) return JSON.stringify({ operator });
  const { folder, files } = rootsView.secrets;
  const printed = Array.from(files, ([name, file]) => {
    if (file instanceof Error) return { name, code: errorCode(file) ?? file.message };
    return { ...file, name, content: Buffer.from(file.content).toString('base64') };
  });
  return JSON.stringify({ operator, rootsView: { ...rootsView, secrets: { folder, files: printed } } });
}

/** Takes what was handed over. A user has a home of its own then, where its files are looked for. */
export function takeHandedOver(descriptor: string): HandedOver {
  // What this process starts is not given it.
  delete process.env['ORDER_MONIT_HANDED_OVER'];
  process.env['HOME'] = homeOfUser();
  const { operator, rootsView } = v.parse(SCHEMA, JSON.parse(readFileSync(Number(descriptor), 'utf8')));
  if (rootsView === undefined) return { operator };
  const { folder, files } = rootsView.secrets;
  return { operator, rootsView: { ...rootsView, secrets: { folder, files: new Map(files.map(fileOf)) } } };
}

function fileOf(file: v.InferOutput<typeof FILE>): [string, FileOnDisk | Error] {
  if ('code' in file) return [file.name, Object.assign(new Error(file.code), { code: file.code })];
  return [file.name, { ...file, content: Buffer.from(file.content, 'base64') }];
}

function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    // An account that this host does not know has none.
    return '/';
  }
}
