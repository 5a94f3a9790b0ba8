/**
 * When the ERP was seen up.
 *
 * The shop pushes its orders by itself, and can do so only while the ERP is up.
 * So the time that it has for that (`settle_time`) is counted in time in which
 * the ERP was seen up: between two answers that follow each other closely and
 * have no failed call between them. An outage adds as long as it lasted, and so
 * does a stop of this monitor, in which nobody knows.
 *
 * All moments are milliseconds of one clock that never goes back.
 */

/** From one answer to a later one. */
export interface UpSpan {
  readonly from: number;
  readonly to: number;
}

/** After an answer the ERP is taken to be up for so long. */
const GOOD_FOR_MS = 60_000;

/** Nobody asks how long the ERP was up before so many outages. */
const MOST_SPANS = 200;

export class Uptime {
  /** In order, apart from each other; the last one may go on. */
  readonly #spans: UpSpan[];
  /** Whether a call has failed since the last span's end. */
  #broken = false;
  #lastFailureAt = -Infinity;

  /** @param known what an earlier process has seen */
  constructor(known: readonly UpSpan[] = []) {
    this.#spans = [...known];
  }

  get spans(): readonly UpSpan[] {
    return this.#spans;
  }

  /** The moment of the last answer. */
  get lastSeenAt(): number | undefined {
    return this.#spans.at(-1)?.to;
  }

  /** The ERP has answered. Silence of more than `longestGapMs` before it counts for nothing. */
  answered(at: number, longestGapMs: number): void {
    const last = this.#spans.at(-1);
    if (last !== undefined && !this.#broken && at - last.to <= longestGapMs) {
      this.#spans[this.#spans.length - 1] = { from: last.from, to: Math.max(last.to, at) };
      return;
    }
    this.#broken = false;
    this.#spans.push({ from: at, to: at });
    if (this.#spans.length > MOST_SPANS) this.#spans.shift();
  }

  /** A call has failed: until the next answer nobody knows. */
  failed(at: number): void {
    this.#broken = true;
    this.#lastFailureAt = at;
  }

  /** Whether a call has failed since a moment, as far as this process knows. */
  hasFailedSince(moment: number): boolean {
    return this.#lastFailureAt >= moment;
  }

  /** How long the ERP was seen up from a moment until now. Milliseconds. */
  between(moment: number, now: number): number {
    const last = this.#spans.at(-1);
    const isUp = last !== undefined && !this.#broken && now - last.to <= GOOD_FOR_MS;
    const unseen = isUp ? now - Math.max(last.to, moment) : 0;
    return this.#spans.reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from, moment)), unseen);
  }
}
