/** The zone that the table's datetimes are in: `UTC`, an offset such as `-03:00`, or an IANA name. */

/**
 * The datetime, as the table has it, up to which orders are old enough. In the
 * hour that a change from summer time repeats, the same datetime means two
 * moments; then the smaller of the offsets is taken, so that no order is
 * looked at too early.
 *
 * @param nowMs the database's clock, in milliseconds since 1970
 * @returns `YYYY-MM-DD HH:MM:SS`
 */
export function dueUpTo(nowMs: number, settleMs: number, timeZone: string): string {
  const cutoffMs = nowMs - settleMs;
  const offsetMs = Math.min(offsetAt(cutoffMs, timeZone), offsetAt(nowMs, timeZone));
  return new Date(cutoffMs + offsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

const HOUR_MS = 3_600_000;

/**
 * The lowest datetime that an order placed at or after a moment can have. Of
 * the hour that clocks repeat the second half has lower ones than the end of
 * the first, so that within it the smaller offset counts.
 *
 * @returns `YYYY-MM-DD HH:MM:SS`
 */
export function earliestLocal(epochMs: number, timeZone: string): string {
  return dueUpTo(epochMs + HOUR_MS, HOUR_MS, timeZone);
}

/**
 * The moment that a datetime of the table means; `undefined` where it is none. In the hour that clocks repeat it is the
 * second of the two.
 */
export function momentOf(local: string, timeZone: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$/.test(local)) return undefined;
  const asUtc = Date.parse(`${local.slice(0, 19).replace(' ', 'T')}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  return asUtc - offsetAt(asUtc - offsetAt(asUtc, timeZone), timeZone);
}

/** By how much local time is ahead of UTC at a moment, in milliseconds. */
export function offsetAt(epochMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const offset = /^([+-])(\d\d):(\d\d)$/.exec(timeZone);
  if (offset !== null) {
    const [, sign, hours, minutes] = offset;
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  }
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(epochMs);
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return local - Math.floor(epochMs / 1000) * 1000;
}
