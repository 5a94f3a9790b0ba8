import type { Ledger, LedgerEntry } from '../../src/core/ledger.ts';
import { orderId, type OrderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { epochOf } from '../../src/core/stamp.ts';
import type { Checkpoint } from '../../src/monitor/ports.ts';

/** The disk: what survives when a monitor is replaced by another. */
export class MemoryCheckpoint implements Checkpoint, Ledger {
  readonly lines: LedgerEntry[] = [];
  readonly open = new Map<OrderId, OrderRecord>();
  readonly records = new Map<OrderId, OrderRecord>();
  /** Settled, and behind a head that went back. */
  readonly #forgotten = new Set<OrderId>();
  readonly start: OrderId;
  openChanges = 0;
  failure: Error | undefined;
  head: OrderId;
  lastRecordedAt: number;

  constructor(start: OrderRecord) {
    this.start = start.orderId;
    this.head = start.orderId;
    this.lastRecordedAt = epochOf(start.createdAt);
    this.#apply({ record: start, head: true });
  }

  get ledger(): Ledger {
    return this;
  }

  has(id: OrderId): boolean {
    return this.records.has(id) && !this.#forgotten.has(id);
  }

  recordedThrough(id: OrderId): OrderId {
    return orderId(Math.max(...[...this.records.keys()].filter((one) => one <= id && this.has(one)), this.start));
  }

  passedBefore(epochMs: number): OrderId {
    let floor = this.start;
    for (const { record } of this.lines) {
      const { orderId: id, createdAt } = record;
      if (id > floor && this.has(id) && epochOf(createdAt) < epochMs) floor = id;
    }
    return floor;
  }

  async record(entries: readonly LedgerEntry[]): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    for (const entry of entries) this.#apply(entry);
  }

  async tidyIfWorthwhile(): Promise<void> {
    await Promise.resolve();
  }

  #apply(entry: LedgerEntry): void {
    const { record, head } = entry;
    this.lines.push(entry);
    this.records.set(record.orderId, record);
    this.#forgotten.delete(record.orderId);
    this.openChanges += 1;
    if (record.verdict.status === 'FAILED') this.open.set(record.orderId, record);
    else this.open.delete(record.orderId);
    if (head) {
      this.head = record.orderId;
      const settled = [...this.records.keys()].filter((id) => id > this.head && !this.open.has(id));
      for (const id of settled) this.#forgotten.add(id);
    }
    this.lastRecordedAt = Math.max(this.lastRecordedAt, epochOf(record.createdAt));
  }
}
