/** What `check` says of the program that asks the ERP: whether the unit lets the service execute it. */
import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import type { Directories } from '../config/directories.ts';
import { describeFault, type Config } from '../config/index.ts';

/** The kernel reads no more of it. */
const FIRST_LINE_BYTES = 256;

/** What can not be read, or is not there, is not a matter of the unit's: running it tells. */
export function notExecutable({ erp }: Config, { config: folder, rootsView }: Directories): readonly string[] {
  const allowed = rootsView?.executable?.map(real);
  if (erp.kind !== 'command' || allowed === undefined) return [];
  const [program] = erp.words;
  const interpreter = interpreterOf(program);
  return [program, ...(interpreter === undefined ? [] : [interpreter])]
    .filter((path) => !allowed.some((place) => place === '/' || `${real(path)}/`.startsWith(`${place}/`)))
    .map((path) =>
      describeFault({
        severity: 'error',
        file: join(folder, 'erp.yml'),
        key: 'command',
        problem: `${path} can not be executed by the service: its unit does not allow that (ExecPaths=).`,
        remedy: `Run: systemctl edit order-monit, and write: [Service] and, on a line of its own, ExecPaths=${path}`,
      }),
    );
}

/** What runs a script, by its first line. */
function interpreterOf(program: string): string | undefined {
  try {
    const file = openSync(program, 'r');
    try {
      const bytes = Buffer.alloc(FIRST_LINE_BYTES);
      const text = bytes.toString('latin1', 0, readSync(file, bytes));
      return /^#![ \t]*(\/[^\s\0]*)/.exec(text)?.[1];
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** systemd follows links in what it is told. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
