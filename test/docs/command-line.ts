/** The command line as the program itself describes it: what texts about it are held against. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { PROGRAM } from '../sandbox/program.ts';

export interface CommandHelp {
  /** `checkpoint init`; empty for the program itself. */
  readonly name: string;
  /** The long forms of its own options, `--help` not among them. */
  readonly options: readonly string[];
  /** The long forms of those that every command has. */
  readonly commonOptions: readonly string[];
  /** The names of its commands, without its own. */
  readonly commands: readonly string[];
}

/** Every command of the program, the program itself first. */
export async function readCommandLine(): Promise<readonly CommandHelp[]> {
  return readHelp([]);
}

async function readHelp(path: readonly string[]): Promise<readonly CommandHelp[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...path, '--help']);
  const options = names(stdout, 'Options', /^ {2}(?:-\w, )?(--[\w-]+)/);
  const global = names(stdout, 'Global Options', /^ {2}(?:-\w, )?(--[\w-]+)/);
  const commands = names(stdout, 'Commands', /^ {2}([\w-]+)/);
  const isRoot = path.length === 0;
  const own: CommandHelp = {
    name: path.join(' '),
    options: isRoot ? [] : options.filter((option) => option !== '--help'),
    commonOptions: isRoot ? options : [...global, '--help'],
    commands,
  };
  const below = await Promise.all(
    // The help of "help" is the program's.
    commands.filter((name) => name !== 'help').map(async (name) => readHelp([...path, name])),
  );
  return [own, ...below.flat()];
}

function names(help: string, chapter: string, pattern: RegExp): readonly string[] {
  const text = help.split(`\n${chapter}:\n`)[1]?.split('\n\n')[0] ?? '';
  return text.split('\n').flatMap((line) => pattern.exec(line)?.[1] ?? []);
}
