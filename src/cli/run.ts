import type { Alerts } from '../alerts/index.ts';
import { acquireLock, openCheckpoint } from '../checkpoint/index.ts';
import { sentenceFor } from '../alerts/sentences.ts';
import { ConfigurationError, describeFault, type Config, type Fault, type LoadedConfig } from '../config/index.ts';
import { openControl, type Control } from '../control/server.ts';
import type { Event } from '../core/event.ts';
import { Monitor } from '../monitor/monitor.ts';
import type { Checkpoint } from '../monitor/ports.ts';
import { createHeartbeat } from '../systemd/heartbeat.ts';
import { createLog, type Log } from '../systemd/log.ts';
import { createNotifier, type Notifier } from '../systemd/notifier.ts';
import { alertSettingsOf, openAlerts, tellOfFailedStart, toldBy } from './alerting.ts';
import { systemClock } from './clock.ts';
import { checkpointPath } from './directories.ts';
import { rehearsal } from './dry-run.ts';
import { assemble, type Assembly } from './equipment.ts';
import { EXIT } from './exit.ts';
import type { Surroundings } from './surroundings.ts';
import { explain } from './problems.ts';
import { loadSettings } from './settings.ts';
import { listenForSignals, type Shutdown } from './signals.ts';
import { StatusBoard, statusLine } from './status-board.ts';
import { VERSION } from './version.ts';

export interface RunOptions {
  readonly dryRun: boolean;
  /** One cycle, then exit. */
  readonly once: boolean;
}

/** What is to be put away in the end, the newest first. */
type Closers = (() => Promise<void> | void)[];

/**
 * `order-monit run` and `once`: puts everything together, and lets the monitor
 * work until it is stopped.
 *
 * @throws ConfigurationError, CheckpointFault, AlreadyRunning before anything has begun
 */
export async function run(surroundings: Surroundings, options: RunOptions): Promise<number> {
  const { environment } = surroundings;
  const { config, warnings } = await loadOrTell(surroundings, options);
  const log = createLog({
    stream: process.stdout,
    environment,
    now: () => systemClock.now(),
    backtrace: config.process.backtrace,
    ...(environment['ORDER_MONIT_DEBUG'] === undefined ? {} : { level: 'debug' }),
  });
  logFindings(log, warnings);
  const closers: Closers = [];
  try {
    const service = await Service.start({ surroundings, options, config, log, closers });
    return await service.work();
  } catch (error) {
    const problem = explain(error);
    log.fatal(problem.text, { event: 'fatal', ...(problem.isBug === true ? { error } : {}) });
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
    if (error instanceof ConfigurationError && !options.dryRun && !options.once) {
      await tellOfFailedStart(directories, error.message, (_, text) => {
        output.error(text);
      });
    }
    throw error;
  }
}

function logFindings(log: Log, warnings: readonly Fault[]): void {
  for (const finding of warnings) {
    const write = finding.severity === 'notice' ? log.info : log.warn;
    write(describeFault(finding), { event: 'configuration', file: finding.file });
  }
}

interface ServiceParts {
  readonly surroundings: Surroundings;
  readonly options: RunOptions;
  readonly config: Config;
  readonly log: Log;
  readonly closers: Closers;
}

/** The running program around the monitor: systemd, signals, the control sockets, the log. */
class Service {
  readonly #parts: ServiceParts;
  readonly #checkpoint: Checkpoint;
  readonly #notifier: Notifier;
  readonly #monitor: Monitor;
  readonly #board: StatusBoard;
  readonly #alerts: Alerts;
  readonly #shutdown: Shutdown;
  #assembly: Assembly;
  /** Takes the place of the one in use when the next cycle begins. */
  #next: Assembly | undefined;

