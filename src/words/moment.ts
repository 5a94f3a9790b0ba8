/** Times for people, in the host's local time. */

const two = (value: number): string => String(value).padStart(2, '0');

export interface MomentParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  /** `14:03:22` */
  readonly time: string;
}

/** @param epochMs milliseconds since 1970 */
export function momentParts(epochMs: number): MomentParts {
  const at = new Date(epochMs);
  return {
    year: String(at.getFullYear()),
    month: two(at.getMonth() + 1),
    day: two(at.getDate()),
    time: `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`,
  };
}

/** How local time lies to UTC at a moment: `UTC-03:00`. */
export function zoneOf(epochMs: number): string {
  const minutes = -new Date(epochMs).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `2026-11-23 10:42:07` */
export function localTime(epochMs: number): string {
  const { day, month, time, year } = momentParts(epochMs);
  return `${year}-${month}-${day} ${time}`;
}

/** `10:42:07` of a moment in ISO 8601. */
export function clockTime(time: string): string {
  return momentParts(Date.parse(time)).time;
}
