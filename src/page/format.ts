import type { Language } from '../words/catalogue.ts';
import { html, type Html } from './html.ts';

const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1000 },
] as const;

type Unit = (typeof UNITS)[number]['unit'];

/** Dates, times, durations and numbers as people write them in one language and time zone. */
export class Format {
  readonly timeZone: string;
  readonly #language: Language;
  readonly #clock: Intl.DateTimeFormat;
  readonly #dated: Intl.DateTimeFormat;
  readonly #axis: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #number: Intl.NumberFormat;
  readonly #list: Intl.ListFormat;

  /** @param timeZone an IANA name; the host's own without it */
  constructor(language: Language, timeZone?: string) {
    const zone = timeZone === undefined ? {} : { timeZone };
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone } as const;
    this.#language = language;
    this.#clock = new Intl.DateTimeFormat(language, clock);
    this.#dated = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short', ...clock });
    this.#axis = new Intl.DateTimeFormat(language, { weekday: 'short', ...clock });
    this.#full = new Intl.DateTimeFormat(language, {
      dateStyle: 'medium',
      timeStyle: 'medium',
      hourCycle: 'h23',
      ...zone,
    });
    this.#day = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone });
    this.#number = new Intl.NumberFormat(language);
    this.#list = new Intl.ListFormat(language, { type: 'conjunction' });
    this.timeZone = this.#clock.resolvedOptions().timeZone;
  }

  /** A moment: the time alone when it is of the same day as `now`, and the date before it otherwise. */
  moment(at: number, now: number): Html {
    return html`<time datetime="${new Date(at).toISOString()}" title="${this.#full.format(at)}"
      >${this.text(at, now)}</time
    >`;
  }

  text(at: number, now: number): string {
    return (this.sameDay(at, now) ? this.#clock : this.#dated).format(at);
  }

  /** A moment of the last days, in few characters. */
  short(at: number): string {
    return this.#axis.format(at);
  }

  /** A moment to the second, with its date. */
  exact(at: number): Html {
    return html`<time datetime="${new Date(at).toISOString()}">${this.#full.format(at)}</time>`;
  }

  sameDay(one: number, other: number): boolean {
    return this.#day.format(one) === this.#day.format(other);
  }

  /** A duration in at most two units: `12 minutes`, `3 hours and 20 minutes`. */
  duration(ms: number): string {
    if (ms < 60_000) return this.#unit(Math.max(0, Math.round(ms / 1000)), 'second');
    const first = UNITS.findIndex((unit) => ms >= unit.ms);
    const [large, small] = UNITS.slice(first, first + 2);
    if (large === undefined || small === undefined) return '';
    const whole = Math.floor(ms / large.ms);
    // Seconds beside minutes are more than anybody wants to know.
    const rest = large.unit === 'minute' ? 0 : Math.floor((ms - whole * large.ms) / small.ms);
    const parts = [this.#unit(whole, large.unit), ...(rest === 0 ? [] : [this.#unit(rest, small.unit)])];
    return this.#list.format(parts);
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  list(items: readonly string[]): string {
    return this.#list.format(items);
  }

  #unit(value: number, unit: Unit): string {
    const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
    return new Intl.NumberFormat(this.#language, style).format(value);
  }
}
