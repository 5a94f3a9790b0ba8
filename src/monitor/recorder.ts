/** What goes on record, one change at a time. */
import type { Ledger, LedgerEntry } from '../core/ledger.ts';
import { taskFor } from '../core/next.ts';
import type { OrderId } from '../core/order.ts';
import { isUndated, type OrderRecord } from '../core/record.ts';
import { stampOf, type Stamp } from '../core/stamp.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Checkpoint, Clock } from './ports.ts';

/** What is to be put on record of one order: the recorder knows the times. */
export type RecordChange = Pick<OrderRecord, 'orderId' | 'verdict' | 'attempts'>;

/** A disk that takes longer for a few lines hangs: systemd's watchdog then ends the service. */
export const RECORDING_DEADLINE_MS = 60_000;

/**
 * Writes changes to the checkpoint, one change at a time: what is recorded is
 * worked out from the ledger as it is when its turn comes, so that an operator's
 * retry and a running cycle never undo each other.
 */
export class Recorder {
  readonly #checkpoint: Checkpoint;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(checkpoint: Checkpoint, clock: Clock) {
    this.#checkpoint = checkpoint;
    this.#clock = clock;
  }

  /**
   * Records what `decide` makes of the ledger. Resolves once it is on the disk.
   *
   * @throws whatever the checkpoint throws: then nothing may be acted on any more
   */
  async change<T extends { readonly changes: readonly RecordChange[]; readonly newHead?: OrderId | undefined }>(
    decide: (ledger: Ledger) => T,
  ): Promise<T & { readonly records: readonly OrderRecord[] }> {
    const turn = this.#last.then(async () => {
      const { ledger } = this.#checkpoint;
      const decision = decide(ledger);
      const headId = decision.newHead ?? ledger.head;
      const at = stampOf(this.#clock.now());
      const entries = decision.changes.map((each) => entryOf(each, { ledger, headId, at }));
      if (entries.length > 0) await this.#checkpoint.record(entries);
      return { ...decision, records: entries.map(({ record }) => record) };
    });
    // A failure is the caller's to handle; the next change meets the checkpoint's own refusal.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function entryOf(
  { orderId, verdict, attempts }: RecordChange,
  { ledger, headId, at }: { ledger: Ledger; headId: OrderId; at: Stamp },
): LedgerEntry {
  const known = ledger.open.get(orderId);
  // What was a cart until now is an order from now on: it has not been missing all the while.
  const isAnew = known !== undefined && isUndated(known) && taskFor(verdict) !== undefined;
  const createdAt = isAnew ? at : (known?.createdAt ?? watchedSince(orderId, verdict, ledger) ?? at);
  return { record: { orderId, verdict, attempts, createdAt, updatedAt: at }, head: orderId === headId };
}

/** A watched order that fails does so from now on: people are told how long it has failed. */
function watchedSince(orderId: OrderId, { status }: Verdict, { watched }: Ledger): Stamp | undefined {
  const createdAtMs = status === 'SUCCESS' ? watched.createdAtMs(orderId) : undefined;
  return createdAtMs === undefined ? undefined : stampOf(createdAtMs);
}
