import { CheckpointFault } from '../checkpoint/index.ts';
import { ConfigurationError, type LoadedConfig } from '../config/index.ts';
import { createLog } from '../systemd/log.ts';
import { tellOfFailedStart } from './alerting.ts';
import { systemClock } from './clock.ts';
import { explain } from './problems.ts';
import { logFindings, type Closers, type RunOptions } from './service-parts.ts';
import { Service } from './service.ts';
import { loadSettings } from './settings.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * `order-monit run` and `once`: puts everything together, and lets the monitor
 * work until it is stopped.
 *
 * @throws ConfigurationError, CheckpointFault, AlreadyRunning before anything has begun
 */
export async function run(surroundings: Surroundings, options: RunOptions): Promise<number> {
  const { environment } = surroundings;
  const { config, warnings } = await loadOrTell(surroundings, options);
  const logsEverything = environment['ORDER_MONIT_DEBUG'] !== undefined;
  const log = createLog({
    stream: process.stdout,
    environment,
    now: () => systemClock.now(),
    backtrace: config.process.backtrace,
    ...(logsEverything ? { level: 'debug' } : {}),
  });
  logFindings(log, warnings);
  const closers: Closers = [];
  try {
    const service = await Service.start({ surroundings, options, config, log, logsEverything, closers });
    return await service.work();
  } catch (error) {
    const problem = explain(error);
    log.fatal(problem.text, { event: 'fatal', ...(problem.isBug === true ? { error } : {}) });
    // The first in the list is the last to be done: the alerts need the lock for themselves.
    if (error instanceof CheckpointFault && isService(options)) {
      closers.unshift(() =>
        tellOfFailedStart(surroundings.directories, problem.text, (level, text) => {
          log[level](text, { event: 'alerts' });
        }),
      );
    }
    return problem.exitCode;
  } finally {
    for (const close of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        log.error('Something could not be put away on the way out', { event: 'closing', error });
      }
    }
  }
}

/** A start that fails for its configuration is told, once, where it is known whom to tell. */
async function loadOrTell({ directories, output }: Surroundings, options: RunOptions): Promise<LoadedConfig> {
  try {
    return loadSettings(directories);
  } catch (error) {
    if (error instanceof ConfigurationError && isService(options)) {
      await tellOfFailedStart(directories, error.message, (_, text) => {
        output.error(text);
      });
    }
    throw error;
  }
}

/** What a person runs by hand tells that person. */
function isService({ dryRun, once }: RunOptions): boolean {
  return !dryRun && !once;
}
