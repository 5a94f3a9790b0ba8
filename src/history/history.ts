/** Writes the history: entries wait in memory, go to the file in batches, and the file is rotated at its limit. */
import { messageOf } from '../text/error.ts';
import { setImmediate as nextTurn, setTimeout as timer } from 'node:timers/promises';

import { isUneventful, type CycleReport } from '../core/event.ts';
import { isWorthKeeping, printEntry, type HistoryEvent } from './entry.ts';
import { currentPath, hostFiles, oldPath, type HistoryFile, type HistoryFiles } from './files.ts';

export interface HistoryOptions {
  readonly stateDirectory: string;
  /** What the two files may take together. Asked before each write, so that a reload takes effect. */
  readonly limitBytes: () => number;
  readonly clock: { now(): number };
  /** Takes a sentence that the operator should read. */
  readonly report: (message: string) => void;
  readonly files?: HistoryFiles;
}

/** What one write takes at most. */
const BATCH_BYTES = 262_144;
/** What waits in memory at most while the file can't be written. */
const QUEUE_BYTES = 8_388_608;
const LINE_FEED = 10;
/** The cycles of a backlog become one entry in so much time: one for each would cost more than recording its verdicts. */
const TALLY_MS = 10_000;

/** Cycles that wait to become one entry. */
interface Tally {
  readonly since: number;
  readonly report: CycleReport;
}

/**
 * What happened to orders that had trouble, for people who look at it later.
 * Nothing depends on it: it never makes anybody wait, and when it can't be
 * written, that is said once, and the service goes on.
 *
 * The file is opened anew for each write. So whatever happened to it in between
 * (a crash of ours, a full disk, somebody who moved or removed it, a second
 * process that appends) is met in the one place that looks at it: its end.
 */
