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

export interface WitnessOptions {
  readonly host: string;
  readonly maxAttempts: number;
  /** The first order on record, which is the head. */
  readonly start: OrderRecord;
  readonly object: (what: string) => void;
}

export class Witness {
  /** The newest record of each order that was said to be on the disk. */
  readonly durable = new Map<OrderId, OrderRecord>();
  readonly #options: WitnessOptions;
  /** What was to be recorded, and may be on the disk or not. */
  #pending: LedgerEntry[] = [];
  #head: OrderId;
  /** Commands of each order since it had its attempts, anew or for the first time. */
  readonly #commands = new Map<OrderId, number>();
  /** What this process was told. */
  #rows = new Map<OrderId, ShopOrder>();
  #answers = new Map<string, Answer>();
  #paid = new Set<string>();
  #new: readonly ShopOrder[] = [];
  #worked = new Map<Dependency, boolean>();

  constructor(options: WitnessOptions) {
    this.#options = options;
    const { start } = options;
    this.#head = start.orderId;
    this.durable.set(start.orderId, start);
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
    this.#worked = new Map();
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

  toldByAbacos(answers: ReadonlyMap<OrderNumber, Answer>): void {
    for (const [number, answer] of answers) this.#answers.set(number, answer);
  }

  called(dependency: Dependency, what: 'worked' | 'failed'): void {
    this.#worked.set(dependency, what === 'worked');
  }

  recording(entries: readonly LedgerEntry[]): void {
    this.#pending.push(...entries);
    for (const { record } of entries) {
      const { attempts, orderId: id, verdict } = record;
      if (attempts > this.#options.maxAttempts + 1 && verdict.status === 'FAILED') {
        this.#object(`order ${id} is on record with ${attempts} attempts`);
      }
      if (verdict.status === 'SUCCESS') this.#assertAbacosSaidSo(id);
      if (this.durable.get(id)?.verdict.status !== 'FAILED') this.#commands.delete(id);
    }
  }

  recorded(entries: readonly LedgerEntry[], ledger: Ledger): void {
    for (const { record } of entries) {
      const { orderId: id } = record;
      this.durable.set(id, record);
      if (record.verdict.status === 'FAILED' ? ledger.open.get(id) === undefined : ledger.open.has(id)) {
        this.#object(`the ledger does not show ${brief(record)} of order ${id}`);
      }
    }
    for (const { record, head } of entries) if (head) this.#headMoved(record.orderId);
    this.#pending = this.#pending.filter((one) => !entries.includes(one));
    if (ledger.head !== this.#head) this.#object(`the ledger shows the head at ${ledger.head}, not at ${this.#head}`);
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
    const said = this.#answers.get(number)?.kind;
    if (said !== (task === 'insert_order' ? 'missing' : 'exists')) {
      this.#object(`${task} is run for order ${number}, and Abacos had said: ${said ?? 'nothing'}`);
    }
    const count = (this.#commands.get(row.id) ?? 0) + 1;
    if (count > record.attempts || record.attempts > this.#options.maxAttempts) {
      this.#object(
        `${task} is run for order ${number} as command ${count}, with ${record.attempts} attempts on record`,
      );
    }
    this.#commands.set(row.id, count);
    return () => this.#commands.set(row.id, (this.#commands.get(row.id) ?? 1) - 1);
  }

  heard(number: OrderNumber, task: Task, outcome: CommandOutcome): void {
    const ended = outcome.kind === 'exited' || outcome.kind === 'killed';
    if (ended) this.called('integration-server', 'worked');
    if (outcome.kind === 'not-started') this.called('integration-server', 'failed');
    if (outcome.kind === 'exited' && outcome.status === 0 && task === 'confirm_payment') this.#paid.add(number);
  }

  reported(event: Event): void {
    switch (event.kind) {
      case 'retry':
        this.#commands.delete(event.orderId);
        this.#assertOnRecord(event.kind, event.record);
        return;
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
        // The integration server is judged by what became of its commands, too.
        const disagrees = this.#worked.get(dependency) === (kind === 'down');
        if (disagrees && dependency !== 'integration-server') this.#object(`${dependency} is ${kind}, and is not`);
        return;
      }
      case 'backlog':
      case 'command-ended':
      case 'command-started':
      case 'cycle':
      case 'retry-many':
      case 'rewind':
      case 'row-gone':
      case 'run-now':
      case 'standing':
      case 'went-back':
        return;
    }
  }

  #assertOnRecord(kind: string, record: OrderRecord): void {
    const durable = this.durable.get(record.orderId);
    if (durable !== undefined && isSame(durable, record)) return;
    const known = durable === undefined ? 'none' : brief(durable);
    this.#object(`${kind} of order ${record.orderId} says ${brief(record)}, and on record is ${known}`);
  }

  #assertAbacosSaidSo(id: OrderId): void {
    const row = this.#rows.get(id);
    const number = row?.number ?? '';
    const answer = this.#answers.get(number);
    if (row === undefined || answer?.kind !== 'exists') {
      this.#object(`SUCCESS of order ${id} without Abacos having said so: ${answer?.kind ?? 'not asked'}`);
      return;
    }
    const isPending =
      answer.status === 'in-progress' &&
      row.state === 'authorized' &&
      (row.payment === 'none' || (row.payment === 'untracked' && !this.#paid.has(number)));
    if (isPending) this.#object(`SUCCESS of order ${id}, whose payment is pending`);
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
