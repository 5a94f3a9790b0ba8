/** Reads a whole checkpoint once: builds the ledger, finds damage and a torn end, counts what could be dropped. */
import { WorkingLedger } from '../core/ledger.ts';
import type { OrderId } from '../core/order.ts';
import { isSettled } from '../core/verdict.ts';

import { blocksOf, TEARABLE_BYTES, type Block } from './blocks.ts';
import { DamagedCheckpoint, printable, type BadLine } from './faults.ts';
import type { OpenFile } from '../files/files.ts';
import { LineReader, NEWLINE, skipBlanks } from './line.ts';

/** The unreadable end that a crash has left. */
export interface TornTail {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly bytes: number;
}

/** What one reading of a checkpoint found. */
export interface Survey {
  /** How many lines are records. */
  readonly lines: number;
  /** How many bytes are good: what is behind them is the torn tail. */
  readonly size: number;
  readonly torn: TornTail | undefined;
  /** Undefined without a record or without a `^HEAD` line. */
  readonly ledger: WorkingLedger | undefined;
  /** Whether the good part is what compaction would write, retention apart. */
  readonly canonical: boolean;
  /** How many lines are not the newest of their order. */
  readonly superseded: number;
  /** The newest line (from 0) of each order that has several. */
  readonly newestLineOf: ReadonlyMap<OrderId, number>;
  readonly settled: SettledDays;
  /** The newest time on record. */
  readonly newestMs: number;
}

export interface SurveyOptions {
  readonly path: string;
  readonly file: Pick<OpenFile, 'read'>;
  /** How many bytes to read, from the first. */
  readonly size: number;
  /** The ledger need not know when ids were passed before this moment. */
  readonly rememberFromMs: number;
  /** Called for each bad line, and reading goes on past it. Without it the first one is thrown. */
  readonly onBadLine?: ((bad: BadLine) => void) | undefined;
  /** Called as reading goes on, with the bytes that are read. */
  readonly onRead?: ((bytes: number) => void) | undefined;
}

/**
 * Reads a checkpoint from its first line to its last, changing nothing.
 *
 * @throws DamagedCheckpoint at a bad line that no crash can have left
 */
export async function survey(options: SurveyOptions): Promise<Survey> {
  const surveyor = new Surveyor(options);
  for await (const block of blocksOf(options.file, options.size)) {
    if (block.wholeLines) surveyor.takeLines(block);
    else surveyor.takeRest(block);
    options.onRead?.(block.offset + block.bytes.length);
    if (surveyor.torn !== undefined) break;
  }
  return surveyor.result();
}

class Surveyor {
  torn: TornTail | undefined;
  readonly #options: SurveyOptions;
  readonly #line = new LineReader();
  readonly #newestLineOf = new Map<OrderId, number>();
  readonly #settled = new SettledDays();
  /** Lines of any kind: the position of the one being read. */
  #position = 0;
  #lines = 0;
  #superseded = 0;
  #ledger: WorkingLedger | undefined;
  #headLine = -1;
  #canonical = true;
  #newestMs = 0;
  /** An empty line is borne at the end of a file only, where an editor may leave one. */
  #emptyLine: number | undefined;

  constructor(options: SurveyOptions) {
    this.#options = options;
  }

  takeLines({ bytes, offset }: Block): void {
    let at = 0;
    while (at < bytes.length && this.torn === undefined) {
      const next = this.#line.read(bytes, at);
      if (next >= 0) {
        this.#takeRecord(bytes);
        at = next;
      } else {
        const end = bytes.indexOf(NEWLINE, at) + 1;
        this.#takeUnreadable(bytes.subarray(at, end), offset + at);
        at = end;
      }
      this.#position++;
    }
  }

