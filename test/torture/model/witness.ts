/**
 * Sees all that one host is told, records, runs and tells people, and objects
 * to whatever must never be. It knows the rules and nothing of how the program
 * keeps them.
 */
import type { Answer } from '../../../src/core/answer.ts';
import type { CommandOutcome, Task } from '../../../src/core/command.ts';
import type { Event } from '../../../src/core/event.ts';
import type { Ledger, LedgerEntry } from '../../../src/core/ledger.ts';
import { orderId, type OrderId, type OrderNumber, type ShopOrder } from '../../../src/core/order.ts';
import type { Dependency } from '../../../src/core/outage.ts';
import type { OrderRecord } from '../../../src/core/record.ts';
import type { Success } from '../../../src/core/verdict.ts';
import { DismissalWitness } from './dismissal-witness.ts';
import { RepairWitness, type Again, type Truth } from './repair-witness.ts';
import { MINUTE } from './script.ts';

export interface WitnessOptions {
  readonly host: string;
  readonly maxAttempts: number;
  /** The first order on record, which is the head. */
  readonly start: OrderRecord;
  readonly truth: Truth;
  readonly isPermanent: (outcome: CommandOutcome) => boolean;
  readonly object: (what: string) => void;
}

/** When a call to a dependency last worked or failed, as far as it was not said since that it is down or up. */
interface Calls {
  worked: number;
  failed: number;
}

/** A call that failed longer ago makes nothing down. It may have stood still before it could be told. */
const OLD_NEWS_MS = 45 * MINUTE;

export class Witness {
  /** The newest record of each order that was said to be on the disk. */
  readonly durable = new Map<OrderId, OrderRecord>();
  readonly repairs: RepairWitness;
  readonly dismissals: DismissalWitness;
  /** Ids that the shop was seen to have no orders of any more: whatever gets one again is to be asked about. */
  readonly gaps: Again[] = [];
  /** Numbers for which a command was counted. */
  readonly tried = new Set<string>();
  #hasGap = false;
  readonly #options: WitnessOptions;
  /** What was to be recorded, and may be on the disk or not. */
  #pending: LedgerEntry[] = [];
  #head: OrderId;
  /** Commands of each order since it had its attempts, anew or for the first time, without those that it got back. */
  readonly #commands = new Map<OrderId, number>();
  /** Orders that a person wants tried again. */
  readonly #retried = new Set<OrderId>();
  /** Orders that were retried since an attempt was last counted for them: that command is one of those before. */
  readonly #retriedSince = new Set<OrderId>();
  /** What this process was told. */
  #rows = new Map<OrderId, ShopOrder>();
  #answers = new Map<string, Answer>();
  /** Numbers whose last answer is that of an Abacos that denies all. */
  #onDenial = new Set<string>();
  #paid = new Set<string>();
  #new: readonly ShopOrder[] = [];
  #calls = new Map<Dependency, Calls>();
  /** Commands that were not started, and whose attempt is still to be taken back. */
  #notStarted = new Map<OrderId, number>();

  constructor(options: WitnessOptions) {
    this.#options = options;
    const { host, object, start, truth } = options;
    this.repairs = new RepairWitness({ host, object, truth });
    this.dismissals = new DismissalWitness({
      object: (what) => {
        this.#object(what);
      },
      truth,
    });
    this.#head = start.orderId;
    this.durable.set(start.orderId, start);
  }

  get host(): string {
    return this.#options.host;
  }

  get head(): OrderId {
    return this.#head;
  }

