import { isAbsolute, join, resolve } from 'node:path';

import type { ReadFile } from './files.ts';

/** Where the configuration is read: what paths in it start from, and what it may find around it. */
export interface Place {
  /** The folder of the YAML files. */
  readonly directory: string;
  /** The home of the user that runs order-monit. */
  readonly home: string;
  /** systemd's `$CREDENTIALS_DIRECTORY`. */
  readonly credentialsDirectory: string | undefined;
  /** `$SSH_AUTH_SOCK`. */
  readonly agentSocket: string | undefined;
  readonly readFile: ReadFile;
}

/** Paths start from the configuration's folder; `~/` is the home folder. */
export function resolvePath({ directory, home }: Place, path: string): string {
  if (path.startsWith('~/')) return join(home, path.slice(2));
  return isAbsolute(path) ? path : resolve(directory, path);
}
