import type { RewindStatus } from '../control/status.ts';

/** How far a rewind has come, in words. */
export function progressOf({ asked, by, failing, from, next, rate, startedAt, through }: RewindStatus): string {
  const pace = rate === undefined ? '' : `, ${rate} orders a cycle`;
  return (
    `order ids ${from} to ${through}, now at ${next}${pace}: ${asked} orders asked about, ${failing} of them failing; ` +
    `asked for by ${by}, begun ${startedAt}`
  );
}
