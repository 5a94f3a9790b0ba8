/** From how a remote command ended to what that means for the order. */
import { constants } from 'node:os';

import type { CommandOutcome } from '../core/command.ts';
import { HINTS, readCause } from './cause.ts';
import { REFUSED, type CommandWords } from './command.ts';

/** How a remote command ended, as SSH tells it. */
export interface RemoteEnd {
  /** `undefined` when a signal ended it. */
  readonly status: number | undefined;
  /** `SIGKILL` and the like. */
  readonly signal: string | undefined;
}

/** What is known when a command has ended. */
export interface EndedCommand {
  readonly end: RemoteEnd;
  /** Whether the task itself was started. */
  readonly started: boolean;
  readonly output: readonly string[];
  readonly durationMs: number;
}

/** `timeout` says with these that it ended the command, by TERM or at last by KILL. */
const TIMED_OUT = 124;
const KILLED = 137;

/** A command that ended of a signal has this status and the signal's number. */
const SIGNAL_BASE = 128;

/** Two machines count a limit a little differently. */
const CLOCK_SLACK_MS = 1000;

/** Says what an ended command means for its order. */
export function outcomeOf(ended: EndedCommand, words: CommandWords): CommandOutcome {
  const { output, durationMs } = ended;
  const outcome = ended.started ? taskEnd(ended, words.limitSeconds) : refusal(ended, words);
  return { ...outcome, output, durationMs };
}

type Ended = CommandOutcome extends infer Outcome
  ? Outcome extends unknown
    ? Omit<Outcome, 'durationMs' | 'output'>
    : never
  : never;

function taskEnd({ end, durationMs }: EndedCommand, limitSeconds: number): Ended {
  const { status, signal } = end;
  if (status === undefined) return { kind: 'killed', why: `ended by ${signal ?? 'a signal'}` };
  const limitPassed = durationMs + CLOCK_SLACK_MS >= limitSeconds * 1000;
  if (limitPassed && (status === TIMED_OUT || status === KILLED)) {
    return { kind: 'killed', why: `ended by its time limit of ${limitSeconds} s (command_timeout)` };
  }
  const name = signalName(status - SIGNAL_BASE);
  return name === undefined ? { kind: 'exited', status } : { kind: 'killed', why: `ended by ${name}` };
}

function refusal({ end, output }: EndedCommand, words: CommandWords): Ended {
  const { status } = end;
  if (status === REFUSED.busy) return { kind: 'busy' };
  if (status === REFUSED.tooSoon) return { kind: 'too-soon' };
  const { quote, hint } = readCause(output, words);
  const [reason, usualHint] = refusalReason(end, words);
  return { kind: 'not-started', why: quote === '' ? reason : `${reason}: ${quote}`, hint: hint ?? usualHint?.(words) };
}

function refusalReason(
  { status, signal }: RemoteEnd,
  words: CommandWords,
): readonly [reason: string, usualHint?: (words: CommandWords) => string] {
  switch (status) {
    case REFUSED.railsRoot:
      return [`the server cannot enter rails_root ${words.railsRoot}`, HINTS.railsRoot];
    case REFUSED.lockDirectory:
      return [`the server cannot write to the lock folder ${words.lockDirectory}`, HINTS.lockDirectory];
    case REFUSED.programMissing:
      return ['a program is missing on the server, or is another than order-monit needs', HINTS.programs];
    case undefined:
      return [`${signal ?? 'a signal'} ended the server's shell before the task began`];
    default:
      return words.runAs === undefined
        ? [`the server's shell ended with status ${status} before the task began`, HINTS.user]
        : [`the server did not become ${words.runAs} (status ${status})`, HINTS.user];
  }
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}
