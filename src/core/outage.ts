/**
 * A dependency that can't be used at the moment. It says nothing about any order: no attempt is counted, and the
 * checkpoint does not move past orders that could not be asked about.
 */
import { oneLine } from '../text/printable.ts';

/**
 * What the work depends on. `repairs` is down while no command may be run although everything answers: Abacos denies
 * orders that it had before.
 */
export const DEPENDENCIES = ['shop', 'abacos', 'integration-server', 'repairs'] as const;
export type Dependency = (typeof DEPENDENCIES)[number];

/** What an earlier process knew to be down when it ended. */
export interface KnownDowntime {
  readonly dependency: Dependency;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly reason: string;
  readonly hint: string | undefined;
}

export interface OutageDetails {
  readonly dependency: Dependency;
  /** What happened, in words for people, with the secrets taken out. No full stop. */
  readonly reason: string;
  /** What the operator can do about it. Left out where waiting is all there is to do. */
  readonly hint?: string;
  /** The least time until the next try, in milliseconds, where trying costs something or makes it worse. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The longest that order-monit says itself, with the lists in it, is half of that. */
const LONGEST_WORDS = 2000;

/**
 * Thrown by every adapter when the other side as a whole did not do its part. Here the words of servers come in, of which
 * some were never asked who they are.
 */
export class Outage extends Error {
  override readonly name = 'Outage';
  readonly dependency: Dependency;
  readonly reason: string;
  readonly hint: string | undefined;
  readonly retryAfterMs: number;

  constructor(details: OutageDetails) {
    const reason = oneLine(details.reason, LONGEST_WORDS);
    super(
      `${DEPENDENCY_NAMES[details.dependency]}: ${reason}`,
      details.cause === undefined ? {} : { cause: details.cause },
    );
    this.dependency = details.dependency;
    this.reason = reason;
    this.hint = details.hint === undefined ? undefined : oneLine(details.hint, LONGEST_WORDS);
    this.retryAfterMs = details.retryAfterMs ?? 0;
  }
}

/** A sentence with what people can do about it, where there is something. */
export function withHint(text: string, hint: string | undefined): string {
  return hint === undefined ? text : `${text}. What to do: ${hint}`;
}

/** `Abacos is down`, or `repairs are held`. */
export function downText(dependency: Dependency): string {
  return dependency === 'repairs' ? 'repairs are held' : `${DEPENDENCY_NAMES[dependency]} is down`;
}

/** The end of it; `downFor` is a duration in words. */
export function upText(dependency: Dependency, downFor: string): string {
  return dependency === 'repairs'
    ? `repairs go on after ${downFor}`
    : `${DEPENDENCY_NAMES[dependency]} is back after ${downFor}`;
}

/** How each dependency is called in messages to people. */
export const DEPENDENCY_NAMES: Readonly<Record<Dependency, string>> = {
  shop: 'shop database',
  abacos: 'Abacos',
  'integration-server': 'integration server',
  repairs: 'repairs',
};
