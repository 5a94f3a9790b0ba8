/** Times for people, in the host's local time. */

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-23 10:42:07`. @param epochMs milliseconds since 1970 */
export function localTime(epochMs: number): string {
  const at = new Date(epochMs);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `10:42:07` of a moment in ISO 8601. */
export function clockTime(time: string): string {
  return localTime(Date.parse(time)).slice(11);
}

/** How local time lies to UTC at a moment: `UTC-03:00`. */
export function zoneOf(epochMs: number): string {
  const minutes = -new Date(epochMs).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
