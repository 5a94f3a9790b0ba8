import { acquireLock, openCheckpoint, RewindFile } from '../checkpoint/index.ts';
import { sentenceFor } from '../alerts/sentences.ts';
import { describeFault, type Config, type Fault } from '../config/index.ts';
import { openControl, type Control } from '../control/server.ts';
import type { Event } from '../core/event.ts';
import { History, since } from '../history/index.ts';
import { Monitor } from '../monitor/monitor.ts';
import type { Checkpoint, RewindStore } from '../monitor/ports.ts';
import { createHeartbeat } from '../systemd/heartbeat.ts';
import { createLog, type Log } from '../systemd/log.ts';
import { createNotifier, type Notifier } from '../systemd/notifier.ts';
import { systemClock } from './clock.ts';
import { checkpointPath, rewindPath } from './directories.ts';
import { rehearsal } from './dry-run.ts';
import { assemble, type Assembly } from './equipment.ts';
import { EXIT } from './exit.ts';
import type { Surroundings } from './surroundings.ts';
import { explain } from './problems.ts';
import { ReasonBoard } from './reason-board.ts';
import { loadSettings } from './settings.ts';
import { listenForSignals, type Shutdown } from './signals.ts';
import { StatusBoard, statusLine } from './status-board.ts';
import { VERSION } from './version.ts';
import type { Watching } from './watching.ts';

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
  const { directories, environment } = surroundings;
  const { config, warnings } = loadSettings(directories);
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
  /** Left out in a dry run, which writes nothing. */
  readonly #history: History | undefined;
  readonly #reasons: ReasonBoard;
  readonly #shutdown: Shutdown;
  /** Not in a dry run. */
  #watching: Watching | undefined;
  #assembly: Assembly;
  /** Takes the place of the one in use when the next cycle begins. */
  #next: Assembly | undefined;

  static async start(parts: ServiceParts): Promise<Service> {
    const { closers, config, options, surroundings } = parts;
    const checkpoint = options.dryRun
      ? await rehearsal(checkpointPath(surroundings.directories))
      : await openDurable(parts);
    const rewinds = await openRewinds(parts);
    const notifier = createNotifier({ environment: surroundings.environment, pid: process.pid });
    const assembly = assembleFor(parts, config);
    const service = new Service({ parts, checkpoint, rewinds, notifier, assembly });
    closers.push(() => service.#assembly.close());
    if (options.dryRun) return service;
    const watching = await service.#watch();
    if (!options.once) {
      const control = await service.#openControl(watching);
      closers.push(() => control.close());
    }
    return service;
  }

  private constructor({
    parts,
    checkpoint,
    rewinds,
    notifier,
    assembly,
  }: {
    parts: ServiceParts;
    checkpoint: Checkpoint;
    rewinds: RewindStore;
    notifier: Notifier;
    assembly: Assembly;
  }) {
    this.#parts = parts;
    this.#checkpoint = checkpoint;
    this.#notifier = notifier;
    this.#assembly = assembly;
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
      rewinds,
      report: (event) => {
        this.#take(event);
      },
    });
    this.#board = new StatusBoard({
      ledger: checkpoint.ledger,
      dependency: (dependency) => this.#monitor.dependency(dependency),
      rewind: () => this.#monitor.rewind,
      maxAttempts: () => this.#assembly.policy.maxAttempts,
      dryRun: parts.options.dryRun,
      now: () => systemClock.now(),
    });
    this.#history = parts.options.dryRun ? undefined : this.#openHistory();
    this.#reasons = new ReasonBoard((id) => checkpoint.ledger.open.has(id));
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
    void this.#recallReasons();
    const { rewind } = this.#monitor;
    if (rewind !== undefined) this.#take({ kind: 'rewind', step: 'resumed', rewind, by: rewind.by });
    if (options.once) {
      const report = await this.#monitor.cycle(this.#assembly.equipment, this.#shutdown.signals);
      await this.#watching?.ping.idle();
      return report.interrupted ? EXIT.failure : EXIT.fine;
    }
    await this.#monitor.run(() => this.#equipment(), this.#shutdown.signals);
    log.info(`order-monit has stopped at order id ${this.#checkpoint.ledger.head}`, { event: 'stopped' });
    return EXIT.fine;
  }

  #take(event: Event): void {
    this.#board.take(event);
    this.#history?.append(event);
    this.#reasons.take(event, systemClock.now());
    this.#watching?.take(event);
    const { level, text, fields } = sentenceFor(event, this.#assembly.policy.maxAttempts);
    this.#parts.log[level](text, { event: event.kind, ...fields });
    if (event.kind === 'cycle' || event.kind === 'down' || event.kind === 'up') this.#showStatus();
  }

  /** Why the orders are open that an earlier process left: the checkpoint's columns do not say it. */
  async #recallReasons(): Promise<void> {
    const { log, surroundings } = this.#parts;
    if (this.#checkpoint.ledger.open.size === 0) return;
    const startedAt = systemClock.now();
    try {
      for await (const entry of since(surroundings.directories.state, 0)) {
        if (entry.at >= startedAt) return;
        this.#reasons.recall(entry, entry.at);
      }
    } catch (error) {
      log.warn('The history could not be read: why older orders are open is not known', { event: 'history', error });
    }
  }

  #openHistory(): History {
    const { closers, log, surroundings } = this.#parts;
    const history = new History({
      stateDirectory: surroundings.directories.state,
      limitBytes: () => this.#assembly.config.service.historyBytes,
      clock: systemClock,
      report: (message) => {
        log.warn(message, { event: 'history' });
      },
    });
    closers.push(() => history.close(HISTORY_CLOSING_MS));
    return history;
  }

  #showStatus(): void {
    this.#notifier.status(statusLine(this.#board.status(), systemClock.now()));
  }

  async #watch(): Promise<Watching> {
    const { Watching } = await import('./watching.ts');
    const watching = new Watching({
      ledger: this.#checkpoint.ledger,
      dependency: (dependency) => this.#monitor.dependency(dependency),
      maxAttempts: () => this.#assembly.policy.maxAttempts,
      heartbeatUrl: () => this.#assembly.config.service.heartbeatUrl?.reveal(),
      checkpointPath: checkpointPath(this.#parts.surroundings.directories),
      log: this.#parts.log,
    });
    this.#watching = watching;
    this.#parts.closers.push(() => {
      watching.ping.close();
    });
    return watching;
  }

  async #openControl({ metrics }: Watching): Promise<Control> {
    return openControl({
      directory: this.#parts.surroundings.directories.runtime,
      status: () => this.#board.status(),
      reasons: () => this.#reasons.reasons(),
      metrics: (accept) => metrics.exposition(accept),
      retry: async (orders, by) => {
        const accepted = new Set(await this.#monitor.retry(orders, by));
        return orders.map((orderId) => ({ orderId, accepted: accepted.has(orderId) }));
      },
      beginRewind: (request) => this.#monitor.beginRewind(request),
      cancelRewind: async (by) => (await this.#monitor.cancelRewind(by)) ?? null,
      runNow: (by) => {
        this.#monitor.runNow(by);
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
      log.info('The configuration was read again; it takes effect with the next cycle', { event: 'reloaded' });
      this.#monitor.wakeUp();
    } catch (error) {
      log.error(`The configuration was not reloaded, the old one stays in force. ${explain(error).text}`, {
        event: 'reload-failed',
      });
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

/** What tidying and closing may take besides the running commands. */
const STOP_MARGIN_MS = 30_000;

/** What the last entries of the history get to be written. */
const HISTORY_CLOSING_MS = 5000;

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

/** A dry run neither takes up a rewind nor keeps one. */
async function openRewinds({ log, options, surroundings }: ServiceParts): Promise<RewindStore> {
  if (options.dryRun) return { found: undefined, keep: async () => Promise.resolve() };
  return RewindFile.open({
    path: rewindPath(surroundings.directories),
    clock: systemClock,
    report: (message) => {
      log.warn(message, { event: 'rewind' });
    },
  });
}
