const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-23 10:42:07`, in the host's time zone. */
export function localTime(epochMs: number): string {
  const at = new Date(epochMs);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