  /** A process has read the disk. No verdict that was acted on or reported may be gone. */
  opened(ledger: Ledger, records: readonly OrderRecord[]): void {
    this.#rows = new Map();
    this.#answers = new Map();
    this.#paid = new Set();
    this.#new = [];
    this.#onDenial = new Set();
    this.#calls = new Map();
    this.#notStarted = new Map();
    this.#hasGap = false;
    this.repairs.opened();
    const found = new Map(records.map((record) => [record.orderId, record]));
    for (const [id, durable] of this.durable) {
      const record = found.get(id);
      if (record === undefined) this.#object(`order ${id} was on record (${brief(durable)}), and is no longer`);
      else if (![durable, ...this.#pendingOf(id)].some((one) => isSame(one, record))) {
        this.#object(`order ${id} was on record as ${brief(durable)}, and is as ${brief(record)} now`);
      }
    }
    for (const record of records) {
      const { orderId: id } = record;
      if (!this.durable.has(id) && this.#pendingOf(id).length === 0) this.#object(`nobody has recorded order ${id}`);
      if (record.attempts === 0) this.#commands.delete(id);
      this.durable.set(id, record);
    }
    const heads = [this.#head, ...this.#pending.filter(({ head }) => head).map(({ record }) => record.orderId)];
    if (!heads.includes(ledger.head)) this.#object(`the head was ${this.#head}, and is ${ledger.head} after a start`);
    this.#head = ledger.head;
    this.#pending = [];
  }

  toldOfRows(rows: readonly ShopOrder[]): void {
    for (const row of rows) this.#rows.set(row.id, row);
  }

  /** All the orders that were new when it asked, also those for which its page had no room. */
  toldOfNew(rows: readonly ShopOrder[]): void {
    this.#new = rows;
  }

  toldByAbacos(answers: ReadonlyMap<OrderNumber, Answer>, { denies }: { readonly denies: boolean }): void {
    if (!denies) this.repairs.denialOver();
    for (const [number, answer] of answers) {
      this.#answers.set(number, answer);
      if (denies) this.#onDenial.add(number);
      else this.#onDenial.delete(number);
      if (answer.kind === 'missing') this.repairs.toldMissing(number);
    }
  }

  called(dependency: Dependency, what: 'worked' | 'failed'): void {
    this.#callsOf(dependency)[what] = this.#options.truth.now();
    if (dependency === 'abacos' && what === 'failed') this.repairs.abacosFailed();
  }

  /** An operator is about to have an order tried again. */
  retried(id: OrderId): void {
    this.#retried.add(id);
  }

  /** It was not open. */
  notRetried(id: OrderId): void {
    this.#retried.delete(id);
  }

  recording(entries: readonly LedgerEntry[]): void {
    this.#pending.push(...entries);
    const gotBack: OrderId[] = [];
    for (const { record } of entries) {
      const { attempts, orderId: id, verdict } = record;
      if (attempts > this.#options.maxAttempts + 1 && verdict.status === 'FAILED') {
        this.#object(`order ${id} is on record with ${attempts} attempts`);
      }
      const before = this.durable.get(id);
      this.dismissals.recorded(before, record, { wasRetried: this.#retried.has(record.orderId), head: this.#head });
      if (verdict.status === 'SUCCESS' && !this.#isWatchOver(before, verdict)) this.#assertAbacosSaidSo(id, verdict);
      if (verdict.reason === 'PAYMENT_PENDING' && before?.verdict.reason !== 'PAYMENT_PENDING') {
        this.repairs.pending(this.#rows.get(id)?.number ?? '');
      }
      if (attempts > (before?.attempts ?? 0)) {
        this.#retriedSince.delete(id);
        if (attempts <= this.#options.maxAttempts) this.tried.add(this.#rows.get(id)?.number ?? '');
      }
      // A dismissal has made them as many as there are; what is left of them are commands in doubt.
      const left = before?.verdict.reason === 'DISMISSED' ? 0 : attempts;
      if (before?.verdict.status !== 'FAILED') this.#commands.delete(id);
      else if (attempts < before.attempts && this.#attemptsBack(id, before.attempts - attempts, left)) {
        gotBack.push(id);
      }
    }
    this.repairs.gaveBack(gotBack);
  }

  /** Attempts of commands that were not started are taken back. @returns whether any others are given back, for an outage */
  #attemptsBack(id: OrderId, back: number, left: number): boolean {
    const notStarted = Math.min(back, this.#notStarted.get(id) ?? 0);
    this.#notStarted.set(id, (this.#notStarted.get(id) ?? 0) - notStarted);
    const givenBack = back - notStarted;
    const isAnother = id > (this.#options.truth.newestLeft(this.#head) ?? Infinity);
    if (left === 0 && (this.#retried.delete(id) || isAnother)) {
      this.#commands.delete(id);
      this.repairs.forget(id, this.#rows.get(id)?.number ?? '');
      return false;
    }
    this.#commands.set(id, Math.max(0, (this.#commands.get(id) ?? 0) - givenBack));
    return givenBack > 0;
  }

  recorded(entries: readonly LedgerEntry[], ledger: Ledger): void {
    for (const { record } of entries) {
      const { orderId: id } = record;
      const before = this.durable.get(id);
      this.durable.set(id, record);
      this.#noteProgress(before, record);
      if (record.verdict.status === 'FAILED' ? ledger.open.get(id) === undefined : ledger.open.has(id)) {
        this.#object(`the ledger does not show ${brief(record)} of order ${id}`);
      }
    }
    for (const { record, head } of entries) if (head) this.#headMoved(record.orderId);
    this.#pending = this.#pending.filter((one) => !entries.includes(one));
    if (ledger.head !== this.#head) this.#object(`the ledger shows the head at ${ledger.head}, not at ${this.#head}`);
  }

  #noteProgress(before: OrderRecord | undefined, { orderId: id, verdict }: OrderRecord): void {
    if (before?.verdict.status !== 'FAILED') return;
    const wasMissing = before.verdict.reason === 'NOT_FOUND';
    const isFurther = verdict.status === 'SUCCESS' || (verdict.reason === 'PAYMENT_PENDING' && wasMissing);
    if (isFurther) this.repairs.progressed(before, this.#rows.get(id)?.number ?? '');
  }

  /** A command is sent. @returns what takes it back, when nothing was started */
  ran(task: Task, number: OrderNumber): () => void {
    const row = [...this.#rows.values()].find((one) => one.number === number);
    const record = row === undefined ? undefined : this.durable.get(row.id);
    const reason = task === 'insert_order' ? 'NOT_FOUND' : 'PAYMENT_PENDING';
    if (row === undefined || record?.verdict.reason !== reason) {
      this.#object(
        `${task} is run for order ${number}, whose record is ${record === undefined ? 'none' : brief(record)}`,
      );
      return () => undefined;
    }
    if (row.age === 'undated') this.#object(`${task} is run for order ${number}, which has no date`);
    const said = this.#answers.get(number)?.kind;
    if (said !== (task === 'insert_order' ? 'missing' : 'exists')) {
      this.#object(`${task} is run for order ${number}, and Abacos had said: ${said ?? 'nothing'}`);
    }
    const count = (this.#commands.get(row.id) ?? 0) + (this.#retriedSince.has(row.id) ? 0 : 1);
    if (count > record.attempts || record.attempts > this.#options.maxAttempts) {
      this.#object(
        `${task} is run for order ${number} as command ${count}, with ${record.attempts} attempts on record`,
      );
    }
    this.#commands.set(row.id, count);
    const takeBack = this.repairs.ran({
      id: row.id,
      number,
      task,
      onDenial: this.#onDenial.has(number),
      hasSettled: this.#hasSettled(),
    });
    return () => {
      this.#commands.set(row.id, (this.#commands.get(row.id) ?? 1) - 1);
      this.#notStarted.set(row.id, (this.#notStarted.get(row.id) ?? 0) + 1);
      takeBack();
    };
  }

  #hasSettled(): boolean {
    return [...this.durable.values()].some(
      ({ orderId: id, verdict }) => verdict.status === 'SUCCESS' && this.#options.truth.canVouch(id),
    );
  }

  #callsOf(dependency: Dependency): Calls {
    const known = this.#calls.get(dependency) ?? { worked: -Infinity, failed: -Infinity };
    this.#calls.set(dependency, known);
    return known;
  }

  heard(number: OrderNumber, task: Task, outcome: CommandOutcome): void {
    const ended = outcome.kind === 'exited' || outcome.kind === 'killed';
    if (ended) this.called('integration-server', 'worked');
    if (outcome.kind === 'not-started') this.called('integration-server', 'failed');
    if (outcome.kind === 'exited' && outcome.status === 0 && task === 'confirm_payment') this.#paid.add(number);
    const isPermanent = this.#options.isPermanent(outcome);
    const id = [...this.#rows.values()].find((row) => row.number === number)?.id;
    if (id === undefined) return;
    this.repairs.heard({ id, number }, outcome, { isPermanent });
    if (isPermanent) this.repairs.forget(id, number);
  }

  reported(event: Event): void {
    if (event.kind === 'dismissed') this.repairs.leave(this.#rows.get(event.orderId)?.number ?? '');
    switch (event.kind) {
      case 'retry':
        this.#retried.delete(event.orderId);
        this.#retriedSince.add(event.orderId);
        this.#commands.delete(event.orderId);
        this.#assertOnRecord(event.kind, event.record);
        return;
      case 'dismissed':
      case 'verdict':
      case 'given-up':
      case 'repaired':
      case 'not-repaired':
        this.#assertOnRecord(event.kind, event.record);
        if (event.kind === 'given-up' && event.record.attempts <= this.#options.maxAttempts) {
          this.#object(`order ${event.orderId} is given up with attempts left`);
        }
        return;
      case 'up':
      case 'down': {
        const { dependency, kind } = event;
        const calls = this.#callsOf(dependency);
        // The integration server is judged by what became of its commands, and repairs are by what Abacos denies, too.
        const isJudged = dependency === 'shop' || dependency === 'abacos';
        const seenAt = calls[kind === 'up' ? 'worked' : 'failed'];
        const isSo = this.#options.truth.now() - seenAt <= OLD_NEWS_MS;
        if (isJudged && !isSo) this.#object(`${dependency} is ${kind}, and is not`);
        calls[kind === 'up' ? 'failed' : 'worked'] = -Infinity;
        return;
      }
      case 'cycle':
        if (event.report.whole) this.#lookForGap();
        return;
      case 'backlog':
      case 'command-ended':
      case 'command-started':
      case 'lag-learned':
      case 'repairs-wait':
      case 'retry-many':
      case 'rewind':
      case 'row-found':
      case 'row-gone':
      case 'run-now':
      case 'standing':
      case 'strange-ids':
      case 'undated':
      case 'went-back':
        return;
    }
  }

  /** A gap that opens while a cycle runs is for the next one to notice. */
  #lookForGap(): void {
    const { now, newestLeft } = this.#options.truth;
    const newest = newestLeft(this.#head);
    if (newest !== undefined && this.#hasGap) {
      this.gaps.push({ from: orderId(newest + 1), through: this.#head, since: now() });
    }
    this.#hasGap = newest !== undefined;
  }

  #assertOnRecord(kind: string, record: OrderRecord): void {
    const durable = this.durable.get(record.orderId);
    if (durable !== undefined && isSame(durable, record)) return;
    const known = durable === undefined ? 'none' : brief(durable);
    this.#object(`${kind} of order ${record.orderId} says ${brief(record)}, and on record is ${known}`);
  }

  /** An order that Abacos had is settled by the shop's row alone, which says that no payment is waited for any more. */
  #isWatchOver(before: OrderRecord | undefined, { reason }: Success): boolean {
    const row = before === undefined ? undefined : this.#rows.get(before.orderId);
    if (reason !== 'OK' || before?.verdict.reason !== 'AWAITING_PAYMENT' || row === undefined) return false;
    return row.payment === 'acknowledged' || !['authorized', 'waiting_payment'].includes(row.state);
  }

  #assertAbacosSaidSo(id: OrderId, { reason }: Success): void {
    const row = this.#rows.get(id);
    const number = row?.number ?? '';
    const answer = this.#answers.get(number);
    if (row === undefined || answer?.kind !== 'exists') {
      this.#object(`SUCCESS of order ${id} without Abacos having said so: ${answer?.kind ?? 'not asked'}`);
      return;
    }
    const isUnconfirmed = answer.status === 'in-progress' && row.payment !== 'acknowledged';
    const isToCome = isUnconfirmed && row.state === 'waiting_payment';
    const isPaid = isUnconfirmed && row.state === 'authorized';
    // A command that ended well confirms a payment, and it is forgotten once its order is settled.
    const isPending = isPaid && !(row.payment === 'untracked' && this.#paid.has(number));
    const isWatched = reason === 'AWAITING_PAYMENT';
    if (isWatched ? !isToCome && !isPaid : isToCome || isPending) {
      this.#object(`SUCCESS ${reason} of order ${id}, paid: ${isPaid}, payment to come: ${isToCome}`);
    }
  }

  /** Nothing that it knew of is behind the head without a record. */
  #headMoved(id: OrderId): void {
    if (id < this.#head) this.#object(`the head moved back from ${this.#head} to ${id}`);
    this.#head = id;
    const passed = this.#new.filter((row) => row.id <= id && !this.durable.has(row.id));
    if (passed.length > 0)
      this.#object(`the head moved past order ${passed[0]?.id ?? orderId(0)}, which is not on record`);
  }

  #pendingOf(id: OrderId): OrderRecord[] {
    return this.#pending.filter(({ record }) => record.orderId === id).map(({ record }) => record);
  }

  #object(what: string): void {
    this.#options.object(`${this.#options.host}: ${what}`);
  }
}

export function brief({ verdict, attempts }: OrderRecord): string {
  return `${verdict.status} ${verdict.reason} ${attempts}`;
}

function isSame(one: OrderRecord, other: OrderRecord): boolean {
  return brief(one) === brief(other) && one.createdAt === other.createdAt && one.updatedAt === other.updatedAt;
}
