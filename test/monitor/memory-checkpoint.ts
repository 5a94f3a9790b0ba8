/** A checkpoint in memory. */
import type { Ledger, LedgerEntry } from '../../src/core/ledger.ts';
import type { OrderId } from '../../src/core/order.ts';
import { isDismissed, type OrderRecord } from '../../src/core/record.ts';
import { epochOf } from '../../src/core/stamp.ts';
import { WatchedOrderList } from '../../src/core/watched-orders.ts';
import type { Checkpoint } from '../../src/monitor/ports.ts';

/** The disk: what survives when a monitor is replaced by another. */
export class MemoryCheckpoint implements Checkpoint, Ledger {
  readonly lines: LedgerEntry[] = [];
  readonly open = new Map<OrderId, OrderRecord>();
  readonly watched = new WatchedOrderList();
  readonly records = new Map<OrderId, OrderRecord>();
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

  get dismissed(): number {
    return [...this.open.values()].filter(isDismissed).length;
  }

  get ledger(): Ledger {
    return this;
  }

  has(id: OrderId): boolean {
    return this.records.has(id);
  }

  newestInErp(): readonly OrderId[] {
    return [...this.records.values()]
      .filter(({ verdict }) => verdict.status === 'SUCCESS')
      .sort((a, b) => epochOf(b.updatedAt) - epochOf(a.updatedAt) || b.orderId - a.orderId)
      .map(({ orderId: id }) => id);
  }

  passedBefore(epochMs: number): OrderId {
    let floor = this.start;
    for (const { orderId: id, createdAt } of this.records.values()) {
      if (id > floor && epochOf(createdAt) < epochMs) floor = id;
    }
    return floor;
  }

  async record(entries: readonly LedgerEntry[]): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    for (const entry of entries) this.#apply(entry);
  }

  async compactIfWorthwhile(): Promise<void> {
    await Promise.resolve();
  }

  #apply(entry: LedgerEntry): void {
    const { record, head } = entry;
    this.lines.push(entry);
    this.records.set(record.orderId, record);
    this.openChanges += 1;
    if (record.verdict.status === 'FAILED') this.open.set(record.orderId, record);
    else this.open.delete(record.orderId);
    this.watched.delete(record.orderId);
    if (record.verdict.reason === 'AWAITING_PAYMENT') this.watched.add(record.orderId, epochOf(record.createdAt));
    if (head) this.head = record.orderId;
    this.lastRecordedAt = Math.max(this.lastRecordedAt, epochOf(record.createdAt));
  }
}
