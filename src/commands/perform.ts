/** How a command is done: by whom, with what, and how its end is told. */
import type { Command } from 'commander';

import { directoriesOf, type Directories, type RootsView } from '../config/directories.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';
import { standardOutput } from '../terminal/output.ts';
import { isPlugin, PLUGIN_EXIT, pluginLine } from '../terminal/plugin.ts';
import { operatorOf } from './operator.ts';

interface CommonOptions {
  readonly configDir?: string;
  readonly stateDir?: string;
  readonly runtimeDir?: string;
  readonly json?: boolean;
}

type Action = (context: CommandContext) => Promise<number>;

/** The folders of the service's user that a command looks into: root becomes that user before. */
export type Touched = readonly ('state' | 'runtime' | 'service')[];

/** Does what a command is there for, as whoever owns the folders that it looks into, and sets the exit status. */
export async function perform(command: Command, touched: Touched, action: Action): Promise<void> {
  const options: CommonOptions = command.optsWithGlobals();
  const environment = process.env;
  const output = standardOutput(environment);
  let directories: Directories = directoriesOf(options, environment);
  // Node ends when nothing is left that it could wait for: a command that has not come to its end by then has failed.
  const isCheck = isPlugin(process.argv);
  process.exitCode = isCheck ? PLUGIN_EXIT.UNKNOWN : EXIT.failure;
  try {
    const caller = await callerOf(environment);
    const { operator, rootsView } = caller;
    if (rootsView !== undefined) directories = { ...directories, rootsView };
    const context = { directories, output, environment, operator, json: options.json === true };
    const status = await (isRoot() ? asRoot(context, touched, action) : action(context));
    // What has the command done by another user passes on how that ended, also that it was killed.
    const isNoAnswer = isCheck && status > PLUGIN_EXIT.UNKNOWN;
    process.exitCode = isNoAnswer
      ? pluginLine(output, { severity: 'UNKNOWN', text: `the check itself ended with status ${status}` })
      : status;
  } catch (error) {
    const { explain } = await import('../adapters/problems.ts');
    const { forVisitors } = await import('../privileges/visitor.ts');
    const problem = explain(forVisitors(error, directories));
    if (isCheck) process.exitCode = pluginLine(output, { severity: 'UNKNOWN', text: problem.text });
    else {
      output.error(problem.text);
      process.exitCode = problem.exitCode;
    }
  }
}

/** Who calls, and what that one hands over. */
async function callerOf(
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly operator: string; readonly rootsView?: RootsView }> {
  const descriptor = environment['ORDER_MONIT_HANDED_OVER'];
  if (descriptor === undefined) return { operator: operatorOf(environment) };
  const { takeHandedOver } = await import('../privileges/handed-over.ts');
  return takeHandedOver(descriptor);
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** Has the command done by the user whose folders it touches, where they are another's than root's. */
async function asRoot(context: CommandContext, touched: Touched, action: Action): Promise<number> {
  const { unitFor } = await import('../privileges/unit.ts');
  const { rootsView } = await import('../privileges/secrets.ts');
  const { ownerOf, performAs } = await import('../privileges/leave-root.ts');
  const unit = unitFor(context.directories);
  const directories = { ...context.directories, rootsView: rootsView(context.directories, unit) };
  const owner = ownerOf(touched.flatMap((name) => (name === 'service' ? [] : [directories[name]])));
  const wanted = touched.includes('service') ? (unit?.owner ?? owner) : owner;
  const informed = { ...context, directories };
  return wanted === undefined ? action(informed) : performAs(wanted, informed);
}
