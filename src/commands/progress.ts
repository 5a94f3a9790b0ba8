/** Progress of what takes long, for a person who waits at a terminal: how much of it is done, and how long it still takes. */
import type { Output } from '../terminal/output.ts';
import { roundDuration } from '../words/duration.ts';

/** What takes no longer than this needs none. */
const QUIET_MS = 2000;
const PAUSE_MS = 500;

/** How far some work has come. */
export interface Progress {
  readonly done: number;
  readonly of: number;
}

export interface Ticker {
  now(): number;
  /** Has something done again and again; what it returns ends that. */
  every(ms: number, action: () => void): () => void;
}

const TICKER: Ticker = {
  now: () => performance.now(),
  every: (ms, action) => {
    const timer = setInterval(action, ms);
    return () => {
      clearInterval(timer);
    };
  },
};

/**
 * Does some work, and shows on standard error how far it has come, where that is a terminal which can.
 *
 * @param what is done, as `reading orders`
 * @param work is handed what takes note of how far it has come
 */
export async function withProgress<T>(
  { output, ticker = TICKER }: { readonly output: Output; readonly ticker?: Ticker },
  what: string,
  work: (note: (progress: Progress) => void) => Promise<T>,
): Promise<T> {
  let latest: Progress | undefined;
  const startedAt = ticker.now();
  const { passing } = output;
  const show = (): void => {
    const elapsedMs = ticker.now() - startedAt;
    if (latest !== undefined && elapsedMs >= QUIET_MS) passing?.(progressText(what, latest, elapsedMs));
  };
  const end = passing === undefined ? undefined : ticker.every(PAUSE_MS, show);
  try {
    return await work((progress) => {
      latest = progress;
    });
  } finally {
    end?.();
    passing?.('');
  }
}

/** `reading orders: 20000 of 80000 (25 %), 12 s to go`. */
export function progressText(what: string, { done, of }: Progress, elapsedMs: number): string {
  const share = of > 0 ? Math.min(1, done / of) : 1;
  const left = share > 0 && share < 1 ? `, ${roundDuration((elapsedMs * (1 - share)) / share)} to go` : '';
  return `${what}: ${done} of ${of} (${Math.floor(share * 100)} %)${left}`;
}
