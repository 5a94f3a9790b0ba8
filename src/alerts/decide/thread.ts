/** When a matter is spoken of: the pause between two mails, reminders, escalation. Pure. */
import { NEW_THREAD, type Thread } from './state.ts';

/** The numbers that say when. All durations are in milliseconds. */
export interface Timing {
  /** Between two mails about the same matter; what happens in between comes in one. */
  readonly minIntervalMs: number;
  readonly remindAfterMs: number;
  readonly escalateAfterMs: number;
  /** Whether there is anybody to escalate to. */
  readonly escalates: boolean;
}

/** While mail follows on mail, the pause between them doubles up to eight times its length. */
const LONGEST_STREAK = 3;
const WEEK_MS = 7 * 86_400_000;

export function pauseMs(thread: Thread, { minIntervalMs }: Timing): number {
  return minIntervalMs * 2 ** Math.min(thread.streak, LONGEST_STREAK);
}

/** Whether a mail may be sent now, without being one too many. A clock that was set back holds nothing up. */
export function maySpeak(thread: Thread, timing: Timing, now: number): boolean {
  return thread.lastAt === null || now < thread.lastAt || now - thread.lastAt >= pauseMs(thread, timing);
}

/** The thread after a mail, which says of something that it is open still, or of everything that it is over. */
export function spoken(
  thread: Thread,
  { now, timing, message, stillOpen }: { now: number; timing: Timing; message: string; stillOpen: boolean },
): Thread {
  const soon = thread.lastAt !== null && now - thread.lastAt < 2 * pauseMs(thread, timing);
  const streak = soon ? Math.min(thread.streak + 1, LONGEST_STREAK) : 0;
  if (!stillOpen) return { ...NEW_THREAD, lastAt: now, streak };
  return {
    ...thread,
    firstMessage: thread.firstMessage ?? message,
    lastAt: now,
    streak,
    remindAt: thread.remindAt ?? now + timing.remindAfterMs,
  };
}

export function isReminderDue(thread: Thread, now: number): boolean {
  return thread.remindAt !== null && now >= thread.remindAt;
}

/** The thread after a reminder: the next one takes twice as long, a week at most. */
export function reminded(thread: Thread, timing: Timing, now: number): Thread {
  const reminders = thread.reminders + 1;
  const limit = Math.max(WEEK_MS, timing.remindAfterMs);
  const pause = Math.min(limit, timing.remindAfterMs * 2 ** Math.min(reminders, 30));
  return { ...thread, lastAt: now, reminders, remindAt: now + pause };
}

/** A thread about which nothing is open any more, without that being worth a mail. */
export function ended(thread: Thread): Thread {
  return { ...NEW_THREAD, lastAt: thread.lastAt, streak: thread.streak };
}
