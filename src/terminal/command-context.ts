/** What every command gets: where things are, where to write, and who calls it. */
import type { Directories } from '../config/directories.ts';
import type { Output } from './output.ts';

export interface CommandContext {
  readonly directories: Directories;
  readonly output: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who calls the command. */
  readonly operator: string;
  readonly json: boolean;
}
