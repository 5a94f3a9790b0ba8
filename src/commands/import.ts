/** `order-monit import`: brings over the configuration and the checkpoint of the old daemon. */
import { inStateFolder } from '../migration/checkpoint.ts';
import { plan } from '../migration/plan.ts';
import { remainder } from '../migration/remainder.ts';
import { readOld } from '../migration/source.ts';
import { assertOpen } from '../privileges/visitor.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

export interface ImportArguments {
  /** The old daemon's folder, with `config` and `data` in it. */
  readonly folder: string;
  readonly dryRun: boolean;
}

/**
 * All is read and checked before anything is written. What a crash has left half
 * done is finished by calling it again. The configuration is root's, and the state
 * folder is not: what is done there, its owner does.
 *
 * @throws UsageError, NotAllowed, Refusal, CheckpointFault, AlreadyRunning before anything has been written
 * @throws CheckpointIoError when the disk fails
 */
export async function importOld(context: CommandContext, { folder, dryRun }: ImportArguments): Promise<number> {
  const { directories, output } = context;
  assertOpen(directories, 'config', 'state');
  const old = await readOld(folder);
  const steps = await plan(old, directories);
  const there = await inStateFolder(directories, dryRun ? 'look' : 'lock', old.checkpoint?.content);
  const left = remainder(old, directories, old.checkpoint !== undefined || there !== 'absent');
  output.line(dryRun ? `Dry run, nothing is written. The import of ${folder}:` : `The import of ${folder}:`);
  for (const { text, perform } of steps) {
    if (!dryRun) await perform?.();
    output.line(`  ${text}`);
  }
  output.line('');
  output.line('What is left to do:');
  left.forEach((step, index) => {
    output.line(`${index + 1}. ${step}`);
  });
  return EXIT.fine;
}
