/**
 * A small harness for the monitor: a shop, an ERP, an integration server and a
 * disk, all in memory and on a virtual clock that jumps to the next thing that
 * is due. It is the monitor's behaviour that these tests are about; the real
 * parts are tested in their own rooms, and all together from outside.
 */
import type { Answer } from '../../src/core/answer.ts';
import type { CommandOutcome, Task } from '../../src/core/command.ts';
import type { Event } from '../../src/core/event.ts';
import { orderId, type OrderId, type OrderNumber, type PaymentEvidence, type ShopOrder } from '../../src/core/order.ts';
import { Outage, type KnownDowntime } from '../../src/core/outage.ts';
import { paymentPolicy } from '../../src/core/payments.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { RepairMemory } from '../../src/core/repair-memory.ts';
import type { Rewind } from '../../src/core/rewind.ts';
import { stampOf } from '../../src/core/stamp.ts';
import type { Role } from '../../src/core/role.ts';
import { failed, SUCCESS, type Verdict } from '../../src/core/verdict.ts';
import type { Adapters, Signals } from '../../src/monitor/context.ts';
import { Monitor } from '../../src/monitor/monitor.ts';
import type { Erp, IntegrationServer, Orders, WatchedTask } from '../../src/monitor/ports.ts';

import { MemoryCheckpoint } from './memory-checkpoint.ts';
import { START, VirtualClock } from './virtual-clock.ts';

export { VirtualClock } from './virtual-clock.ts';

export const HOUR = 3_600_000;

/** Nobody looks whether a step hangs. */
export const UNWATCHED: WatchedTask = { step: () => undefined, beside: () => UNWATCHED, end: () => undefined };

export const POLICY: Policy = {
  maxAttempts: 4,
  pageSize: 5,
  maxOpenOrders: 1000,
  rewindRate: 5,
  runningCycleMs: 120_000,
  downtimeWaitMs: 30_000,
  settleMs: 1_800_000,
  lateWindowMs: 48 * HOUR,
  recheckGivenUpMs: HOUR,
  payments: paymentPolicy({
    paidStates: ['authorized'],
    unpaidStates: ['waiting_payment', 'under_review'],
    lookMs: 600_000,
    windowMs: 15 * 24 * HOUR,
  }),
  repairWaitMs: 120_000,
  maxNumbersPerCall: 50,
  maxParallelCalls: 2,
  maxParallelRepairs: 2,
  permanentErrors: [/produto não cadastrado/i],
  shopDeadlineMs: 60_000,
  connectDeadlineMs: 30_000,
  commandDeadlineMs: 700_000,
  callDeadlineMs: 70_000,
};

interface Row {
  id: OrderId;
  number: string | null;
  state: string;
  payment: PaymentEvidence;
  placedAt: number;
  /** It has no usable date, whatever `placedAt` says. */
  undated: boolean;
  /** When the shop noted that Abacos took it. */
  sentAt?: number;
  visible: boolean;
}

export interface Command {
  readonly task: Task;
  readonly number: string;
  readonly waitMs: number;
  readonly at: number;
}

const OUTCOME = { durationMs: 9000, output: [] };
export const EXIT_0: CommandOutcome = { kind: 'exited', status: 0, ...OUTCOME };
export const EXIT_1: CommandOutcome = { kind: 'exited', status: 1, durationMs: 9000, output: ['rake aborted!'] };

export class Harness {
  readonly clock = new VirtualClock();
  readonly rows = new Map<OrderId, Row>();
  readonly erp = new Map<string, Answer>();
  readonly commands: Command[] = [];
  readonly asked: (readonly string[])[] = [];
  readonly connects: number[] = [];
  /** How often the orders past the head were counted. */
  counts = 0;
  readonly events: Event[] = [];
  readonly inserts = new Map<string, number>();
  /** The first and the last id that can not be on record. */
  strangeIds: readonly string[] = [];
  policy: Policy = POLICY;
  shopDown = false;
  /** How far the clock of the shop's database is ahead of the monitor's. */
  shopClockAheadMs = 0;
  abacosDown = false;
  serverDown = false;
  /** The calls after the first so many fail. */
  callsBeforeOutage = Infinity;
  /** Sees each call about numbers before it is answered, and may have it fail. */
  onCall: (numbers: readonly OrderNumber[]) => void = () => undefined;
  /** What Abacos says of an order. */
  answerTo: (number: OrderNumber) => Answer = (number) => this.erp.get(number) ?? { kind: 'missing' };
  /** How long a call to Abacos takes. */
  answerMs = 0;
  dryRun = false;
  /** Sees each event as it is reported. */
  onEvent: (event: Event) => void = () => undefined;
  /** What a command does; by default it inserts, takes nine seconds and ends with 0. */
  onCommand: (command: Command) => CommandOutcome = ({ task, number }) => {
    if (task === 'insert_order') this.insert(number);
    else this.acknowledgePayment(number);
    return EXIT_0;
  };
  /** Where the monitor says what it is at. */
  progress: WatchedTask = UNWATCHED;
  readonly stop = new AbortController();
  readonly abandon = new AbortController();
  checkpoint: MemoryCheckpoint;

