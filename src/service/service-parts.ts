/** What the service is put together from: opened as the configuration says, and closed in reverse order. */
import { makeAdapters, type AdapterSet } from '../adapters/adapters.ts';
import { alertSettingsOf, openAlerts, toldBy } from '../adapters/alerts.ts';
import { systemClock } from '../adapters/clock.ts';
import type { AlertReport, Alerts } from '../alerts/index.ts';
import { acquireLock, openCheckpoint, RepairFile, RewindFile } from '../checkpoint/index.ts';
import { checkpointPath, repairPath, rewindPath } from '../config/directories.ts';
import { describeFault, type Config, type Fault } from '../config/index.ts';
import type { Checkpoint, RepairStore, RewindStore } from '../monitor/ports.ts';
import { createHeartbeat, type Heartbeat } from '../systemd/heartbeat.ts';
import type { Log } from '../systemd/log.ts';
import type { Notifier } from '../systemd/notifier.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { FullWatch } from './full-watch.ts';

export interface RunOptions {
  readonly dryRun: boolean;
  /** One cycle, then exit. */
  readonly once: boolean;
}

/** Clean-ups, run in this order: the newest first. */
export type Closers = (() => Promise<void> | void)[];

export function logFindings(log: Log, warnings: readonly Fault[]): void {
  for (const finding of warnings) {
    const write = finding.severity === 'notice' ? log.info : log.warn;
    write(describeFault(finding), { event: 'configuration', file: finding.file });
  }
}

export interface ServiceParts {
  readonly context: CommandContext;
  readonly options: RunOptions;
  readonly config: Config;
  readonly log: Log;
  /** The log has every step of the work in it. */
  readonly logsEverything: boolean;
  readonly closers: Closers;
}

export function watchOver(notifier: Notifier, log: Log): Heartbeat {
  return createHeartbeat({
    notifier,
    monotonic: () => systemClock.monotonic(),
    onHang: ({ name, deadlineMs }) => {
      const limit = `${Math.round(deadlineMs / 1000)} s`;
      log.fatal(`Hung while ${name}, for more than ${limit}; the watchdog ends this process`, { event: 'hung' });
    },
  });
}

export function watchRoom(log: Log): FullWatch {
  return new FullWatch({
    monotonic: () => systemClock.monotonic(),
    say: (level, text) => {
      log[level](text, { event: 'full' });
    },
  });
}

/** Calls a function at an interval, asked for anew each time, and keeps no process alive. @returns what ends it */
export function repeat(intervalMs: () => number, call: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(() => {
      call();
      wait();
    }, intervalMs()).unref();
  };
  wait();
  return () => {
    clearTimeout(timer);
  };
}

/** What the last alerts get to be sent; the rest waits for the next start. */
const LAST_ALERTS_MS = 5000;

export async function startAlerts(
  { closers, config, log, options, context }: ServiceParts,
  checkpoint: Checkpoint,
  sent: (report: AlertReport) => void,
): Promise<Alerts> {
  const alerts = await openAlerts({
    directories: context.directories,
    settings: alertSettingsOf(toldBy(config)),
    dryRun: options.dryRun,
    open: () => checkpoint.ledger.open,
    sent,
    log: (level, text) => {
      log[level](text, { event: 'alerts' });
    },
  });
  closers.push(() => alerts.close(LAST_ALERTS_MS));
  alerts.configurationGood();
  return alerts;
}

export function makeAdaptersFor({ log, options }: ServiceParts, config: Config): AdapterSet {
  return makeAdapters({
    config,
    dryRun: options.dryRun,
    report: (message) => {
      log.warn(message, { event: 'integration-server' });
    },
  });
}

export async function openDurable({ closers, config, log, context }: ServiceParts): Promise<Checkpoint> {
  const { directories } = context;
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

/** A dry run repairs nothing. */
export async function openRepairs({ log, options, context }: ServiceParts): Promise<RepairStore> {
  if (options.dryRun) return { found: undefined, keep: async () => Promise.resolve() };
  return RepairFile.open({
    path: repairPath(context.directories),
    clock: systemClock,
    report: (message) => {
      log.warn(message, { event: 'repairs' });
    },
  });
}

/** A dry run neither takes up a rewind nor keeps one. */
export async function openRewinds({ log, options, context }: ServiceParts): Promise<RewindStore> {
  if (options.dryRun) return { found: undefined, keep: async () => Promise.resolve() };
  return RewindFile.open({
    path: rewindPath(context.directories),
    clock: systemClock,
    report: (message) => {
      log.warn(message, { event: 'rewind' });
    },
  });
}
