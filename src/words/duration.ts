/** Durations for people. The units read the same in every language that ships. */
const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1000 },
] as const;

/**
 * A duration in at most two units: `340 ms`, `4.2 s`, `12 min`, `3 h 20 min`.
 *
 * @param ms milliseconds
 */
export function duration(ms: number, decimalPoint: '.' | ',' = '.'): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1).replace('.', decimalPoint)} s`;
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  const unit = UNITS[first];
  const smaller = UNITS[first + 1];
  if (unit === undefined || smaller === undefined) return `${Math.round(ms / 1000)} s`;
  const whole = Math.floor(ms / unit.ms);
  const rest = Math.floor((ms - whole * unit.ms) / smaller.ms);
  return rest === 0 ? `${whole} ${unit.name}` : `${whole} ${unit.name} ${rest} ${smaller.name}`;
}

/** The same without what nobody wants to know on a page: no seconds beside minutes, and none in parts. */
export function roundDuration(ms: number): string {
  return ms < 60_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : duration(Math.floor(ms / 60_000) * 60_000);
}
