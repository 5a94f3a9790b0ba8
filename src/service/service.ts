/** The running service: the monitor, and around it alerts, page, control sockets, log, systemd, reload and stop. */
import type { AdapterSet } from '../adapters/adapters.ts';
import { alertSettingsOf, toldBy } from '../adapters/alerts.ts';
import { systemClock } from '../adapters/clock.ts';
import { ALONE, isSameElection, openElection, refuseInStandby } from '../adapters/election.ts';
import { explain } from '../adapters/problems.ts';
import { loadSettings } from '../adapters/settings.ts';
import type { AlertReport, Alerts } from '../alerts/index.ts';
import { checkpointPath } from '../config/directories.ts';
import { Refused } from '../control/requests.ts';
import { openControl, type Control, type ControlOptions } from '../control/server.ts';
import { isRoutine, type Event, type Follower } from '../core/event.ts';
import { Monitor } from '../monitor/monitor.ts';
import type { Checkpoint, RepairStore, RewindStore } from '../monitor/ports.ts';
import type { Election } from '../shop/index.ts';
import type { Heartbeat } from '../systemd/heartbeat.ts';
import { createNotifier, type Notifier } from '../systemd/notifier.ts';
import { StandsBy } from '../terminal/errors.ts';
import { EXIT } from '../terminal/exit.ts';
import { VERSION } from '../terminal/version.ts';
import { counted } from '../words/sentence.ts';
import { isInStatusLine, statusLine } from '../words/status.ts';
import { AdapterSets } from './adapter-sets.ts';
import { DrainingWatch } from './draining-watch.ts';
import { rehearsal } from './dry-run.ts';
import { EventLog, sparedOfRoutine } from './event-log.ts';
import { Memory } from './memory.ts';
import { PageHost } from './page.ts';
import {
  makeAdaptersFor,
  logFindings,
  openDurable,
  openRepairs,
  openRewinds,
  repeat,
  startAlerts,
  watchOver,
  watchRoom,
  type ServiceParts,
} from './service-parts.ts';
import { listenForSignals, type Shutdown } from './signals.ts';
import { StatusBoard } from './status-board.ts';
import type { Watching } from './watching.ts';

/** What is opened adds its clean-up to `closers`, which whoever has started the service runs in reverse order. */
export class Service {
  readonly #parts: ServiceParts;
  readonly #checkpoint: Checkpoint;
  readonly #notifier: Notifier;
  readonly #heartbeat: Heartbeat;
  readonly #monitor: Monitor;
  /** A dry run acts on nothing, so it takes no part. */
  readonly #election: Election | undefined;
  readonly #board: StatusBoard;
  /** Those who are told of each event, in this order. */
  readonly #followers: Follower[];
  readonly #memory: Memory;
  readonly #alerts: Alerts;
  readonly #shutdown: Shutdown;
  /** Not in a dry run. */
  #watching: Watching | undefined;
  readonly #page: PageHost;
  readonly #adapterSets: AdapterSets;

