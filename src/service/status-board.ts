import { counted } from '../alerts/sentence.ts';
import type { DependencyStatus, Status } from '../control/status.ts';
import type { Lags } from '../core/effects.ts';
import type { Event } from '../core/event.ts';
import type { Ledger } from '../core/ledger.ts';
import type { OrderId } from '../core/order.ts';
import { OpenOrdersCounter } from '../core/open-summary.ts';
import { DEPENDENCY_NAMES, type Dependency } from '../core/outage.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import type { Rewind } from '../core/rewind.ts';
import type { Standing } from '../core/standing.ts';
import { duration } from '../alerts/duration.ts';
import { WAITING } from '../alerts/repair-sentences.ts';
import type { DependencyState } from '../monitor/dependencies.ts';
import { CheckingWatch, uncheckedText, type CheckingOptions, type OwnStatus } from './checking.ts';
import { clockTime, localTime } from '../terminal/local-time.ts';
import { VERSION } from '../terminal/version.ts';

export interface StatusBoardOptions extends CheckingOptions {
  readonly ledger: Ledger;
  readonly dependency: (dependency: Dependency) => DependencyState;
  readonly rewind: () => Rewind | undefined;
  readonly repairWait: () => RepairWait | undefined;
  readonly lags: () => Lags;
  readonly maxAttempts: () => number;
  readonly dryRun: boolean;
}

/** Gathers how the running service is: for the control socket, and in one line for systemd. */
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
    const { ledger, maxAttempts, dryRun } = this.#options;
    const { failing, givenUp, undated } = this.#openOrders.summary(maxAttempts());
    const oldest = Math.min(failing.oldestAt ?? Infinity, givenUp.oldestAt ?? Infinity);
    const rewind = this.#options.rewind();
    const wait = this.#options.repairWait();
    const lags = this.#options.lags();
    return {
      version: VERSION,
      pid: process.pid,
      startedAt: this.#startedAt,
      dryRun,
      standing: standingStatus(this.#options.standing()),
      checking: this.#checking.checking(),
      head: ledger.head,
      failing: failing.total,
      givenUp: givenUp.total,
      ...(undated.total === 0 ? {} : { undated: undated.total }),
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

function standingStatus(standing: Standing | undefined): NonNullable<Status['standing']> {
  switch (standing?.kind) {
    case undefined:
      return { kind: 'unknown' };
    case 'active':
      return { kind: 'active' };
    case 'standby':
      return { kind: 'standby', ...(standing.leader === undefined ? {} : { leader: standing.leader }) };
    case 'unknown':
      return { kind: 'unknown', reason: standing.outage.reason };
  }
}

const IN_STATUS_LINE: ReadonlySet<Event['kind']> = new Set([
  'cycle',
  'backlog',
  'down',
  'up',
  'repairs-wait',
  'standing',
]);

/** Whether {@link statusLine} is another one after an event. */
export function isInStatusLine({ kind }: Event): boolean {
  return IN_STATUS_LINE.has(kind);
}

/** The commands that run, in a few words; `undefined` where none does. */
export function runningText({ running = [] }: Status): string | undefined {
  const [first] = running;
  if (first === undefined) return undefined;
  const others = running.length === 1 ? '' : `, and ${running.length - 1} more`;
  return `${first.task} of order ${first.orderNumber} since ${clockTime(first.since)}${others}`;
}

/** Why a stop takes its time, in a few words; `undefined` where none has begun. */
export function stoppingText(status: Status): string | undefined {
  const { stoppingUntil } = status;
  if (stoppingUntil === undefined) return undefined;
  const running = runningText(status);
  return running === undefined ? 'stopping' : `stopping: waits until ${clockTime(stoppingUntil)} for ${running}`;
}

/** How a monitor stands, in a few words; `undefined` for the active one, which is what one expects. */
export function standingText({ standing }: Status): string | undefined {
  switch (standing?.kind) {
    case undefined:
    case 'active':
      return undefined;
    case 'standby':
      return `stands by: the active monitor is ${standing.leader ?? 'not known'}`;
    case 'unknown':
      return `waits: which monitor is the active one is not known${standing.reason === undefined ? '' : ` (${standing.reason})`}`;
  }
}

/** The whole state in one line: `head 72066, 3 failing, 1 given up, Abacos down since 14:03:10`. It may stand there for long. */
export function statusLine(status: Status): string {
  const standing = standingText(status);
  const stopping = stoppingText(status);
  const refused = status.configurationRefused;
  const unchecked = uncheckedText(status);
  const parts = [
    ...(stopping === undefined ? [] : [stopping]),
    ...(refused === undefined ? [] : [`the configuration on disk is refused: ${refused}`]),
    ...(standing === undefined ? [] : [standing]),
    ...(unchecked === undefined ? [] : [unchecked]),
    ...(status.dryRun ? ['dry run'] : []),
    `head ${status.head}`,
    `${status.failing} failing`,
    `${status.givenUp} given up`,
    ...(status.undated === undefined ? [] : [`${status.undated} without a date`]),
  ];
  if (status.backlog !== undefined) {
    parts.push(
      `${counted(status.backlog.ordersLeft, 'order')} left, about ${duration(status.backlog.timeLeftMs)} to go`,
    );
  }
  if (status.rewind !== undefined) parts.push(`rewind at ${status.rewind.next} of ${status.rewind.through}`);
  for (const [dependency, state] of dependenciesOf(status)) {
    if (isMissed(status, dependency)) parts.push(`${DEPENDENCY_NAMES[dependency]} not asked yet`);
    if (state.state !== 'down') continue;
    const how = dependency === 'repairs' ? 'held' : 'down';
    parts.push(`${DEPENDENCY_NAMES[dependency]} ${how} since ${clockTime(state.since)}`);
  }
  const wait = repairWaitText(status);
  if (wait !== undefined && status.dependencies.repairs.state === 'up') parts.push(`repairs: ${wait.what}`);
  return parts.join(', ');
}

/** Whether a dependency should have been asked by now, and was not. A dry run has no use for the integration server. */
function isMissed({ checking, dependencies, dryRun }: Status, dependency: Dependency): boolean {
  const isUsed = !(dryRun && dependency === 'integration-server');
  return dependencies[dependency].state === 'not-asked' && isUsed && checking?.state === 'current';
}

/** What repairs wait for although everything works: how many and until when, and why. */
export function repairWaitText({ repairsWait }: Status): { readonly what: string; readonly why: string } | undefined {
  if (repairsWait === undefined) return undefined;
  const { orders, until, why } = repairsWait;
  const count = counted(orders, 'order');
  const verb = orders === 1 ? 'waits' : 'wait';
  return { what: `${count} ${verb} until ${localTime(Date.parse(until)).slice(11, 16)} or longer`, why: WAITING[why] };
}

export function dependenciesOf({ dependencies }: Status): readonly (readonly [Dependency, DependencyStatus])[] {
  return [
    ['shop', dependencies.shop],
    ['abacos', dependencies.abacos],
    ['integration-server', dependencies['integration-server']],
    ['repairs', dependencies.repairs],
  ];
}
