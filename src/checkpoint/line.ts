/**
 * One line of the checkpoint: `INDEX CREATED UPDATED ORDER_ID STATUS REASON ATTEMPTS`.
 * docs/checkpoint.md has the table of what is written and what is read besides.
 */
import { isOrderId, orderId, type OrderId } from '../core/order.ts';
import type { OrderRecord } from '../core/record.ts';
import { epochOf, isStamp, type Stamp } from '../core/stamp.ts';
import { AWAITING_PAYMENT, FAILURE_REASONS, SUCCESS, failed, type Verdict } from '../core/verdict.ts';

export const HEAD_MARK = '^HEAD';
export const NEWLINE = 0x0a;

const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;
const SLASH = 0x2f;
const DASH = 0x2d;
const COLON = 0x3a;
const STAMP_LENGTH = 19;

const HEAD_WORD = Buffer.from(HEAD_MARK);
const STATUSES: readonly (readonly [word: Buffer, withoutReason: Verdict])[] = [
  [Buffer.from('SUCCESS'), SUCCESS],
  [Buffer.from('FAILED'), failed('NOT_FOUND')],
];
const REASONS: readonly (readonly [word: Buffer, verdict: Verdict])[] = [
  ...[SUCCESS, AWAITING_PAYMENT].map((verdict) => [Buffer.from(verdict.reason), verdict] as const),
  ...FAILURE_REASONS.map((reason) => [Buffer.from(reason), failed(reason)] as const),
];

/** The line of a record, with its newline. The first column is the running index or {@link HEAD_MARK}. */
export function printLine(firstColumn: number | typeof HEAD_MARK, record: OrderRecord): string {
  const { createdAt, updatedAt, orderId, verdict, attempts } = record;
  return `${firstColumn} ${createdAt} ${updatedAt} ${orderId} ${verdict.status} ${verdict.reason} ${attempts}\n`;
}

/**
 * Reads lines out of a buffer. One reader serves a whole file and shows the
 * line it read last: a million lines make no object and no string.
 */
export class LineReader {
  isHead = false;
  index = 0;
  orderId: OrderId = orderId(0);
  verdict: Verdict = SUCCESS;
  attempts = 0;
  /** Whether the line is, from its second column on, what {@link printLine} would write. */
  canonical = true;
  /** What is wrong with the line, after {@link read} has returned -1. */
  fault = '';
  /** Where the second column begins. */
  restAt = 0;
  readonly #created = new StampReader();
  readonly #updated = new StampReader();
  #number = 0;

  get createdAtMs(): number {
    return this.#created.epochMs;
  }

  get updatedAtMs(): number {
    return this.#updated.epochMs;
  }

  /** Reads the line that begins at `from` and ends with a newline. Returns where the next one begins, or -1. */
  read(bytes: Buffer, from: number): number {
    this.canonical = true;
    let at = this.#readFirstColumn(bytes, from);
    if (at < 0 || bytes[at] !== SPACE) return this.#reject('column 1 is neither an index nor ^HEAD');
    this.restAt = ++at;
    if (!this.#created.read(bytes, at) || bytes[at + STAMP_LENGTH] !== SPACE) {
      return this.#reject('column 2 is not a time of the form dd/mm/yyyy-HH:MM:SS');
    }
    at += STAMP_LENGTH + 1;
    if (!this.#updated.read(bytes, at) || bytes[at + STAMP_LENGTH] !== SPACE) {
      return this.#reject('column 3 is not a time of the form dd/mm/yyyy-HH:MM:SS');
    }
    at = this.#readNumber(bytes, at + STAMP_LENGTH + 1);
    if (at < 0 || bytes[at] !== SPACE || !isOrderId(this.#number)) return this.#reject('column 4 is not an order id');
    this.orderId = this.#number;
    at = this.#readVerdict(bytes, at + 1);
    return at < 0 ? -1 : this.#readEnd(bytes, at);
  }

  /** The record of the line that was read last, which began at `restAt` of these bytes. */
  record(bytes: Buffer): OrderRecord {
    return {
      orderId: this.orderId,
      verdict: this.verdict,
      attempts: this.attempts,
      createdAt: stampAt(bytes, this.restAt),
      updatedAt: stampAt(bytes, this.restAt + STAMP_LENGTH + 1),
    };
  }

  #readFirstColumn(bytes: Buffer, from: number): number {
    this.isHead = startsWith(bytes, from, HEAD_WORD);
    if (this.isHead) return from + HEAD_WORD.length;
    const at = this.#readNumber(bytes, from);
    this.index = this.#number;
    return at;
  }

  /** Status, reason and attempts, in every form that old files have. */
  #readVerdict(bytes: Buffer, from: number): number {
    const status = STATUSES.find(([word]) => startsWith(bytes, from, word));
    if (status === undefined) return this.#reject('column 5 is neither SUCCESS nor FAILED');
    const [word, withoutReason] = status;
    const behind = from + word.length;
    if (bytes[behind] === SPACE) {
      for (const [reason, verdict] of REASONS) {
        if (verdict.status !== withoutReason.status || !startsWith(bytes, behind + 1, reason)) continue;
        this.verdict = verdict;
        return this.#readAttempts(bytes, behind + 1 + reason.length);
      }
    }
    this.canonical = false;
    this.verdict = withoutReason;
    this.attempts = 0;
    const end = skipBlanks(bytes, behind);
    if (this.isHead && bytes[end] === NEWLINE) return end;
    // An empty reason leaves two spaces.
    const at = this.#readAttempts(bytes, bytes[behind + 1] === SPACE ? behind + 1 : behind);
    if (at < 0) return this.#reject('column 6 is neither a reason that goes with column 5 nor a number of attempts');
    // The old program took the attempts of a six-column line for its reason,
    // and wrote them back as such with 0 attempts behind them.
    return bytes[at] === SPACE && bytes[at + 1] === 0x30 ? at + 2 : at;
  }

