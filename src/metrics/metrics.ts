/** The metrics of the running service: counted from events, or read from its state when they are asked for. */
import { collectDefaultMetrics, Registry } from 'prom-client';

import { TASKS, type CommandOutcome, type Task } from '../core/command.ts';
import type { CycleReport, Event } from '../core/event.ts';
import type { Ledger } from '../core/ledger.ts';
import { OpenOrdersCounter } from '../core/open-summary.ts';
import { DEPENDENCIES, type Dependency } from '../core/outage.ts';
import type { OrderRecord } from '../core/record.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import { epochOf } from '../core/stamp.ts';
import { OPEN_REASONS } from '../core/verdict.ts';
import { expositionFor, type Exposition } from './exposition.ts';
import { createCounts, createGauges, type Counts, type Gauges } from './families.ts';

/** Whether an alert went out, or was held back because it says nothing new. */
export type AlertDecision = 'sent' | 'held';

/** What the gauges are read from whenever they are asked for, so that they are never stale. */
export interface MetricsOptions {
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly ledger: Ledger;
  readonly maxAttempts: () => number;
  /** Since when a dependency is down, in milliseconds since 1970; `undefined` while it is up. */
  readonly downSince: (dependency: Dependency) => number | undefined;
  /** What repairs wait for although everything works, if they do. */
  readonly repairWait: () => RepairWait | undefined;
  /** Whether the configuration on the disk is in force: false after a reload that refused it. */
  readonly configurationInForce: () => boolean;
  /** Seconds since the last whole cycle, or since one could be expected; `undefined` while another monitor works. */
  readonly uncheckedS: () => number | undefined;
  /** Whether this is the active one of several monitors. */
  readonly isActive: () => boolean;
  /** `undefined` when it can't be told. */
  readonly checkpointBytes: () => Promise<number | undefined>;
}

export interface Metrics {
  /** Counts what happens. */
  take(event: Event): void;
  /** Counts an alert. Kinds are few words such as `dependency-down`; beyond fifty they count as `other`. */
  alert(kind: string, decision: AlertDecision): void;
  /** Counts a request to `heartbeat_url`. */
  ping(result: 'ok' | 'failed'): void;
  /** All metrics, in the form that an `Accept` header asks for. */
  exposition(accept?: string): Promise<Exposition>;
}

/** Of commands that ran, or may have: they use up an attempt. */
const RAN = ['succeeded', 'failed', 'killed', 'lost'] as const;
/** These started nothing, and the attempt is given back. */
const DID_NOT_RUN = ['busy', 'too_soon', 'not_started'] as const;
const WAITS: readonly RepairWait['why'][] = ['settling', 'draining'];
const STATES = ['failing', 'given_up', 'undated'] as const;
const KINDS_OF_ALERTS = 50;

/** prom-client has these beside `nodejs_active_…`; they are no counters, and their names say that they were. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** Makes the metrics in a registry of their own, with those that Node programs usually have. */
export function createMetrics(options: MetricsOptions): Metrics {
  return new ServiceMetrics(options);
}

class ServiceMetrics implements Metrics {
  readonly #options: MetricsOptions;
  readonly #openOrders: OpenOrdersCounter;
  readonly #registry = new Registry();
  readonly #counts: Counts;
  readonly #gauges: Gauges;
  readonly #down = new Set<Dependency>();
  readonly #kindsOfAlerts = new Set<string>();
  /** New orders that Abacos had, as nearly all are, since they were last added to their counter. */
  #settledAtOnce = 0;
  #lastCycleAt: number | undefined;
  #lastCompleteAt: number | undefined;
  #backlog: { readonly orders: number; readonly timeLeftMs: number } | undefined;
  #headLag: { readonly orders: number; readonly since: number } | undefined;

