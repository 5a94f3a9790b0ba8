import type { RewindStatus } from '../control/status.ts';
import { counted } from './sentence.ts';

/** How far a rewind has come, in words. */
export function progressOf({ asked, by, failing, from, next, rate, startedAt, through }: RewindStatus): string {
  const pace = rate === undefined ? '' : `, ${counted(rate, 'order')} a cycle`;
  return (
    `order ids ${from} to ${through}, now at ${next}${pace}: ${counted(asked, 'order')} asked about, ${failing} of them failing; ` +
    `asked for by ${by}, begun ${startedAt}`
  );
}