  static async start(parts: ServiceParts): Promise<Service> {
    const { closers, config, options, surroundings } = parts;
    const checkpoint = options.dryRun
      ? await rehearsal(checkpointPath(surroundings.directories))
      : await openDurable(parts);
    const notifier = createNotifier({ environment: surroundings.environment, pid: process.pid });
    const assembly = assembleFor(parts, config);
    const alerts = await startAlerts(parts, checkpoint);
    const service = new Service({ parts, checkpoint, notifier, assembly, alerts });
    closers.push(() => service.#assembly.close());
    if (!options.dryRun && !options.once) {
      const control = await service.#openControl();
      closers.push(() => control.close());
    }
    return service;
  }

  private constructor({
    parts,
    checkpoint,
    notifier,
    assembly,
    alerts,
  }: {
    parts: ServiceParts;
    checkpoint: Checkpoint;
    notifier: Notifier;
    assembly: Assembly;
    alerts: Alerts;
  }) {
    this.#parts = parts;
    this.#checkpoint = checkpoint;
    this.#notifier = notifier;
    this.#assembly = assembly;
    this.#alerts = alerts;
    const heartbeat = createHeartbeat({
      notifier,
      monotonic: () => systemClock.monotonic(),
      onHang: ({ name, deadlineMs }) => {
        parts.log.fatal(
          `Hung while ${name}, for more than ${Math.round(deadlineMs / 1000)} s; the watchdog ends this process`,
          {
            event: 'hung',
          },
        );
      },
    });
    // First in the list, so last to go: signals and signs of life matter until the checkpoint is closed.
    parts.closers.unshift(() => {
      heartbeat.stop();
    });
    this.#monitor = new Monitor({
      checkpoint,
      clock: systemClock,
      progress: heartbeat,
      downtimes: alerts.downtimes(),
      report: (event) => {
        this.#take(event);
      },
    });
    this.#board = new StatusBoard({
      ledger: checkpoint.ledger,
      dependency: (dependency) => this.#monitor.dependency(dependency),
      maxAttempts: () => this.#assembly.policy.maxAttempts,
      dryRun: parts.options.dryRun,
      now: () => systemClock.now(),
    });
    this.#shutdown = listenForSignals({
      stopTimeoutMs: () => this.#assembly.config.service.stopTimeoutMs,
      onStop: (signal) => {
        this.#beginToStop(signal);
      },
      onReload: () => {
        this.#reload();
      },
    });
    parts.closers.unshift(() => {
      this.#shutdown.dispose();
    });
  }

  async work(): Promise<number> {
    const { log, options } = this.#parts;
    const { head, open } = this.#checkpoint.ledger;
    const mode = options.dryRun ? ' (dry run: nothing is recorded and nothing is run)' : '';
    log.info(`order-monit ${VERSION} starts after order id ${head}, with ${open.size} open orders${mode}`, {
      event: 'started',
      head,
      open: open.size,
    });
    this.#notifier.ready();
    this.#showStatus();
    if (options.once) {
      const report = await this.#monitor.cycle(this.#assembly.equipment, this.#shutdown.signals);
      return report.interrupted ? EXIT.failure : EXIT.fine;
    }
    await this.#monitor.run(() => this.#equipment(), this.#shutdown.signals);
    log.info(`order-monit has stopped at order id ${this.#checkpoint.ledger.head}`, { event: 'stopped' });
    return EXIT.fine;
  }

  #take(event: Event): void {
    this.#board.take(event);
    this.#alerts.take(event);
    const { level, text, fields } = sentenceFor(event, this.#assembly.policy.maxAttempts);
    this.#parts.log[level](text, { event: event.kind, ...fields });
    if (event.kind === 'cycle' || event.kind === 'down' || event.kind === 'up') this.#showStatus();
  }

  #showStatus(): void {
    this.#notifier.status(statusLine(this.#board.status(), systemClock.now()));
  }

  async #openControl(): Promise<Control> {
    return openControl({
      directory: this.#parts.surroundings.directories.runtime,
      status: () => this.#board.status(),
      retry: async (orders, by) => {
        const results = [];
        for (const orderId of orders) results.push({ orderId, accepted: await this.#monitor.retry(orderId, by) });
        return results;
      },
    });
  }

  #beginToStop(signal: string): void {
    const { stopTimeoutMs } = this.#assembly.config.service;
    this.#parts.log.info(
      `Stopping on ${signal}: no new command starts, running ones get ${stopTimeoutMs / 1000} s to end`,
      {
        event: 'stopping',
      },
    );
    this.#notifier.stopping();
    this.#notifier.extendTimeout(stopTimeoutMs + STOP_MARGIN_MS);
  }

  /** All or nothing: a configuration with a fault leaves the one in force as it is, and says so. */
  #reload(): void {
    const { log, surroundings } = this.#parts;
    this.#notifier.reloading();
    try {
      const { config, warnings } = loadSettings(surroundings.directories);
      logFindings(log, warnings);
      const next = assembleFor(this.#parts, config);
      if (this.#next !== undefined) this.#putAway(this.#next);
      this.#next = next;
      this.#alerts.reconfigure(alertSettingsOf(toldBy(config)));
      this.#alerts.configurationGood();
      log.info('The configuration was read again; it takes effect with the next cycle', { event: 'reloaded' });
      this.#monitor.wakeUp();
    } catch (error) {
      const { text } = explain(error);
      log.error(`The configuration was not reloaded, the old one stays in force. ${text}`, {
        event: 'reload-failed',
      });
      this.#alerts.configurationFault(text);
    }
    this.#notifier.ready();
    this.#showStatus();
  }

  #putAway(assembly: Assembly): void {
    assembly.close().catch((error: unknown) => {
      this.#parts.log.warn('Connections of the old configuration could not be closed', { event: 'reloaded', error });
    });
  }

  /** Between two cycles nothing is in use, so that this is where a reload takes effect. */
  #equipment(): Assembly['equipment'] {
    if (this.#next !== undefined) {
      this.#putAway(this.#assembly);
      this.#assembly = this.#next;
      this.#next = undefined;
    }
    return this.#assembly.equipment;
  }
}

