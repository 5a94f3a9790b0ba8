/** What others watch the running service by: its metrics, and the calls of `heartbeat_url`. */
import { stat } from 'node:fs/promises';

import { systemClock } from '../adapters/clock.ts';
import type { ServiceConfig } from '../config/service.ts';
import type { Event } from '../core/event.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Dependency } from '../core/outage.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import { createHeartbeatPing, createMetrics, type HeartbeatPing, type Metrics } from '../metrics/index.ts';
import type { DependencyState } from '../monitor/dependencies.ts';
import type { Log } from '../systemd/log.ts';
import { VERSION } from '../terminal/version.ts';

export interface WatchingOptions {
  readonly ledger: Ledger;
  readonly dependency: (dependency: Dependency) => DependencyState;
  readonly repairWait: () => RepairWait | undefined;
  readonly maxAttempts: () => number;
  readonly configurationInForce: () => boolean;
  /** Seconds since the last whole cycle; `undefined` while another monitor works. */
  readonly uncheckedS: () => number | undefined;
  /** Whether this is the active one of several monitors. */
  readonly isActive: () => boolean;
  readonly heartbeat: () => Pick<ServiceConfig, 'heartbeatCa' | 'heartbeatUrl'>;
  readonly checkpointPath: string;
  readonly log: Log;
}

/** Both take the events of the monitor. A module of its own, so that commands without a service do not load it. */
export class Watching {
  readonly metrics: Metrics;
  readonly ping: HeartbeatPing;

  constructor(options: WatchingOptions) {
    const { checkpointPath, dependency, heartbeat, log } = options;
    const { configurationInForce, isActive, ledger, maxAttempts, repairWait, uncheckedS } = options;
    const metrics = createMetrics({
      version: VERSION,
      now: () => systemClock.now(),
      ledger,
      maxAttempts,
      downSince: (which) => {
        const state = dependency(which);
        return state.kind === 'down' ? state.since : undefined;
      },
      repairWait,
      configurationInForce,
      uncheckedS,
      isActive,
      checkpointBytes: async () =>
        stat(checkpointPath).then(
          ({ size }) => size,
          () => undefined,
        ),
    });
    this.metrics = metrics;
    this.ping = createHeartbeatPing({
      url: () => heartbeat().heartbeatUrl?.reveal(),
      ca: () => heartbeat().heartbeatCa,
      monotonic: () => systemClock.monotonic(),
      report: ({ kind, text }) => {
        log[kind === 'failed' ? 'warn' : 'info'](text, { event: 'heartbeat' });
      },
      count: (result) => {
        metrics.ping(result);
      },
    });
  }

  take(event: Event): void {
    this.metrics.take(event);
    if (event.kind === 'cycle') this.ping.take(event.report);
  }
}
