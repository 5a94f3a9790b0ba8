/** What surrounds the YAML files while they are read, and what the paths in them start from. */
import { isAbsolute, join, resolve } from 'node:path';

import type { ReadFile } from './files.ts';

/** Given by whoever loads the configuration, so that nothing of the host plays a part in tests. */
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
