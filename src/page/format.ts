/** Dates, times, durations and numbers as people write them in one language and time zone. */
import { wordsOf, type Language, type PageWords } from '../words/catalogue.ts';
import { roundDuration } from '../words/duration.ts';
import { html, type Html } from './html.ts';

/** Stands for an age in a sentence. */
const AGE = '\u0000';

export class Format {
  readonly timeZone: string;
  readonly #words: PageWords;
  readonly #local: Intl.DateTimeFormat;
  readonly #offset: Intl.DateTimeFormat;

  /** @param timeZone an IANA name; the host's own without it */
  constructor(language: Language, timeZone?: string) {
    this.#words = wordsOf(language).page;
    // Sweden writes times as order-monit does: `2026-11-23 10:42:07`.
    this.#local = new Intl.DateTimeFormat('sv-SE', {
      dateStyle: 'short',
      timeStyle: 'medium',
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    this.#offset = new Intl.DateTimeFormat('en', {
      timeZoneName: 'longOffset',
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    this.timeZone = this.#local.resolvedOptions().timeZone;
  }

  /** A moment: the time alone when it is of the same day as `now`, and the date before it otherwise. */
  moment(at: number, now: number): Html {
    return html`<time datetime="${this.iso(at)}" title="${this.#words.exact(this.#local.format(at))}"
      >${this.text(at, now)}</time
    >`;
  }

  text(at: number, now: number): string {
    return this.sameDay(at, now) ? this.#local.format(at).slice(11, 16) : this.short(at);
  }

  /** A moment with its date, to the minute. */
  short(at: number): string {
    return this.#words.dated(this.#local.format(at));
  }

  /** A moment to the second, with its date. */
  exact(at: number): Html {
    return html`<time datetime="${this.iso(at)}">${this.#words.exact(this.#local.format(at))}</time>`;
  }

  sameDay(one: number, other: number): boolean {
    return this.#local.format(one).slice(0, 10) === this.#local.format(other).slice(0, 10);
  }

  /** For programs: local time with its offset, to the second. */
  iso(at: number): string {
    return `${this.#local.format(at).replace(' ', 'T')}${this.#offsetAt(at) || 'Z'}`;
  }

  /** How the view's times lie to UTC at a moment: `UTC-03:00`. */
  offset(at: number): string {
    return `UTC${this.#offsetAt(at)}`;
  }

  /** Empty for UTC. */
  #offsetAt(at: number): string {
    return (
      this.#offset
        .formatToParts(at)
        .find(({ type }) => type === 'timeZoneName')
        ?.value.slice(3) ?? ''
    );
  }

  /** A time of the day, to the second. */
  clock(at: number): string {
    return this.#local.format(at).slice(11);
  }

  /** What tells an age, which the script keeps right while the page is open. @param tell puts the age into a sentence */
  aged(tell: (age: string) => string, since: number, now: number): Html {
    const [before = '', after = ''] = tell(AGE).split(AGE);
    return html`${before}<span data-since="${Math.round(since)}">${this.duration(now - since)}</span>${after}`;
  }

  duration(ms: number): string {
    return roundDuration(ms);
  }
}
