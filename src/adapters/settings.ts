/** Loads the configuration from where this process may read it. */
import { accessSync, constants, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { Directories, Hidden, RootsView } from '../config/directories.ts';
import {
  ConfigurationError,
  checkConfig,
  loadConfig,
  loadToldBy,
  readFromDisk,
  type CheckedConfig,
  type Fault,
  type LoadedConfig,
  type LoadOptions,
  type ReadFile,
  type ToldBy,
} from '../config/index.ts';
import { errorCode } from '../text/error.ts';
import { nameErp } from '../text/erp-name.ts';

/**
 * Reads the configuration from where this call looks for it. What root types
 * finds its secrets where systemd loads the service's from: in the folder
 * `credentials` beside the files. From then on people read the ERP's own name.
 *
 * @throws ConfigurationError
 */
export function loadSettings(directories: Directories): LoadedConfig {
  const { closed, options } = placesOf(directories);
  try {
    const loaded = loadConfig(options);
    const { erp } = loaded.config;
    nameErp(erp.kind === 'command' ? erp.name : undefined);
    return loaded;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError([...error.faults, ...closed]);
  }
}

/** Reads the configuration as {@link loadSettings} does, and gives what there is to be had in spite of its faults. */
export function checkSettings(directories: Directories, readFile: ReadFile): CheckedConfig {
  const { closed, options } = placesOf(directories);
  const { sections, findings } = checkConfig({ ...options, readFile });
  const isFaulty = findings.some(({ severity }) => severity === 'error');
  return { sections, findings: isFaulty ? [...findings, ...closed] : findings };
}

/** Where to look. `closed` says of faults that one may be a secret that is missed only because it could not be looked for. */
function placesOf({ config, credentials, rootsView }: Directories): {
  closed: readonly Fault[];
  options: LoadOptions;
} {
  const directory = resolve(config);
  const agentSocket = process.env['SSH_AUTH_SOCK'];
  if (rootsView !== undefined) {
    const credentialsDirectory = rootsView.secrets.folder;
    const readFile = readingAs(rootsView);
    return { options: { directory, credentialsDirectory, agentSocket, readFile }, closed: rootsView.faults };
  }
  const besides = join(directory, 'credentials');
  const isClosed = credentials === undefined && !isReadable(besides);
  const options = {
    directory,
    credentialsDirectory: credentials ?? (isClosed ? undefined : besides),
    agentSocket,
  };
  const problem = 'this user may not read the folder, so no secret in it was found.';
  const remedy = 'Run the command as root.';
  return { options, closed: isClosed ? [{ severity: 'error', file: besides, problem, remedy }] : [] };
}

/** Gives secrets as they were read before, and nothing that the service does not see. */
function readingAs({ secrets: { files, folder }, hidden }: RootsView): ReadFile {
  return (path) => {
    if (dirname(path) !== folder) {
      if (hiddenBy(path, hidden) !== undefined) throw Object.assign(new Error(`${path} is hidden`), { code: 'HIDDEN' });
      return readFromDisk(path);
    }
    const file = files.get(path);
    if (file === undefined) throw Object.assign(new Error(`There is no ${path}`), { code: 'ENOENT' });
    if (file instanceof Error) throw file;
    return file;
  };
}

/** The setting that hides a file from the service, by its path or by what the path leads to. */
export function hiddenBy(path: string, hidden: readonly Hidden[]): string | undefined {
  const places = [path, realPathOf(path)];
  return hidden.find(({ folder }) => places.some((place) => `${place}/`.startsWith(`${folder}/`)))?.setting;
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Whoever opens it says what is wrong.
    return path;
  }
}

/** What it takes to tell people of faults in the configuration, where that much of it is good. */
export function loadToldSettings(directories: Directories): ToldBy | undefined {
  return loadToldBy(placesOf(directories).options);
}

/** A folder that is not there holds nothing that could be missed. */
function isReadable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return true;
  } catch (error) {
    return errorCode(error) === 'ENOENT';
  }
}
