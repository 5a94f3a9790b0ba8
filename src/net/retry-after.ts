/** How long a server wants to be left alone, as the header Retry-After says it. */
import type { IncomingHttpHeaders } from 'node:http';

/** Milliseconds, from seconds or a moment by the clock of the server; `undefined` where it says neither. */
export function retryAfterMs(headers: Pick<IncomingHttpHeaders, 'date' | 'retry-after'>): number | undefined {
  const { date = '', 'retry-after': after = '' } = headers;
  if (/^\d{1,9}$/.test(after)) return Number(after) * 1000;
  const pauseMs = Date.parse(after) - Date.parse(date);
  return pauseMs > 0 ? pauseMs : undefined;
}