  /**
   * What has no newline was never reported as recorded, so it is cut off. Only
   * a file in which it is the head itself was not written by order-monit, but by hand.
   */
  takeRest({ bytes, offset }: Block): void {
    this.#canonical = false;
    if (skipBlanks(bytes, 0) === bytes.length) return;
    const whole = Buffer.concat([bytes, Buffer.of(NEWLINE)]);
    if (this.#headLine < 0 && this.#line.read(whole, 0) === whole.length && this.#line.isHead) this.#takeRecord(whole);
    else this.#tear(bytes, offset);
  }

  result(): Survey {
    const endsWithHead = this.#headLine >= 0 && this.#headLine === this.#lines - 1;
    return {
      lines: this.#lines,
      size: this.#options.size - (this.torn?.bytes ?? 0),
      torn: this.torn,
      ledger: this.#headLine < 0 ? undefined : this.#ledger,
      canonical: this.#canonical && endsWithHead && this.#superseded === 0,
      superseded: this.#superseded,
      newestLineOf: this.#newestLineOf,
      settled: this.#settled,
      newestMs: this.#newestMs,
    };
  }

  #takeRecord(bytes: Buffer): void {
    const line = this.#line;
    if (this.#emptyLine !== undefined) this.#emptyInside(this.#emptyLine);
    const { orderId } = line;
    const ledger = (this.#ledger ??= new WorkingLedger(orderId, this.#options.rememberFromMs));
    let known: boolean;
    if (line.verdict.status === 'SUCCESS') {
      known = ledger.noteSuccess(line.verdict, orderId, line.createdAtMs);
      if (isSettled(line.verdict)) this.#settled.add(line.updatedAtMs);
    } else {
      known = ledger.note(line.record(bytes));
    }
    if (known) {
      this.#superseded++;
      this.#newestLineOf.set(orderId, this.#position);
    }
    if (line.isHead) {
      // An earlier ^HEAD line is an ordinary record, but not one of the canonical file.
      if (this.#headLine >= 0) this.#canonical = false;
      ledger.moveHead(orderId);
      this.#headLine = this.#lines;
    } else if (line.index !== this.#lines) {
      this.#canonical = false;
    }
    if (!line.canonical) this.#canonical = false;
    this.#newestMs = Math.max(this.#newestMs, line.createdAtMs, line.updatedAtMs);
    this.#lines++;
  }

  /**
   * After a power loss, blocks that were not synced may come back as zeros
   * with good lines behind them. No record holds a zero byte.
   */
  #takeUnreadable(bytes: Buffer, offset: number): void {
    const { fault } = this.#line;
    if (bytes.includes(0)) {
      this.#tear(bytes, offset);
    } else if (skipBlanks(bytes, 0) === bytes.length - 1) {
      this.#emptyLine ??= this.#position;
      this.#canonical = false;
    } else {
      this.#bad(bytes.subarray(0, -1), fault);
    }
  }

  #tear(bytes: Buffer, offset: number): void {
    const length = this.#options.size - offset;
    if (length > TEARABLE_BYTES) {
      this.#bad(bytes, `the ${length} bytes from here to the end are more than a crash can tear`);
    } else {
      this.torn = { line: this.#position + 1, bytes: length };
    }
  }

  #emptyInside(position: number): void {
    this.#emptyLine = undefined;
    this.#report({ line: position + 1, text: '', fault: 'it is empty' });
  }

  #bad(bytes: Buffer, fault: string): void {
    this.#report({ line: this.#position + 1, text: printable(bytes), fault });
  }

  #report(bad: BadLine): void {
    const { onBadLine, path } = this.#options;
    this.#canonical = false;
    if (onBadLine === undefined) throw new DamagedCheckpoint(path, bad);
    onBadLine(bad);
  }
}

const DAY_MS = 86_400_000;

/** How many lines of settled orders are how old, by the day: what compaction could drop. Superseded lines are counted too. */
export class SettledDays {
  readonly #counts = new Map<number, number>();
  #day = NaN;
  #count = 0;

  add(updatedAtMs: number): void {
    const day = Math.floor(updatedAtMs / DAY_MS);
    if (day !== this.#day) {
      this.#flush();
      this.#day = day;
    }
    this.#count++;
  }

  /** How many are of the days that had ended by this moment. */
  countBefore(epochMs: number): number {
    this.#flush();
    let count = 0;
    for (const [day, settled] of this.#counts) if ((day + 1) * DAY_MS <= epochMs) count += settled;
    return count;
  }

  forgetBefore(epochMs: number): void {
    this.#flush();
    for (const day of this.#counts.keys()) if ((day + 1) * DAY_MS <= epochMs) this.#counts.delete(day);
  }

  /** Lines of one day mostly follow each other, so the map is written once a run. */
  #flush(): void {
    if (this.#count > 0) this.#counts.set(this.#day, (this.#counts.get(this.#day) ?? 0) + this.#count);
    this.#count = 0;
  }
}
