/** The checkpoint of the running service: appends lines, syncs them, and compacts the file now and then. */
import type { Ledger, LedgerEntry, WorkingLedger } from '../core/ledger.ts';
import { isOrderId } from '../core/order.ts';
import { Moments } from '../core/stamp.ts';
import { isSettled } from '../core/verdict.ts';
import { errorCode, messageOf } from '../text/error.ts';

import { TEARABLE_BYTES } from './blocks.ts';
import { CheckpointIoError, DamagedCheckpoint } from './faults.ts';
import { appendAll, type FileFacts, type Files, type OpenFile } from '../files/files.ts';
import { HEAD_MARK, printLine } from './line.ts';
import { survey, type SettledDays, type Survey } from './survey.ts';
import { syncFolderOf, compact, type Retention } from './compaction.ts';
import type { CutTail } from './torn.ts';

/** How long settled orders stay on record. */
export interface Keeping {
  /** Records of settled orders last updated longer ago may be dropped. Milliseconds. */
  readonly keepSettledMs: number;
  /** For how long ids are remembered in any case. Milliseconds. */
  readonly rememberMs: number;
}

interface LogSettings extends Keeping {
  readonly path: string;
  readonly files: Files;
  readonly clock: { now(): number };
  /** Takes a sentence that the operator should read. */
  readonly report: (message: string) => void;
}

export interface LogOptions extends LogSettings {
  /** Open for reading, and for appending what is durable at once. */
  readonly file: OpenFile;
  readonly facts: FileFacts;
  readonly survey: Survey;
  readonly ledger: WorkingLedger;
  readonly torn: CutTail | undefined;
}

/** Below this, compaction is not worth the trouble. */
const WASTE_MINIMUM = 1000;

/** Up to so many lines a file is put in order whenever it can be: that costs milliseconds, and the old program reads it. */
const SHORT_FILE = 1000;

/**
 * All calls are carried out one after the other. After a failed write the log
 * is *broken*: what is on the disk is unknown until it is read again, so every
 * later call fails with the first cause, and the process should end.
 */
export class CheckpointLog {
  /** Shows what is durable, and nothing else. */
  readonly ledger: Ledger;
  /** What a crash had left at the end of the file, if it was cut off. */
  readonly torn: CutTail | undefined;
  readonly #options: LogSettings;
  readonly #ledger: WorkingLedger;
  #file: OpenFile;
  #identity: string;
  #size: number;
  #lines: number;
  #canonical: boolean;
  #superseded: number;
  readonly #settled: SettledDays;
  readonly #moments = new Moments();
  #newestMs: number;
  #neededFromMs = Infinity;
  /** While compaction fails, how many lines there must be before it is tried again. */
  #compactFromLines = 0;
  #last: Promise<unknown> = Promise.resolve();
  #waiting: (readonly LedgerEntry[])[] = [];
  #broken: Error | undefined;
  #closed = false;

  constructor({ file, facts, survey, ledger, torn, ...settings }: LogOptions) {
    this.#options = settings;
    this.ledger = ledger;
    this.torn = torn;
    this.#ledger = ledger;
    this.#file = file;
    this.#identity = facts.identity;
    this.#size = survey.size;
    this.#lines = survey.lines;
    this.#canonical = survey.canonical;
    this.#superseded = survey.superseded;
    this.#settled = survey.settled;
    this.#newestMs = survey.newestMs;
  }

  /** How many lines the file has. */
  get lines(): number {
    return this.#lines;
  }

  /** Whether the file is what compaction would write, retention apart. */
  get canonical(): boolean {
    return this.#canonical;
  }

