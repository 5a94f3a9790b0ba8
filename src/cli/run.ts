import { acquireLock, openCheckpoint, RewindFile } from '../checkpoint/index.ts';
import { sentenceFor } from '../alerts/sentences.ts';
import { describeFault, type Config, type Fault } from '../config/index.ts';
import { openControl, type Control } from '../control/server.ts';
import type { RetryResult } from '../control/status.ts';
import type { Event } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import { Monitor } from '../monitor/monitor.ts';
import type { Checkpoint, RewindStore } from '../monitor/ports.ts';
import { createHeartbeat, type Heartbeat } from '../systemd/heartbeat.ts';
import { createLog, type Log } from '../systemd/log.ts';
import { createNotifier, type Notifier } from '../systemd/notifier.ts';
import { systemClock } from './clock.ts';
import { checkpointPath, rewindPath } from './directories.ts';
import { rehearsal } from './dry-run.ts';
import { assemble, type Assembly } from './equipment.ts';
import { EXIT } from './exit.ts';
import type { Surroundings } from './surroundings.ts';
import { explain } from './problems.ts';
import { Memory } from './memory.ts';
import { PageHost } from './page.ts';
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
  readonly #memory: Memory;
  readonly #shutdown: Shutdown;
  /** Not in a dry run. */
  #watching: Watching | undefined;
  readonly #page: PageHost;
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
      closers.push(() => service.#page.close());
      await service.#page.apply(config);
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
    const heartbeat = watchOver(notifier, parts.log);
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
    this.#memory = this.#openMemory();
    this.#page = new PageHost({
      ledger: checkpoint.ledger,
      status: () => this.#board.status(),
      retry: async (orders, by) => this.#retry(orders, by),
      current: () => this.#assembly,
      metrics: async () => (await this.#watching?.metrics.exposition(undefined))?.text ?? '',
      stateDirectory: parts.surroundings.directories.state,
      log: parts.log,
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
    void this.#memory.recall((entry) => {
      this.#page.recall(entry);
    });
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
    this.#memory.take(event);
    this.#watching?.take(event);
    this.#page.take(event);
    const { level, text, fields } = sentenceFor(event, this.#assembly.policy.maxAttempts);
    this.#parts.log[level](text, { event: event.kind, ...fields });
    if (event.kind === 'cycle' || event.kind === 'down' || event.kind === 'up') this.#showStatus();
  }

  #openMemory(): Memory {
    const { closers, log, options, surroundings } = this.#parts;
    const memory = new Memory({
      stateDirectory: surroundings.directories.state,
      limitBytes: () => this.#assembly.config.service.historyBytes,
      isOpen: (id) => this.#checkpoint.ledger.open.has(id),
      dryRun: options.dryRun,
      log,
    });
    closers.push(() => memory.close());
    return memory;
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
      reasons: () => this.#memory.reasons(),
      metrics: (accept) => metrics.exposition(accept),
      retry: async (orders, by) => this.#retry(orders, by),
      beginRewind: (request) => this.#monitor.beginRewind(request),
      cancelRewind: async (by) => (await this.#monitor.cancelRewind(by)) ?? null,
      runNow: (by) => {
        this.#monitor.runNow(by);
      },
    });
  }

  async #retry(orders: readonly OrderId[], by: string): Promise<RetryResult[]> {
    const accepted = new Set(await this.#monitor.retry(orders, by));
    return orders.map((orderId) => ({ orderId, accepted: accepted.has(orderId) }));
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
      if (!this.#parts.options.dryRun) void this.#page.apply(this.#assembly.config);
    }
    return this.#assembly.equipment;
  }
}

function watchOver(notifier: Notifier, log: Log): Heartbeat {
  return createHeartbeat({
    notifier,
    monotonic: () => systemClock.monotonic(),
    onHang: ({ name, deadlineMs }) => {
      const limit = `${Math.round(deadlineMs / 1000)} s`;
      log.fatal(`Hung while ${name}, for more than ${limit}; the watchdog ends this process`, { event: 'hung' });
    },
  });
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