export class History {
  readonly #options: HistoryOptions;
  readonly #files: HistoryFiles;
  readonly #queue: string[] = [];
  #queuedBytes = 0;
  #tally: Tally | undefined;
  #lost = 0;
  #writing: Promise<void> | undefined;
  #failing = false;
  #closed = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#files = options.files ?? hostFiles();
  }

  /** Takes what is worth keeping. Returns at once and never throws; it is on the disk soon afterwards. */
  append(event: HistoryEvent): void {
    if (this.#closed || !isWorthKeeping(event)) return;
    const now = this.#options.clock.now();
    if (event.kind === 'cycle' && isUneventful(event.report)) {
      const { since, report } = this.#tally ?? { since: now, report: undefined };
      this.#tally = { since, report: report === undefined ? event.report : sumOf(report, event.report) };
      if (now >= since && now - since < TALLY_MS) return;
      this.#enqueueTally(now);
    } else {
      this.#enqueueTally(now);
      this.#enqueue(printEntry(now, event));
    }
    this.#writing ??= this.#drain();
  }

  /** Writes what waits, for at most `limitMs`. Nothing is taken afterwards. */
  async close(limitMs: number): Promise<void> {
    this.#closed = true;
    this.#enqueueTally(this.#options.clock.now());
    const over = new AbortController();
    await Promise.race([this.#finish(), timer(limitMs, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
    const left = this.#queue.length + this.#lost;
    if (left > 0) this.#options.report(`${left} entries of the history could not be written before the end`);
  }

  async #finish(): Promise<void> {
    await this.#writing;
    if (this.#queue.length > 0) await this.#drain();
  }

  #enqueueTally(now: number): void {
    if (this.#tally === undefined) return;
    this.#enqueue(printEntry(now, { kind: 'cycle', report: this.#tally.report }));
    this.#tally = undefined;
  }

  #enqueue(line: string): void {
    if (this.#queuedBytes + line.length > QUEUE_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#queue.push(line);
    this.#queuedBytes += line.length;
  }

  /** Writes until nothing waits, or the disk fails: then what waits is tried again with the next entry. */
  async #drain(): Promise<void> {
    // What one turn of the loop brings goes into one write.
    await nextTurn();
    try {
      while (this.#queue.length > 0) {
        await this.#write(this.#takeBatch());
        if (this.#queue.length === 0) this.#noteRecovery();
      }
    } catch (error) {
      this.#noteFailure(error);
    } finally {
      this.#writing = undefined;
    }
  }

  #takeBatch(): string[] {
    let bytes = 0;
    let count = 0;
    for (const line of this.#queue) {
      if (count > 0 && bytes + line.length > BATCH_BYTES) break;
      bytes += line.length;
      count += 1;
    }
    this.#queuedBytes -= bytes;
    return this.#queue.splice(0, count);
  }

  #putBack(lines: readonly string[]): void {
    this.#queue.unshift(...lines);
    for (const line of lines) this.#queuedBytes += line.length;
  }

  async #write(lines: readonly string[]): Promise<void> {
    const written = { lines: 0 };
    try {
      const file = await this.#openWithRoom();
      try {
        // A torn line stays alone on its own line.
        const mending = file.size > 0 && (await file.lastByte()) !== LINE_FEED;
        await appendLines(file, mending ? ['\n', ...lines] : lines, (count) => {
          written.lines = mending ? Math.max(0, count - 1) : count;
        });
        await file.syncData();
      } finally {
        await file.close();
      }
    } catch (error) {
      this.#putBack(lines.slice(written.lines));
      throw error;
    }
  }

  /** When the file has had its half of the room, it becomes the old one, and the old one goes. */
  async #openWithRoom(): Promise<HistoryFile> {
    const { limitBytes, stateDirectory } = this.#options;
    const path = currentPath(stateDirectory);
    const file = await this.#files.open(path);
    if (file.size < limitBytes() / 2) return file;
    await file.close();
    await this.#files.rename(path, oldPath(stateDirectory));
    return this.#files.open(path);
  }

  #noteFailure(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#options.report(
      `The history ${currentPath(this.#options.stateDirectory)} can not be written: ${messageOf(error)}. ` +
        'Orders are looked after all the same; what happens is written down once there is room again, as far as memory holds it',
    );
  }

  #noteRecovery(): void {
    const lost = this.#lost;
    if (!this.#failing && lost === 0) return;
    this.#failing = false;
    this.#lost = 0;
    if (lost > 0) this.#enqueue(printEntry(this.#options.clock.now(), { kind: 'lost', entries: lost }));
    this.#options.report(`The history is written again${lost === 0 ? '' : `; ${lost} entries were lost`}`);
  }
}

/** @param onProgress told after each write how many lines are wholly in the file */
async function appendLines(
  file: HistoryFile,
  lines: readonly string[],
  onProgress: (whole: number) => void,
): Promise<void> {
  const bytes = Buffer.from(lines.join(''));
  let taken = 0;
  let whole = 0;
  let wholeBytes = 0;
  while (taken < bytes.length) {
    const count = await file.append(bytes.subarray(taken));
    if (count === 0) throw new Error('the file takes no more bytes');
    taken += count;
    for (let line = lines[whole]; line !== undefined; line = lines[whole]) {
      if (wholeBytes + Buffer.byteLength(line) > taken) break;
      wholeBytes += Buffer.byteLength(line);
      whole += 1;
    }
    onProgress(whole);
  }
}

/** Both in counts; what is known of the head is what the later one knew. */
function sumOf(earlier: CycleReport, later: CycleReport): CycleReport {
  const { fresh, due, late } = earlier.judged;
  const headLag = later.headLag ?? earlier.headLag;
  return {
    ...later,
    durationMs: earlier.durationMs + later.durationMs,
    judged: { fresh: fresh + later.judged.fresh, due: due + later.judged.due, late: late + later.judged.late },
    settled: earlier.settled + later.settled,
    failing: earlier.failing + later.failing,
    commands: earlier.commands + later.commands,
    repaired: earlier.repaired + later.repaired,
    ...(headLag === undefined ? {} : { headLag }),
  };
}
