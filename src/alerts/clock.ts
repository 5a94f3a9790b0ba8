/** Time: the wall clock for what is said, a monotonic one for every pause. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Resolves after `delayMs`, or at once when the signal is aborted. Never rejects. */
  wait(delayMs: number, signal: AbortSignal): Promise<void>;
}