  constructor() {
    const at = stampOf(this.clock.now() - 72 * HOUR);
    const verdict: Verdict = { status: 'SUCCESS', reason: 'OK' };
    this.checkpoint = new MemoryCheckpoint({
      orderId: orderId(100),
      verdict,
      attempts: 0,
      createdAt: at,
      updatedAt: at,
    });
    // It speaks for Abacos when many others are missing.
    this.place(100);
  }

  /** An order that is settled, paid for and present in Abacos, unless said otherwise. */
  place(id: number, changes: Partial<Omit<Row, 'id'>> & { inAbacos?: boolean } = {}): string {
    const number = changes.number === undefined ? String(1_000_000 + id) : changes.number;
    this.rows.set(orderId(id), {
      id: orderId(id),
      state: 'authorized',
      payment: 'acknowledged',
      placedAt: this.clock.now() - 2 * HOUR,
      undated: false,
      visible: true,
      ...changes,
      number,
    });
    if (number !== null && changes.inAbacos !== false) this.erp.set(number, { kind: 'exists', status: 'in-progress' });
    return number ?? '';
  }

  row(id: number): Row {
    const row = this.rows.get(orderId(id));
    if (row === undefined) throw new Error(`There is no row ${id}`);
    return row;
  }

  insert(number: string): void {
    this.inserts.set(number, (this.inserts.get(number) ?? 0) + 1);
    this.erp.set(number, { kind: 'exists', status: 'in-progress' });
  }

  acknowledgePayment(number: string): void {
    for (const row of this.rows.values()) if (row.number === number) row.payment = 'acknowledged';
  }

  rewind: Rewind | undefined;
  /** What repairs wait for, on the disk. Abacos was seen up all the time until now. */
  repairs: RepairMemory | undefined = {
    up: [{ from: START - 72 * HOUR, to: START }],
    pending: [],
    lags: {},
    paid: [],
    out: false,
    turnedUpAt: null,
  };
  /** Whether this is the active monitor. */
  readonly election: { role: Role; leads: () => boolean } = {
    role: { kind: 'active' },
    leads: () => this.election.role.kind === 'active',
  };

  /** A monitor as a new process would be: it knows what is on the disk. */
  monitor(downtimes: readonly KnownDowntime[] = []): Monitor {
    return new Monitor({
      downtimes,
      checkpoint: this.checkpoint,
      clock: this.clock,
      election: this.election,
      progress: this.progress,
      rewinds: {
        found: this.rewind,
        keep: async (rewind) => {
          await Promise.resolve();
          this.rewind = rewind;
        },
      },
      repairs: {
        found: this.repairs,
        keep: async (memory) => {
          await Promise.resolve();
          this.repairs = memory;
        },
      },
      report: (event) => {
        this.events.push(event);
        this.onEvent(event);
      },
    });
  }

  orders = this.#orders();
  readonly #abacos = this.#erp();