/** What the last alerts get to be sent; the rest waits for the next start. */
const LAST_ALERTS_MS = 5000;

async function startAlerts(
  { closers, config, log, options, surroundings }: ServiceParts,
  checkpoint: Checkpoint,
): Promise<Alerts> {
  const alerts = await openAlerts({
    directories: surroundings.directories,
    settings: alertSettingsOf(toldBy(config)),
    dryRun: options.dryRun,
    open: () => checkpoint.ledger.open,
    log: (level, text) => {
      log[level](text, { event: 'alerts' });
    },
  });
  closers.push(() => alerts.close(LAST_ALERTS_MS));
  alerts.configurationGood();
  return alerts;
}

/** What tidying and closing may take besides the running commands. */
const STOP_MARGIN_MS = 30_000;

function assembleFor({ log, options }: ServiceParts, config: Config): Assembly {
  return assemble({
    config,
    dryRun: options.dryRun,
    report: (message) => {
      log.warn(message, { event: 'integration-server' });
    },
  });
}

async function openDurable({ closers, config, log, surroundings }: ServiceParts): Promise<Checkpoint> {
  const { directories } = surroundings;
  const lock = await acquireLock(directories.state);
  closers.push(() => {
    lock.release();
  });
  const checkpoint = await openCheckpoint({
    path: checkpointPath(directories),
    clock: systemClock,
    keepSettledMs: config.service.keepSettledMs,
    lateWindowMs: config.service.lateWindowMs,
    report: (message) => {
      log.warn(message, { event: 'checkpoint' });
    },
  });
  closers.push(async () => {
    // What could not be written has been reported as the reason to end; the file is as it is.
    await checkpoint.close().catch(() => checkpoint.abandon());
  });
  return checkpoint;
}
