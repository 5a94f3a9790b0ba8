/** What becomes of each file of an import: found out first, for all of them, and then done. */
import { createHash } from 'node:crypto';
import { link } from 'node:fs/promises';
import { join } from 'node:path';

import { CheckpointExists, CheckpointIoError } from '../checkpoint/index.ts';
import { checkpointPath, type Directories } from '../config/directories.ts';
import { holdsPlaceholder } from '../config/first-steps.ts';
import { hostFiles } from '../files/files.ts';
import { writeWholeFile } from '../files/whole-file.ts';
import { Refusal } from '../terminal/errors.ts';
import { errorCode } from '../text/error.ts';
import { counted } from '../words/sentence.ts';
import { inStateFolder } from './checkpoint.ts';
import {
  NOTHING_IMPORTED,
  fileIfThere,
  FILE_NAMES,
  isFolder,
  type OldCheckpoint,
  type OldFile,
  type OldInstallation,
} from './source.ts';

export interface Step {
  /** What the step does, as one line. */
  readonly text: string;
  /** Undefined where nothing is to be done. */
  readonly perform?: () => Promise<void>;
}

/** Never readable by others: most of the files hold secrets. */
export const CONFIG_MODE = 0o640;

/** The SHA-256 of each configuration file as it is shipped; the bundler puts them in. */
const SHIPPED = new Set((process.env['ORDER_MONIT_SHIPPED'] ?? '').split(' '));

/**
 * Finds out what is to be done, and changes nothing. The checkpoint comes last:
 * without it the service does not work, so it never works on half of an import.
 *
 * @throws Refusal when something is in the way
 */
export async function plan(old: OldInstallation, directories: Directories): Promise<readonly Step[]> {
  const missing = [];
  for (const folder of [directories.config, directories.state]) {
    if (!(await isFolder(folder))) missing.push(`There is no folder ${folder}.`);
  }
  if (missing.length > 0) {
    throw new Refusal([...missing, 'The package makes them; --config-dir and --state-dir name others.']);
  }
  const steps: Step[] = [];
  const obstacles: string[] = [];
  for (const name of FILE_NAMES) {
    const path = join(directories.config, name);
    const file = old.files.find((one) => one.name === name);
    try {
      steps.push(file === undefined ? stay(path) : configStep({ file, path, folder: directories.config }));
    } catch (error) {
      obstacles.push(obstacleOf(path, error));
    }
  }
  const path = checkpointPath(directories);
  try {
    steps.push(await checkpointStep(old.checkpoint, directories));
  } catch (error) {
    obstacles.push(obstacleOf(path, error));
  }
  if (obstacles.length > 0) throw new Refusal([...obstacles, NOTHING_IMPORTED]);
  return steps;
}

/** What stands in the way, as a sentence. Anything unknown is thrown on. */
function obstacleOf(path: string, error: unknown): string {
  if (error instanceof Refusal || error instanceof CheckpointExists) return `${error.message}.`.replace(/\.\.$/, '.');
  if (errorCode(error) === undefined) throw error;
  return `${path} can not be read (${errorCode(error)}).`;
}

function stay(path: string): Step {
  const there = fileIfThere(path) !== undefined;
  return { text: there ? `${path}: stays, the old daemon has no such file` : `${path}: neither here nor there` };
}

interface ConfigFile {
  readonly file: OldFile;
  readonly path: string;
  readonly folder: string;
}

function configStep({ file, path, folder }: ConfigFile): Step {
  const { content } = file;
  const there = contentOf(path);
  if (there?.equals(content) === true) return { text: `${path}: there already, the same` };
  const write = async (): Promise<void> => {
    await writeConfig({ path, content, folder });
  };
  if (there === undefined) return { text: `${path}: copied from ${file.path}`, perform: write };
  const reason = replaceable(there);
  if (reason !== undefined) return { text: `${path}: replaced by ${file.path}; ${reason}`, perform: write };
  const kept = `${path}.before-import`;
  const earlier = contentOf(kept);
  if (earlier?.equals(there) === false) {
    throw new Refusal([
      `${path} would be kept as ${kept}, where there is another file. Move that one away, and import again.`,
    ]);
  }
  return {
    text: `${path}: replaced by ${file.path}; what was there is kept as ${kept}`,
    perform: async () => {
      // The second name is durable with the first, when the folder is synced.
      if (earlier === undefined) await link(path, kept);
      await write();
    },
  };
}

/** Why a file needs not be kept; undefined when somebody may have worked on it. */
function replaceable(content: Buffer): string | undefined {
  if (holdsPlaceholder(content.toString('utf8'))) return 'it still held CHANGE_ME';
  return SHIPPED.has(createHash('sha256').update(content).digest('hex')) ? 'it was as shipped' : undefined;
}

async function writeConfig({
  path,
  content,
  folder,
}: {
  path: string;
  content: Buffer;
  folder: string;
}): Promise<void> {
  const files = hostFiles();
  try {
    // Root's, so that the service can't change it, and the folder's group's, so that it can read it.
    const { gid } = await files.facts(folder);
    await writeWholeFile({ files, path, content, mode: CONFIG_MODE, owner: { uid: 0, gid }, replaces: true });
  } catch (error) {
    throw new CheckpointIoError(path, 'write', error);
  }
}

async function checkpointStep(old: OldCheckpoint | undefined, directories: Directories): Promise<Step> {
  const path = checkpointPath(directories);
  const there = await inStateFolder(directories, 'look', old?.content);
  if (old === undefined) {
    return {
      text:
        there === 'absent'
          ? `${path}: none, the old daemon has none either`
          : `${path}: stays, the old daemon has none`,
    };
  }
  const { content, found } = old;
  const holds = `${counted(found.orders, 'order')}, ${found.open} of them open, the last one taken has id ${found.head}`;
  switch (there) {
    case 'absent':
      return {
        text: `${path}: copied from ${old.path} (${holds})`,
        perform: async () => {
          await inStateFolder(directories, 'write', content);
        },
      };
    case 'same':
      return { text: `${path}: there already, the same (${holds})` };
    case 'other':
      throw new CheckpointExists(path);
  }
}

function contentOf(path: string): Buffer | undefined {
  const file = fileIfThere(path);
  return file && Buffer.from(file.content);
}