  adapters = (): Adapters => ({
    orders: this.orders,
    erp: this.#abacos,
    policy: this.policy,
    ...(this.dryRun ? {} : { server: this.#server() }),
  });

  get signals(): Signals {
    return { stop: this.stop.signal, abandon: this.abandon.signal };
  }

  /** Runs so many cycles, with a running cycle's pause after each. */
  async cycles(monitor: Monitor, count: number): Promise<void> {
    for (let cycle = 0; cycle < count; cycle += 1) {
      await monitor.cycle(this.adapters(), this.signals);
      this.clock.skip(this.policy.runningCycleMs);
    }
  }

  /** What the checkpoint says of an order: `FAILED NOT_FOUND 1`, or `none`. */
  onRecord(id: number): string {
    const record = this.checkpoint.records.get(orderId(id));
    return record === undefined ? 'none' : `${record.verdict.status} ${record.verdict.reason} ${record.attempts}`;
  }

  /** Puts an order on record as failed, as an earlier process may have left it. */
  async leaveOpen(id: number, attempts: number, reason: 'NOT_FOUND' | 'PAYMENT_PENDING' = 'NOT_FOUND'): Promise<void> {
    const at = stampOf(this.clock.now() - HOUR);
    const record = { orderId: orderId(id), verdict: failed(reason), attempts, createdAt: at, updatedAt: at };
    await this.checkpoint.record([{ record, head: id > this.checkpoint.head }]);
  }

  /** Puts an order on record as settled, as an older order-monit left one whose payment was still to come. */
  async leaveSettled(id: number): Promise<void> {
    const at = stampOf(this.clock.now() - HOUR);
    const record = { orderId: orderId(id), verdict: SUCCESS, attempts: 1, createdAt: at, updatedAt: at };
    await this.checkpoint.record([{ record, head: id > this.checkpoint.head }]);
  }

  kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }

  #orders(): Orders {
    const rows = async (keep: (row: Row) => boolean): Promise<ShopOrder[]> => {
      await Promise.resolve();
      if (this.shopDown) throw new Outage({ dependency: 'shop', reason: 'connection refused' });
      return [...this.rows.values()]
        .filter((row) => row.visible && keep(row))
        .sort((a, b) => a.id - b.id)
        .map(({ id, number, state, payment, placedAt, undated }) => {
          const isOld = this.clock.now() + this.shopClockAheadMs - placedAt >= this.policy.settleMs;
          return { id, number, state, payment, age: undated ? 'undated' : isOld ? 'due' : 'young' };
        });
    };
    const fresh = async (after: OrderId): Promise<ShopOrder[]> =>
      (await rows(({ id, number }) => id > after && number !== null)).filter(({ age }) => age === 'due');
    return {
      newOrders: async (after, limit) => (await fresh(after)).slice(0, limit),
      newOrdersLeft: async (after) => {
        this.counts += 1;
        const left = await fresh(after);
        const settledAt = left.map(({ id }) => this.row(id).placedAt + this.policy.settleMs);
        const longestWaitMs = left.length === 0 ? 0 : this.clock.now() - Math.min(...settledAt);
        return { orders: left.length, longestWaitMs };
      },
      undatedIds: async (after, limit) =>
        (await rows(({ id, number, undated }) => id > after && number !== null && undated))
          .slice(0, limit)
          .map(({ id }) => id),
      strangeIds: async () => Promise.resolve(this.strangeIds),
      newestDueId: async () => (await rows(() => true)).findLast(({ age }) => age === 'due')?.id ?? orderId(0),
      placedAt: async (id) => {
        const [row] = await rows((one) => one.id === id && !one.undated);
        return row === undefined ? undefined : String(this.row(id).placedAt);
      },
      idsInRange: async ({ after, through, limit }) =>
        (await rows(({ id }) => id > after && id <= through)).slice(0, limit).map(({ id }) => id),
      ordersById: (ids) => rows(({ id }) => ids.includes(id)),
      agesOf: async (ids) => {
        const found = await rows(({ id }) => ids.includes(id));
        return new Map(
          found.map(({ id }) => {
            const { placedAt, sentAt, undated } = this.row(id);
            const now = this.clock.now() + this.shopClockAheadMs;
            return [
              id,
              {
                placedMs: undated ? undefined : now - placedAt,
                sentMs: sentAt === undefined ? undefined : now - sentAt,
              },
            ];
          }),
        );
      },
    };
  }

  #erp(): Erp {
    return {
      call: async (numbers, signal) => {
        await Promise.resolve();
        this.asked.push(numbers);
        if (this.answerMs > 0) await this.clock.wait(this.answerMs, signal);
        this.onCall(numbers);
        this.callsBeforeOutage -= 1;
        if (this.abacosDown || this.callsBeforeOutage < 0)
          throw new Outage({ dependency: 'abacos', reason: 'connection refused' });
        return new Map(numbers.map((number) => [number, this.answerTo(number)]));
      },
      check: async () => {
        await Promise.resolve();
        if (this.abacosDown) throw new Outage({ dependency: 'abacos', reason: 'connection refused' });
      },
    };
  }

  #server(): IntegrationServer {
    return {
      connect: async () => {
        await Promise.resolve();
        this.connects.push(this.clock.monotonic());
        if (this.serverDown) throw new Outage({ dependency: 'integration-server', reason: 'connection refused' });
      },
      run: async ({ task, number, waitMs }, signal) => {
        const command = { task, number, waitMs, at: this.clock.monotonic() };
        this.commands.push(command);
        const outcome = this.onCommand(command);
        await this.clock.wait(outcome.durationMs, signal);
        return outcome;
      },
    };
  }
}
