/** What came of one try to become the active monitor, or to stay it. */
export interface LockAttempt {
  /** Whether this monitor is the active one, as far as the database knows. */
  readonly won: boolean;
  /** Who is, if it is another one, in words for people. */
  readonly leader?: string | undefined;
}

/** One way to find out which monitor is the active one. It has a connection to the database of its own. */
export interface LeaderLock {
  /**
   * Tries to become the active monitor, or to stay it.
   *
   * @param holding this monitor was the active one at the last try
   * @throws Outage when the database can't be asked, or can't decide; this monitor is not the active one then
   */
  claim(holding: boolean, signal: AbortSignal): Promise<LockAttempt>;
  /**
   * Changes nothing.
   *
   * @returns the active monitor in words for people; `undefined` when there is none
   * @throws Outage as `claim` does
   */
  look(signal: AbortSignal): Promise<string | undefined>;
  /** Gives up the part, so that another monitor can take it at once. Never throws. */
  close(): Promise<void>;
}

/** After so long without a sign of life the database gives the part to another monitor. */
export const TERM_MS = 15_000;