  static async start(parts: ServiceParts): Promise<Service> {
    const { closers, config, options, context } = parts;
    const checkpoint = options.dryRun ? await rehearsal(checkpointPath(context.directories)) : await openDurable(parts);
    const rewinds = await openRewinds(parts);
    const repairs = await openRepairs(parts);
    const notifier = createNotifier({ environment: context.environment, pid: process.pid });
    const adapterSet = makeAdaptersFor(parts, config);
    // What becomes of an alert may be known before the service is there to note it.
    const reader: { service?: Service } = {};
    const alerts = await startAlerts(parts, checkpoint, (report) => {
      if (reader.service !== undefined) reader.service.#told(report);
    });
    const service = new Service({ parts, checkpoint, rewinds, repairs, notifier, adapterSet, alerts });
    reader.service = service;
    closers.push(() => service.#adapterSet.close());
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

  private constructor(made: {
    parts: ServiceParts;
    checkpoint: Checkpoint;
    rewinds: RewindStore;
    repairs: RepairStore;
    notifier: Notifier;
    adapterSet: AdapterSet;
    alerts: Alerts;
  }) {
    const { alerts, adapterSet, checkpoint, notifier, parts, repairs, rewinds } = made;
    this.#parts = parts;
    this.#checkpoint = checkpoint;
    this.#notifier = notifier;
    this.#adapterSets = new AdapterSets(adapterSet, (error) => {
      parts.log.warn('Connections of the old configuration could not be closed', { event: 'reloaded', error });
    });
    this.#alerts = alerts;
    this.#heartbeat = watchOver(notifier, parts.log);
    // First in the list, so last to go: signals and signs of life matter until the checkpoint is closed.
    parts.closers.unshift(() => {
      this.#heartbeat.stop();
    });
    this.#election = parts.options.dryRun ? undefined : this.#openElection();
    this.#monitor = new Monitor({
      checkpoint,
      clock: systemClock,
      election: this.#leadership,
      progress: this.#heartbeat,
      rewinds,
      repairs,
      downtimes: alerts.downtimes(),
      report: (event) => {
        this.#take(event);
      },
    });
    this.#board = this.#openBoard();
    this.#memory = this.#openMemory();
    this.#page = this.#openPage();
    this.#followers = this.#whoFollows();
    this.#shutdown = listenForSignals({
      stopTimeoutMs: () => this.#adapterSet.config.service.stopTimeoutMs,
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
    const { head, failing, givenUp, undated = 0 } = this.#board.status();
    const open = failing + givenUp + undated;
    const mode = options.dryRun ? ' (dry run: nothing is recorded and nothing is run)' : '';
    log.info(`order-monit ${VERSION} starts after order id ${head}, with ${counted(open, 'open order')}${mode}`, {
      event: 'started',
      head,
      open,
    });
    this.#notifier.ready();
    this.#showStatus();
    // How old things are changes without an event.
    this.#parts.closers.push(repeat(() => this.#adapterSet.policy.runningCycleMs, this.#showStatus));
    void this.#memory.recall(this.#page);
    const { rewind } = this.#monitor;
    if (rewind !== undefined) this.#take({ kind: 'rewind', step: 'resumed', rewind, by: rewind.by });
    if (options.once) {
      await this.#election?.known();
      if (this.#leadership.role?.kind === 'unknown') throw this.#leadership.role.outage;
      if (!this.#leadership.leads()) throw new StandsBy();
      const report = await this.#monitor.cycle(this.#adapterSet.adapters, this.#shutdown.signals);
      await this.#watching?.ping.idle();
      return report.interrupted ? EXIT.failure : EXIT.fine;
    }
    await this.#monitor.run(
      () => this.#adapters(),
      this.#shutdown.signals,
      (unused) => {
        this.#adapterSets.release(unused);
      },
    );
    log.info(`order-monit has stopped at order id ${this.#checkpoint.ledger.head}`, { event: 'stopped' });
    return EXIT.fine;
  }

  #take(event: Event): void {
    for (const follower of this.#followers) follower.take(event);
  }

  #whoFollows(): Follower[] {
    const { log, logsEverything } = this.#parts;
    const draining = new DrainingWatch({
      wait: () => this.#monitor.repairWait,
      settleMs: () => this.#adapterSet.policy.settleMs,
      monotonic: () => systemClock.monotonic(),
      warn: (text) => {
        log.warn(text, { event: 'draining-long' });
      },
    });
    return [
      draining,
      watchRoom(log),
      this.#alerts,
      sparedOfRoutine([this.#board, this.#memory, this.#page]),
      new EventLog({ log, logsEverything, maxAttempts: () => this.#adapterSet.policy.maxAttempts }),
      {
        take: (event) => {
          if (isRoutine(event)) return;
          if (isInStatusLine(event) || this.#shutdown.signals.stop.aborted) this.#showStatus();
        },
      },
    ];
  }

  get #leadership(): Pick<Election, 'leads' | 'role'> {
    return this.#election ?? ALONE;
  }

  #openElection(): Election {
    const { closers, log } = this.#parts;
    const election = openElection({
      config: () => this.#adapterSet.config,
      changed: (role) => {
        this.#take({ kind: 'standing', standing: role });
        this.#monitor.wakeUp();
      },
      report: (message) => {
        log.warn(message, { event: 'election' });
      },
    });
    closers.push(() => election.close());
    return election;
  }

  /** An alert went out, or was held back. */
  #told(report: AlertReport): void {
    this.#watching?.metrics.alert(report.kind, report.decision);
    this.#memory.told(report);
  }

  #openBoard(): StatusBoard {
    return new StatusBoard({
      ledger: this.#checkpoint.ledger,
      dependency: (dependency) => this.#monitor.dependency(dependency),
      rewind: () => this.#monitor.rewind,
      repairWait: () => this.#monitor.repairWait,
      pausedUntil: () => this.#monitor.pausedUntil,
      lags: () => this.#monitor.lags,
      goneRows: () => this.#memory.goneRows.ids,
      role: () => this.#leadership.role,
      maxAttempts: () => this.#adapterSet.policy.maxAttempts,
      runningCycleMs: () => this.#adapterSet.policy.runningCycleMs,
      step: () => this.#heartbeat.current,
      dryRun: this.#parts.options.dryRun,
      now: () => systemClock.now(),
      monotonic: () => systemClock.monotonic(),
    });
  }

  #openPage(): PageHost {
    return new PageHost({
      ledger: this.#checkpoint.ledger,
      status: () => this.#board.status(),
      ...this.#operations,
      current: () => this.#adapterSet,
      metrics: async () => (await this.#watching?.metrics.exposition(undefined))?.text ?? '',
      gone: this.#memory.goneRows,
      stateDirectory: this.#parts.context.directories.state,
      log: this.#parts.log,
      now: () => systemClock.now(),
    });
  }

  #openMemory(): Memory {
    const { closers, log, options, context } = this.#parts;
    const memory = new Memory({
      stateDirectory: context.directories.state,
      limitBytes: () => this.#adapterSet.config.service.historyBytes,
      isOpen: (id) => this.#checkpoint.ledger.open.has(id),
      dryRun: options.dryRun,
      log,
    });
    closers.push(() => memory.close());
    return memory;
  }

  readonly #showStatus = (): void => {
    this.#notifier.status(statusLine(this.#board.status()));
  };

  async #watch(): Promise<Watching> {
    const { Watching } = await import('./watching.ts');
    const watching = new Watching({
      ledger: this.#checkpoint.ledger,
      dependency: (dependency) => this.#monitor.dependency(dependency),
      repairWait: () => this.#monitor.repairWait,
      configurationInForce: () => this.#board.configurationInForce,
      uncheckedS: () => this.#board.uncheckedS,
      maxAttempts: () => this.#adapterSet.policy.maxAttempts,
      isActive: () => this.#leadership.leads(),
      heartbeat: () => this.#adapterSet.config.service,
      checkpointPath: checkpointPath(this.#parts.context.directories),
      log: this.#parts.log,
    });
    this.#watching = watching;
    this.#followers.unshift(watching);
    this.#parts.closers.push(() => {
      watching.ping.close();
    });
    return watching;
  }

  async #openControl({ metrics }: Watching): Promise<Control> {
    return openControl({
      directory: this.#parts.context.directories.runtime,
      status: () => this.#board.status(),
      reasons: () => this.#memory.reasons(),
      metrics: (accept) => metrics.exposition(accept),
      ...this.#operations,
      beginRewind: (request) => {
        refuseInStandby(this.#leadership.role);
        return this.#monitor.beginRewind(request);
      },
      cancelRewind: async (by) => {
        refuseInStandby(this.#leadership.role);
        return (await this.#monitor.cancelRewind(by)) ?? null;
      },
      runNow: (by) => {
        refuseInStandby(this.#leadership.role);
        this.#monitor.runNow(by);
      },
      reload: () => {
        const refusal = this.#reload();
        if (refusal !== undefined) throw new Refused(refusal);
      },
    });
  }

  /** What people have done about orders, on the control socket or on the page. */
  readonly #operations: Pick<ControlOptions, 'retry' | 'dismiss'> = {
    retry: async (orders, by) => {
      refuseInStandby(this.#leadership.role);
      return this.#monitor.retry(orders, by);
    },
    dismiss: async (orders, dismissal) => {
      refuseInStandby(this.#leadership.role);
      return this.#monitor.dismiss(orders, { ...dismissal, maxAttempts: this.#adapterSet.policy.maxAttempts });
    },
  };

  #beginToStop(signal: string): void {
    const { stopTimeoutMs } = this.#adapterSet.config.service;
    this.#parts.log.info(
      `Stopping on ${signal}: no new command starts, running ones get ${stopTimeoutMs / 1000} s to end`,
      { event: 'stopping' },
    );
    this.#notifier.stopping();
    this.#notifier.extendTimeout(stopTimeoutMs + STOP_MARGIN_MS);
    this.#board.stopping(systemClock.now() + stopTimeoutMs);
    this.#showStatus();
  }

  /** All or nothing: a configuration with a fault leaves the one in force as it is. @returns what is said of the fault */
  #reload(): string | undefined {
    const { log, context } = this.#parts;
    this.#notifier.reloading();
    let refusal: string | undefined;
    try {
      const { config, warnings } = loadSettings(context.directories);
      logFindings(log, warnings);
      const next = makeAdaptersFor(this.#parts, config);
      this.#adapterSets.offer(next);
      this.#alerts.reconfigure(alertSettingsOf(toldBy(config)));
      this.#alerts.configurationGood();
      this.#board.configurationRefused(undefined);
      log.info('The configuration was read again; it takes effect with the next cycle', { event: 'reloaded' });
      this.#monitor.wakeUp();
    } catch (error) {
      const { text } = explain(error);
      refusal = `The configuration was not reloaded, the old one stays in force. ${text}`;
      log.error(refusal, { event: 'reload-failed' });
      this.#alerts.configurationFault(text);
      this.#board.configurationRefused(text);
    }
    this.#notifier.ready();
    this.#showStatus();
    return refusal;
  }

  /** A reload takes effect between two cycles. */
  #adapters(): AdapterSet['adapters'] {
    const old = this.#adapterSets.advance();
    if (old !== undefined) {
      if (!isSameElection(old.config, this.#adapterSet.config)) this.#election?.renew();
      if (!this.#parts.options.dryRun) void this.#page.apply(this.#adapterSet.config);
    }
    return this.#adapterSet.adapters;
  }

  get #adapterSet(): AdapterSet {
    return this.#adapterSets.current;
  }
}

/** What compaction and closing may take besides the running commands. */
const STOP_MARGIN_MS = 30_000;