  /**
   * Appends a line for each entry. Resolves once all of them are durable, and
   * only then does the ledger show them. The line that moves the head is
   * written last, whatever its place here: a crash may keep only the first
   * lines, and the head must not stand behind an order without a record.
   *
   * @throws RangeError when a record can't be written as a line; nothing is then written
   * @throws CheckpointIoError when the disk fails, now or at an earlier call
   */
  async record(entries: readonly LedgerEntry[]): Promise<void> {
    entries.forEach(assertWritable);
    this.#waiting.push([...entries.filter(({ head }) => !head), ...entries.filter(({ head }) => head)]);
    await this.#inTurn(() => this.#flush());
  }

  /**
   * Rewrites the file in its canonical form if what can be dropped is more than
   * twice what stays: then each line pays for at most half a line of rewriting.
   * Also lets the ledger forget what has become old.
   *
   * @param neededFromMs ids that were passed since this moment (milliseconds since 1970) are still asked about
   * @throws CheckpointIoError as {@link record} does. A disk without room for the second file is only reported.
   */
  async compactIfWorthwhile(neededFromMs: number): Promise<void> {
    await this.#inTurn(async () => {
      this.#neededFromMs = neededFromMs;
      this.#ledger.forgetBefore(this.#rememberFromMs());
      if (this.#isWorthwhile() && this.#lines >= this.#compactFromLines) await this.#tryToCompact();
    });
  }

  /**
   * Rewrites the file in its canonical form, unless it has it and compaction is not worthwhile.
   *
   * @throws CheckpointIoError when that fails. If the old file is still in its place, recording can go on.
   */
  async compact(): Promise<void> {
    await this.#inTurn(async () => {
      if (!this.#canonical || this.#isWorthwhile()) await this.#compact();
    });
  }

  /** Puts a short file in its canonical form. A long one is left to {@link compactIfWorthwhile}: nobody waits for it. */
  async compactIfShort(): Promise<void> {
    if (this.#lines <= SHORT_FILE) await this.compact();
  }

  /**
   * Closes the file, and tidies it before, as far as that is possible, where it
   * is short or it is worthwhile. Fails with the first cause when the log is broken.
   */
  async close(): Promise<void> {
    try {
      await this.#inTurn(async () => {
        const isDisordered = !this.#canonical && this.#lines <= SHORT_FILE;
        if (isDisordered || this.#isWorthwhile()) await this.#tryToCompact();
      });
    } finally {
      await this.abandon();
    }
  }

  /** Closes the file as it is. */
  async abandon(): Promise<void> {
    await this.#last;
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(async () => {
      if (this.#broken !== undefined) throw this.#broken;
      if (this.#closed) throw new Error(`The checkpoint ${this.#options.path} is closed`);
      try {
        await work();
      } catch (error) {
        const fault = asFault(this.#options.path, error);
        if (!(error instanceof CompactionFailed)) this.#broken = fault;
        throw fault;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Writes all that waits: what several callers want to record costs one write. */
  async #flush(): Promise<void> {
    const entries = this.#waiting.flat();
    this.#waiting = [];
    if (entries.length === 0) return;
    let pending: string[] = [];
    let pendingBytes = 0;
    let { head } = this.#ledger;
    let lines = this.#lines;
    for (const entry of entries) {
      if (entry.head) head = entry.record.orderId;
      const line = printLine(entry.record.orderId === head ? HEAD_MARK : lines, entry.record);
      if (pendingBytes + line.length > TEARABLE_BYTES) {
        await this.#append(pending);
        pending = [];
        pendingBytes = 0;
      }
      pending.push(line);
      pendingBytes += line.length;
      lines++;
    }
    await this.#append(pending);
    await this.#assertOurs();
    this.#lines = lines;
    this.#canonical = false;
    for (const entry of entries) this.#note(entry);
  }

  async #append(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.join(''), 'latin1');
    await appendAll(this.#file, bytes);
    this.#size += bytes.length;
  }

  /** What is reported as recorded must be in the file that the next start will read. */
  async #assertOurs(): Promise<void> {
    const { files, path } = this.#options;
    try {
      const { identity, size } = await files.facts(path);
      if (identity === this.#identity && size === this.#size) return;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
    throw new Error('something else has removed, replaced or changed it, which nobody may do while order-monit runs');
  }

  #note({ record, head }: LedgerEntry): void {
    if (this.#ledger.note(record)) this.#superseded++;
    if (head) this.#ledger.moveHead(record.orderId);
    const updatedAtMs = this.#moments.of(record.updatedAt);
    if (isSettled(record.verdict)) this.#settled.add(updatedAtMs);
    this.#newestMs = Math.max(this.#newestMs, updatedAtMs);
  }

  /** A host that starts with a clock far ahead must not forget: nothing is older than the newest record says. */
  #now(): number {
    return Math.min(this.#options.clock.now(), this.#newestMs);
  }

  #rememberFromMs(): number {
    return Math.min(this.#now() - this.#options.rememberMs, this.#neededFromMs);
  }

  /** Only records of settled orders from before this moment may be dropped. */
  #droppableBeforeMs(): number {
    return Math.min(this.#now() - this.#options.keepSettledMs, this.#rememberFromMs());
  }

  #isWorthwhile(): boolean {
    const outdated = this.#settled.countBefore(this.#droppableBeforeMs());
    const waste = Math.min(this.#superseded + outdated, this.#lines);
    return waste > WASTE_MINIMUM && waste > 2 * (this.#lines - waste);
  }

  /** Compaction that fails before the new file has taken its place changes nothing: a reason to tell, not to stop. */
  async #tryToCompact(): Promise<void> {
    try {
      await this.#compact();
    } catch (error) {
      if (!(error instanceof CompactionFailed)) throw error;
      this.#compactFromLines = this.#lines + Math.max(WASTE_MINIMUM, this.#lines / 2);
      this.#options.report(
        `The checkpoint ${this.#options.path} could not be tidied: ${error.message}. ` +
          'It stays as it is, with nothing lost, and grows until there is room',
      );
    }
  }

  async #compact(): Promise<void> {
    const { files, path, keepSettledMs } = this.#options;
    const rememberFromMs = this.#rememberFromMs();
    const found = await this.#survey(rememberFromMs);
    const retention: Retention = { settledBeforeMs: this.#now() - keepSettledMs, rememberFromMs };
    let compacted;
    try {
      compacted = await compact({ files, path, file: this.#file, survey: found, retention });
    } catch (error) {
      throw new CompactionFailed(messageOf(error), { cause: error });
    }
    const old = this.#file;
    this.#file = compacted.file;
    await old.close();
    await syncFolderOf(files, path);
    const facts = await compacted.file.facts();
    this.#identity = facts.identity;
    this.#size = facts.size;
    this.#lines = compacted.lines;
    this.#superseded = 0;
    this.#compactFromLines = 0;
    this.#canonical = true;
    this.#settled.forgetBefore(this.#droppableBeforeMs());
  }

  async #survey(rememberFromMs: number): Promise<Survey> {
    const found = await survey({ path: this.#options.path, file: this.#file, size: this.#size, rememberFromMs });
    if (found.torn === undefined && found.ledger?.head === this.#ledger.head && found.lines === this.#lines)
      return found;
    throw new Error('its lines are no longer those that were written');
  }
}

/** The new file could not take the place of the old one, which is untouched. */
class CompactionFailed extends Error {}

function assertWritable({ record }: LedgerEntry): void {
  const { orderId, attempts } = record;
  if (isOrderId(orderId) && Number.isSafeInteger(attempts) && attempts >= 0) return;
  throw new RangeError(`No checkpoint line can be written for order ${orderId} with ${attempts} attempts`);
}

function asFault(path: string, error: unknown): Error {
  if (error instanceof DamagedCheckpoint) return error;
  if (error instanceof CompactionFailed) return new CheckpointIoError(path, 'tidy the checkpoint', error.cause);
  return new CheckpointIoError(path, 'write the checkpoint', error);
}
