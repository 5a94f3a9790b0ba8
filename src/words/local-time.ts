const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-23 10:42:07`, in the host's time zone. */
export function localTime(epochMs: number): string {
  const at = new Date(epochMs);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `10:42:07` of a moment in ISO 8601, in the host's time zone. */
export function clockTime(time: string): string {
  return localTime(Date.parse(time)).slice(11, 19);
}

/** `UTC-03:00`: what a local time of now is ahead of UTC. */
export function utcOffset(at = new Date()): string {
  const minutes = -at.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
