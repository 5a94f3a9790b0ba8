/** What the service remembers of past events: the history on the disk, and why orders are open. */
import { systemClock } from '../adapters/clock.ts';
import type { AlertReport } from '../alerts/index.ts';
import type { OrderReason } from '../control/status.ts';
import { isRoutine, type Event } from '../core/event.ts';
import type { OrderId } from '../core/order.ts';
import { History, since, type HistoryEntry } from '../history/index.ts';
import type { Log } from '../systemd/log.ts';
import { GoneRows } from './gone-rows.ts';
import { ReasonBoard } from './reason-board.ts';

export interface MemoryOptions {
  readonly stateDirectory: string;
  /** What the history may take on the disk. */
  readonly limitBytes: () => number;
  readonly isOpen: (id: OrderId) => boolean;
  /** A dry run writes nothing. */
  readonly dryRun: boolean;
  readonly log: Log;
}

/** Time allowed to flush the history at shutdown. */
const CLOSING_MS = 5000;

/** Takes each event for both; {@link Memory.recall} reads back what earlier processes wrote. */
export class Memory {
  readonly #options: MemoryOptions;
  readonly #history: History | undefined;
  readonly #reasons: ReasonBoard;
  readonly goneRows = new GoneRows();

  constructor(options: MemoryOptions) {
    const { dryRun, isOpen, limitBytes, log, stateDirectory } = options;
    this.#options = options;
    this.#reasons = new ReasonBoard(isOpen);
    const report = (message: string): void => {
      log.warn(message, { event: 'history' });
    };
    this.#history = dryRun ? undefined : new History({ stateDirectory, limitBytes, clock: systemClock, report });
  }

  take(event: Event): void {
    if (this.goneRows.take(event) && event.kind === 'row-found') this.#history?.append({ ...event, again: true });
    if (event.kind === 'row-found' && isRoutine(event)) return;
    this.#history?.append(event);
    this.#reasons.take(event, systemClock.now());
  }

  /** Notes who was told what. What was held back is told later. */
  told({ kind, decision, channel, subject, orders }: AlertReport): void {
    if (decision === 'sent' && channel !== undefined)
      this.#history?.append({ kind: 'alert', alert: kind, channel, subject, orders });
  }

  reasons(): OrderReason[] {
    return this.#reasons.reasons();
  }

  /**
   * Goes through what earlier processes left, beside the work of this one: the
   * checkpoint's columns do not say why orders are open, nor what the page plots.
   */
  async recall(also: { recall(entry: HistoryEntry): void }): Promise<void> {
    const startedAt = systemClock.now();
    try {
      for await (const entry of since(this.#options.stateDirectory, 0)) {
        if (entry.at >= startedAt) break;
        this.#reasons.recall(entry, entry.at);
        this.goneRows.recall(entry);
        also.recall(entry);
      }
    } catch (error) {
      const message = 'The history could not be read: why older orders are open is not known';
      this.#options.log.warn(message, { event: 'history', error });
    }
    for (const found of this.goneRows.recalled()) this.#history?.append({ ...found, again: true });
  }

  async close(): Promise<void> {
    await this.#history?.close(CLOSING_MS);
  }
}
