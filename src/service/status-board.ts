/** The status of the running service, kept for the control sockets, the page and systemd's status line. */
import type { DependencyStatus, Status } from '../control/status.ts';
import type { Lags } from '../core/effects.ts';
import type { Event } from '../core/event.ts';
import type { Ledger } from '../core/ledger.ts';
import { OpenOrdersCounter } from '../core/open-summary.ts';
import type { OrderId } from '../core/order.ts';
import type { Dependency } from '../core/outage.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import type { Rewind } from '../core/rewind.ts';
import type { Role } from '../core/role.ts';
import type { DependencyState } from '../monitor/dependencies.ts';
import { VERSION } from '../terminal/version.ts';
import { CheckingWatch, type CheckingOptions, type OwnStatus } from './checking.ts';
import { erpName } from '../text/erp-name.ts';

export interface StatusBoardOptions extends CheckingOptions {
  readonly ledger: Ledger;
  readonly dependency: (dependency: Dependency) => DependencyState;
  readonly rewind: () => Rewind | undefined;
  readonly repairWait: () => RepairWait | undefined;
  readonly pausedUntil: () => number | undefined;
  readonly lags: () => Lags;
  /** Orders whose row the shop's table has lost. */
  readonly goneRows: () => Iterable<OrderId>;
  readonly maxAttempts: () => number;
  readonly dryRun: boolean;
}

/** Follows the events, and asks the parts of the service whenever the status is wanted. */
export class StatusBoard {
  readonly #options: StatusBoardOptions;
  readonly #openOrders: OpenOrdersCounter;
  readonly #checking: CheckingWatch;
  readonly #startedAt: string;
  /** By order. */
  readonly #running = new Map<OrderId, NonNullable<Status['running']>[number]>();
  #stoppingUntil: string | undefined;
  #configurationRefused: string | undefined;
  #lastCycle: Status['lastCycle'];
  #backlog: Status['backlog'];

  constructor(options: StatusBoardOptions) {
    this.#options = options;
    this.#openOrders = new OpenOrdersCounter(options.ledger);
    this.#checking = new CheckingWatch(options);
    this.#startedAt = new Date(options.now()).toISOString();
  }

  take(event: Event): void {
    this.#checking.take(event);
    if (event.kind === 'backlog') {
      const { ordersLeft, ordersPerMinute, timeLeftMs } = event;
      this.#backlog = { ordersLeft, ordersPerMinute, timeLeftMs };
    }
    if (event.kind === 'command-started') {
      const { orderId, orderNumber, task } = event;
      this.#running.set(orderId, { task, orderNumber: orderNumber ?? `id ${orderId}`, since: this.#now() });
    }
    if (event.kind === 'command-ended') this.#running.delete(event.orderId);
    if (event.kind === 'cycle') {
      this.#lastCycle = { ...event.report, endedAt: this.#now() };
      if (!event.report.workLeft) this.#backlog = undefined;
    }
  }

  /** A stop has begun, which waits for running commands. @param until milliseconds since 1970 */
  stopping(until: number): void {
    this.#stoppingUntil = new Date(until).toISOString();
  }

  /** What is wrong with the configuration on the disk; `undefined` when it is in force. */
  configurationRefused(why: string | undefined): void {
    this.#configurationRefused = why;
  }

  get configurationInForce(): boolean {
    return this.#configurationRefused === undefined;
  }

  /** Seconds since the last whole cycle, or since one could be expected; `undefined` while another monitor works. */
  get uncheckedS(): number | undefined {
    const { ageMs, state } = this.#checking.checking();
    return state === 'standby' ? undefined : ageMs / 1000;
  }

  #now(): string {
    return new Date(this.#options.now()).toISOString();
  }

  status(): OwnStatus {
    const { ledger, goneRows, maxAttempts, dryRun } = this.#options;
    const erp = erpName();
    const { dismissed, failing, givenUp, undated } = this.#openOrders.summary(maxAttempts());
    const oldest = Math.min(failing.oldestAt ?? Infinity, givenUp.oldestAt ?? Infinity);
    const rewind = this.#options.rewind();
    const wait = this.#options.repairWait();
    const lags = this.#options.lags();
    const pausedUntil = this.#options.pausedUntil();
    return {
      version: VERSION,
      pid: process.pid,
      startedAt: this.#startedAt,
      dryRun,
      ...(erp === undefined ? {} : { erp }),
      standing: roleStatus(this.#options.role()),
      checking: this.#checking.checking(),
      head: ledger.head,
      failing: failing.total,
      givenUp: givenUp.total,
      needAction: this.#openOrders.needAction(maxAttempts(), goneRows()),
      ...(undated.total === 0 ? {} : { undated: undated.total }),
      ...(dismissed === 0 ? {} : { dismissed }),
      awaitingPayment: ledger.watched.size,
      ...(oldest === Infinity ? {} : { oldestOpenSince: new Date(oldest).toISOString() }),
      dependencies: {
        shop: this.#dependency('shop'),
        abacos: this.#dependency('abacos'),
        'integration-server': this.#dependency('integration-server'),
        repairs: this.#dependency('repairs'),
      },
      ...(wait === undefined ? {} : { repairsWait: { ...wait, until: new Date(wait.until).toISOString() } }),
      ...(Object.keys(lags).length === 0 ? {} : { lags }),
      ...(this.#lastCycle === undefined ? {} : { lastCycle: this.#lastCycle }),
      ...(pausedUntil === undefined ? {} : { pausedUntil: new Date(pausedUntil).toISOString() }),
      ...(this.#running.size === 0 ? {} : { running: [...this.#running.values()] }),
      ...(this.#stoppingUntil === undefined ? {} : { stoppingUntil: this.#stoppingUntil }),
      ...(this.#configurationRefused === undefined ? {} : { configurationRefused: this.#configurationRefused }),
      ...(rewind === undefined ? {} : { rewind }),
      ...(this.#backlog === undefined ? {} : { backlog: this.#backlog }),
    };
  }

  #dependency(dependency: Dependency): DependencyStatus {
    const state = this.#options.dependency(dependency);
    if (state.kind !== 'down') return { state: state.kind };
    const { since, reason, hint } = state;
    return { state: 'down', since: new Date(since).toISOString(), reason, ...(hint === undefined ? {} : { hint }) };
  }
}

function roleStatus(role: Role | undefined): NonNullable<Status['standing']> {
  switch (role?.kind) {
    case undefined:
      return { kind: 'unknown' };
    case 'active':
      return { kind: 'active' };
    case 'standby':
      return { kind: 'standby', ...(role.leader === undefined ? {} : { leader: role.leader }) };
    case 'unknown':
      return { kind: 'unknown', reason: role.outage.reason };
  }
}