  constructor(options: MetricsOptions) {
    this.#options = options;
    this.#openOrders = new OpenOrdersCounter(options.ledger);
    this.#counts = createCounts(this.#registry);
    this.#gauges = createGauges(this.#registry);
    // The event loop is looked at once a second: the library's own hundred times would be most of what an idle monitor does.
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: 1000 });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    startAtZero(this.#counts);
  }

  take(event: Event): void {
    const counts = this.#counts;
    switch (event.kind) {
      case 'verdict':
        this.#takeVerdict(event.record, event.previous);
        return;
      case 'repaired':
        counts.judged.inc({ verdict: event.record.verdict.reason });
        counts.repairs.inc({ result: 'repaired' });
        counts.timeToIntegrate.observe({ by: 'repair' }, event.openMs / 1000);
        return;
      case 'not-repaired':
        counts.repairs.inc({ result: 'not_repaired' });
        return;
      case 'command-ended':
        this.#takeCommand(event.task, event.outcome);
        return;
      case 'given-up':
        counts.givenUp.inc();
        return;
      case 'retry':
        counts.retries.inc();
        return;
      case 'down':
        // Said again when its reason changes.
        if (!this.#down.has(event.dependency)) counts.outages.inc({ dependency: event.dependency });
        this.#down.add(event.dependency);
        return;
      case 'up':
        this.#down.delete(event.dependency);
        return;
      case 'cycle':
        this.#takeCycle(event.report);
        return;
      case 'backlog':
        this.#backlog = { orders: event.ordersLeft, timeLeftMs: event.timeLeftMs };
        return;
      case 'command-started':
      case 'dismissed':
      case 'lag-learned':
      case 'repairs-wait':
      case 'row-found':
      case 'row-gone':
      case 'retry-many':
      case 'rewind':
      case 'standing':
      case 'strange-ids':
      case 'undated':
      case 'went-back':
      case 'run-now':
        return;
    }
  }

  alert(kind: string, decision: AlertDecision): void {
    const known = this.#kindsOfAlerts.has(kind) || this.#kindsOfAlerts.size < KINDS_OF_ALERTS;
    if (known) this.#kindsOfAlerts.add(kind);
    this.#counts.alerts.inc({ kind: known ? kind : 'other', decision });
  }

  ping(result: 'ok' | 'failed'): void {
    this.#counts.pings.inc({ result });
  }

  async exposition(accept?: string): Promise<Exposition> {
    const checkpointBytes = await this.#options.checkpointBytes();
    this.#counts.judged.inc({ verdict: 'OK' }, this.#settledAtOnce);
    this.#settledAtOnce = 0;
    this.#readGauges(checkpointBytes);
    return expositionFor(accept, await this.#registry.metrics());
  }

  #takeVerdict(record: OrderRecord, previous: OrderRecord | undefined): void {
    const { judged, timeToIntegrate } = this.#counts;
    const isSettled = record.verdict.status === 'SUCCESS';
    if (record.verdict.reason === 'OK' && previous === undefined) {
      this.#settledAtOnce += 1;
      return;
    }
    judged.inc({ verdict: record.verdict.reason });
    if (isSettled && previous !== undefined) timeToIntegrate.observe({ by: 'others' }, secondsOpen(record));
  }

  #takeCommand(task: Task, outcome: CommandOutcome): void {
    const { attempts, commands, commandDuration } = this.#counts;
    const label = outcomeLabel(outcome);
    commands.inc({ task, outcome: label });
    if (DID_NOT_RUN.some((one) => one === label)) return;
    attempts.inc({ task });
    commandDuration.observe({ task, outcome: label }, outcome.durationMs / 1000);
  }

  #takeCycle(report: CycleReport): void {
    const { checked, cycles, cycleDuration } = this.#counts;
    const now = this.#options.now();
    checked.inc({ origin: 'new' }, report.judged.fresh);
    checked.inc({ origin: 'due' }, report.judged.due);
    checked.inc({ origin: 'late' }, report.judged.late);
    cycles.inc({ result: report.interrupted ? 'interrupted' : 'complete' });
    cycleDuration.observe(report.durationMs / 1000);
    this.#lastCycleAt = now;
    if (!report.interrupted) this.#lastCompleteAt = now;
    if (!report.workLeft) this.#backlog = undefined;
    // Unknown in this cycle: what was known holds, and the wait goes on.
    if (report.headLag === undefined) return;
    const { orders, longestWaitMs } = report.headLag;
    this.#headLag = { orders, since: now - longestWaitMs };
  }

  #readGauges(checkpointBytes: number | undefined): void {
    const { configurationInForce, downSince, isActive, ledger, now, repairWait, uncheckedS, version } = this.#options;
    const gauges = this.#gauges;
    const at = now();
    gauges.build.set({ version }, 1);
    gauges.leader.set(isActive() ? 1 : 0);
    gauges.configurationInForce.set(configurationInForce() ? 1 : 0);
    gauges.head.set(ledger.head);
    gauges.watched.set(ledger.watched.size);
    this.#readUnresolved(at);
    for (const dependency of DEPENDENCIES) {
      const since = downSince(dependency);
      gauges.dependencyUp.set({ dependency }, since === undefined ? 1 : 0);
      gauges.dependencyDown.set({ dependency }, since === undefined ? 0 : secondsBetween(since, at));
    }
    const wait = repairWait();
    for (const why of WAITS) gauges.waitingRepairs.set({ why }, wait?.why === why ? wait.orders : 0);
    const lag = this.#headLag;
    setOrLeaveOut(gauges.headLagOrders, lag?.orders);
    setOrLeaveOut(gauges.headLag, lag === undefined || lag.orders === 0 ? lag?.orders : secondsBetween(lag.since, at));
    gauges.backlog.set(this.#backlog?.orders ?? 0);
    gauges.backlogTimeLeft.set((this.#backlog?.timeLeftMs ?? 0) / 1000);
    setOrLeaveOut(gauges.lastCycle, inSeconds(this.#lastCycleAt));
    setOrLeaveOut(gauges.lastCompleteCycle, inSeconds(this.#lastCompleteAt));
    setOrLeaveOut(gauges.wholeCycleAge, uncheckedS());
    setOrLeaveOut(gauges.checkpointSize, checkpointBytes);
  }

  #readUnresolved(at: number): void {
    const { dismissed: gauge, unresolved, oldestUnresolved } = this.#gauges;
    const { dismissed, failing, givenUp, undated } = this.#openOrders.summary(this.#options.maxAttempts());
    gauge.set(dismissed);
    const counts = { failing, given_up: givenUp, undated };
    for (const state of STATES) {
      const { byReason, oldestAt = at } = counts[state];
      for (const verdict of OPEN_REASONS) unresolved.set({ state, verdict }, byReason[verdict]);
      oldestUnresolved.set({ state }, secondsBetween(oldestAt, at));
    }
  }
}

/** A series that appears with its first event hides that event from `rate` and `increase`. */
function startAtZero(counts: Counts): void {
  for (const origin of ['new', 'due', 'late']) counts.checked.inc({ origin }, 0);
  for (const verdict of ['OK', 'AWAITING_PAYMENT', ...OPEN_REASONS]) counts.judged.inc({ verdict }, 0);
  for (const task of TASKS) {
    counts.attempts.inc({ task }, 0);
    for (const outcome of [...RAN, ...DID_NOT_RUN]) counts.commands.inc({ task, outcome }, 0);
    for (const outcome of RAN) counts.commandDuration.zero({ task, outcome });
  }
  for (const result of ['repaired', 'not_repaired']) counts.repairs.inc({ result }, 0);
  for (const dependency of DEPENDENCIES) counts.outages.inc({ dependency }, 0);
  for (const result of ['complete', 'interrupted']) counts.cycles.inc({ result }, 0);
  for (const result of ['ok', 'failed']) counts.pings.inc({ result }, 0);
  for (const by of ['repair', 'others']) counts.timeToIntegrate.zero({ by });
}

function outcomeLabel(outcome: CommandOutcome): (typeof RAN | typeof DID_NOT_RUN)[number] {
  switch (outcome.kind) {
    case 'exited':
      return outcome.status === 0 ? 'succeeded' : 'failed';
    case 'too-soon':
      return 'too_soon';
    case 'not-started':
      return 'not_started';
    case 'killed':
    case 'busy':
    case 'lost':
      return outcome.kind;
  }
}

function secondsOpen({ createdAt, updatedAt }: OrderRecord): number {
  return secondsBetween(epochOf(createdAt), epochOf(updatedAt));
}

/** A clock that was set back makes nothing younger than now. */
function secondsBetween(from: number, to: number): number {
  return Math.max(0, to - from) / 1000;
}

function inSeconds(epochMs: number | undefined): number | undefined {
  return epochMs === undefined ? undefined : epochMs / 1000;
}

/** What is not known has no sample: 0 would be a claim. */
function setOrLeaveOut(gauge: { set(value: number): void; remove(): void }, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}
