/** `order-monit run` and `once`: starts the service, tells people of a failed start, sets the exit status. */
import { tellOfFailedStart } from '../adapters/alerts.ts';
import { systemClock } from '../adapters/clock.ts';
import { explain } from '../adapters/problems.ts';
import { loadSettings } from '../adapters/settings.ts';
import { CheckpointFault } from '../checkpoint/index.ts';
import { firstSteps } from '../config/first-steps.ts';
import { ConfigurationError, type LoadedConfig } from '../config/index.ts';
import { forVisitors } from '../privileges/visitor.ts';
import { logFindings, type Closers, type RunOptions } from '../service/service-parts.ts';
import { Service } from '../service/service.ts';
import { createLog } from '../systemd/log.ts';
import { createNotifier } from '../systemd/notifier.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { EXIT } from '../terminal/exit.ts';

/**
 * Lets the service work until it is stopped, or for the one cycle of `once`.
 *
 * @throws ConfigurationError, CheckpointFault, AlreadyRunning from `once`, before anything has begun
 */
export async function run(context: CommandContext, options: RunOptions): Promise<number> {
  if (options.once) return work(context, options);
  process.on('uncaughtException', (error) => {
    context.output.error(error.stack ?? error.message);
    process.exit(EXIT.temporary);
  });
  try {
    return forSystemd(standAside(context) ? EXIT.fine : await work(context, options));
  } catch (error) {
    // Under systemd nobody is a visitor, whoever owns the folders: the journal has to say what is wrong with them.
    const isUnit = isUnderSystemd(context.environment);
    const { text, exitCode } = explain(isUnit ? error : forVisitors(error, context.directories));
    context.output.error(text);
    return forSystemd(exitCode);
  }
}

/** Status 1 is what Node itself ends with where it can't load the program: systemd tells the two apart by it. */
function forSystemd(exitCode: number): number {
  return exitCode === EXIT.failure ? EXIT.temporary : exitCode;
}

function isUnderSystemd(environment: CommandContext['environment']): boolean {
  return (environment['NOTIFY_SOCKET'] ?? '') !== '';
}

/**
 * Under systemd nothing is wrong with a service that nobody has configured yet: it is ready, and ends at once.
 * The unit asks nobody whether to start it, so that nothing else can keep it from starting, or failing for all to see.
 */
function standAside({ directories, environment, output }: CommandContext): boolean {
  if (!isUnderSystemd(environment)) return false;
  const steps = firstSteps(directories);
  if (steps.length === 0) return false;
  const notifier = createNotifier({ environment, pid: process.pid });
  for (const step of steps) output.line(step);
  notifier.status('not configured yet: order-monit configured says what to do');
  // As late as can be: systemd takes the service for a running one until this process has gone.
  process.once('exit', () => {
    notifier.ready();
  });
  return true;
}

async function work(context: CommandContext, options: RunOptions): Promise<number> {
  const { environment } = context;
  const { config, warnings } = await loadOrTell(context, options);
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
    const service = await Service.start({ context, options, config, log, logsEverything, closers });
    return await service.work();
  } catch (error) {
    const problem = explain(error);
    log.fatal(problem.text, { event: 'fatal', ...(problem.isBug === true ? { error } : {}) });
    // The first in the list is the last to be done: the alerts need the lock for themselves.
    if (error instanceof CheckpointFault && isService(options)) {
      closers.unshift(() =>
        tellOfFailedStart(context.directories, problem.text, (level, text) => {
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
async function loadOrTell({ directories, output }: CommandContext, options: RunOptions): Promise<LoadedConfig> {
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