  #readAttempts(bytes: Buffer, from: number): number {
    const at = bytes[from] === SPACE ? this.#readNumber(bytes, from + 1) : -1;
    if (at < 0 || !Number.isSafeInteger(this.#number)) return this.#reject('column 7 is not a number of attempts');
    this.attempts = this.#number;
    return at;
  }

  #readEnd(bytes: Buffer, from: number): number {
    const end = skipBlanks(bytes, from);
    if (bytes[end] !== NEWLINE) return this.#reject('something follows the number of attempts');
    if (end !== from) this.canonical = false;
    return end + 1;
  }

  /** A decimal number without leading zeros. Returns where it ends, or -1. */
  #readNumber(bytes: Buffer, from: number): number {
    let at = from;
    let value = 0;
    for (;;) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    this.#number = value;
    return at === from || (bytes[from] === 0x30 && at > from + 1) ? -1 : at;
  }

  #reject(fault: string): -1 {
    this.fault = fault;
    return -1;
  }
}

/** Reads the stamps of one column, which are mostly of the same hour as the one before. */
class StampReader {
  epochMs = 0;
  #hour = -1;
  #hourMs = 0;
  /** Whether the hour has sixty minutes in a row, which one with a change of the clock may not have. */
  #even = false;

  read(bytes: Buffer, at: number): boolean {
    const day = twoDigits(bytes, at);
    const month = twoDigits(bytes, at + 3);
    const century = twoDigits(bytes, at + 6);
    const year = twoDigits(bytes, at + 8);
    const hour = twoDigits(bytes, at + 11);
    const minute = twoDigits(bytes, at + 14);
    const second = twoDigits(bytes, at + 17);
    // Out of range is only a matter of the largest value: twoDigits gives 255 for what is no number.
    if (day > 31 || day === 0 || month > 12 || month === 0 || century > 99 || year > 99) return false;
    if (hour > 23 || minute > 59 || second > 60) return false;
    if (bytes[at + 2] !== SLASH || bytes[at + 5] !== SLASH || bytes[at + 10] !== DASH) return false;
    if (bytes[at + 13] !== COLON || bytes[at + 16] !== COLON) return false;
    const thisHour = (((century * 100 + year) * 13 + month) * 32 + day) * 24 + hour;
    if (thisHour !== this.#hour) {
      this.#hour = thisHour;
      const prefix = bytes.toString('latin1', at, at + 14);
      this.#hourMs = epochOf(stamp(`${prefix}00:00`));
      this.#even = epochOf(stamp(`${prefix}59:59`)) - this.#hourMs === 3_599_000;
    }
    this.epochMs = this.#even ? this.#hourMs + (minute * 60 + second) * 1000 : epochOf(stampAt(bytes, at));
    return true;
  }
}

function stampAt(bytes: Buffer, at: number): Stamp {
  return stamp(bytes.toString('latin1', at, at + STAMP_LENGTH));
}

function stamp(text: string): Stamp {
  if (!isStamp(text)) throw new Error(`"${text}" was taken for a time of the checkpoint and is none`);
  return text;
}

function twoDigits(bytes: Buffer, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 255;
}

function startsWith(bytes: Buffer, at: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}

/** Where the next byte is that is no blank. The return of a CRLF line end counts as a blank. */
export function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === RETURN) at++;
  return at;
}
