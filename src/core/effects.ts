/**
 * Commands whose effect is in doubt, and how long the next one for the same
 * order waits for it.
 *
 * A command that ended well, was killed or was lost sight of may have inserted
 * its order although Abacos does not show it yet. A second one would insert it
 * twice, so it waits several times `repair_wait`, and a third one is not run at
 * all before a day is over. What shows up late teaches how long that takes: the
 * next order waits so long from the beginning.
 *
 * All moments are milliseconds of one clock that never goes back.
 */
import { wasNotStarted, type CommandOutcome, type Task } from './command.ts';
import type { OrderId } from './order.ts';
import type { Policy } from './policy.ts';

/** The commands of one order whose effect nobody has seen. */
export interface PendingEffect {
  readonly task: Task;
  /** Commands that have ended so. */
  readonly commands: number;
  /** When the first of them began. */
  readonly startedAt: number;
  /** When the last of them ended; while one is running, when it began. */
  readonly endedAt: number;
  /** One has begun and not ended, as far as is known. */
  readonly running: boolean;
  /** Abacos was asked after the end of the last one, and denied the effect. */
  readonly denied: boolean;
}

/** What an effect in doubt means for an order that still fails. */
export type EffectState =
  /** No command is in doubt. */
  | 'none'
  /** It may still show. */
  | 'awaited'
  /** It has had its time, and another command may be run. */
  | 'denied'
  /** The effects of two commands were denied: a third one is a person's decision. */
  | 'exhausted';

const DAY_MS = 86_400_000;
/** How many times `repair_wait` the next command waits after one in doubt, and after two. */
const WAITS = [4, 16] as const;
/** So many commands of one order may be in doubt. */
const MOST_COMMANDS = 2;
/** A lag that was seen may be a little longer the next time. */
const HEADROOM = 1.25;

/** A task that gave up waiting for the other side does not know whether that went on. */
const GAVE_UP_WAITING = /timed?[- ]?out|execution expired|connection reset|end of file|broken pipe/i;

/** Whether a command that ended like this may have an effect that nobody has seen yet. */
export function isInDoubt(outcome: CommandOutcome): boolean {
  switch (outcome.kind) {
    case 'exited':
      return outcome.status === 0 || outcome.output.some((line) => GAVE_UP_WAITING.test(line));
    case 'killed':
    case 'lost':
      return true;
    case 'busy':
    case 'too-soon':
    case 'not-started':
      return false;
  }
}

export type Lags = Readonly<Partial<Record<Task, number>>>;

export class Effects {
  readonly #pending: Map<OrderId, PendingEffect>;
  #lags: Lags;

  /** @param known what an earlier process was waiting for, and has learned */
  constructor(known: { readonly pending: Iterable<readonly [OrderId, PendingEffect]>; readonly lags: Lags }) {
    this.#pending = new Map(known.pending);
    this.#lags = known.lags;
  }

  get pending(): ReadonlyMap<OrderId, PendingEffect> {
    return this.#pending;
  }

  /** By task: how long an effect took to show that Abacos had denied at first. Milliseconds. */
  get lags(): Lags {
    return this.#lags;
  }

  /** A command is about to begin. */
  begin(id: OrderId, task: Task, now: number): void {
    const known = this.#pending.get(id);
    // What has not shown in a day is not waited for any more.
    const before = known?.task === task && !this.isLongAgo(id, now) ? known : { commands: 0, startedAt: now };
    this.#pending.set(id, { ...before, task, endedAt: now, running: true, denied: false });
  }

  /** It has ended, and may have done its work. */
  endInDoubt(id: OrderId, task: Task, { startedAt, now }: { readonly startedAt: number; readonly now: number }): void {
    // A person may have had the order retried meanwhile.
    const known = this.#pending.get(id) ?? { commands: 0, startedAt };
    const commands = known.commands + 1;
    this.#pending.set(id, { task, startedAt: known.startedAt, commands, endedAt: now, running: false, denied: false });
  }

  /** It was not started, or said that it could not do its work. */
  endWithout(id: OrderId): void {
    const known = this.#pending.get(id);
    if (known === undefined) return;
    if (known.commands === 0) this.#pending.delete(id);
    else this.#pending.set(id, { ...known, running: false });
  }

  /** Abacos was asked and does not show the effect. */
  deny(id: OrderId): void {
    const known = this.#pending.get(id);
    if (known !== undefined && !known.running) this.#pending.set(id, { ...known, denied: true });
  }

  /**
   * The effect shows. What had been denied teaches how long it may take.
   *
   * @returns the lag in milliseconds where it is longer than what was waited for until now
   */
  show(id: OrderId, now: number, policy: Pick<Policy, 'repairWaitMs'>): number | undefined {
    const known = this.#pending.get(id);
    this.#pending.delete(id);
    if (known?.denied !== true) return undefined;
    const { commands, task, startedAt } = known;
    // Of two commands either may have done it: then there is no headroom, or waits would grow with each such order.
    const lag = Math.min(DAY_MS, Math.ceil((now - startedAt) * (commands === 1 ? HEADROOM : 1)));
    if (lag <= this.waitMs(task, 1, policy)) return undefined;
    this.#lags = { ...this.#lags, [task]: lag };
    return lag;
  }

  /** Nobody waits for what has ended any more: a person has the order tried again. One that is running still counts. */
  forget(id: OrderId): void {
    const known = this.#pending.get(id);
    if (known?.running === true) this.#pending.set(id, { ...known, commands: 0, startedAt: known.endedAt });
    else this.#pending.delete(id);
  }

  /**
   * A person has it left alone, and Abacos is asked about it once a day: what shows by then teaches nothing of how long it
   * took. The doubt stays.
   */
  leave(id: OrderId): void {
    const known = this.#pending.get(id);
    if (known !== undefined) this.#pending.set(id, { ...known, denied: false });
  }

  /** How many commands of an order may have done their work, one that is running among them. */
  inDoubt(id: OrderId): number {
    const known = this.#pending.get(id);
    return known === undefined ? 0 : known.commands + Number(known.running);
  }

  /** How long the next command of a task waits after so many in doubt. */
  waitMs(task: Task, commands: number, { repairWaitMs }: Pick<Policy, 'repairWaitMs'>): number {
    const times = WAITS[Math.min(commands, WAITS.length) - 1];
    return times === undefined ? repairWaitMs : Math.max(repairWaitMs * times, this.#lags[task] ?? 0);
  }

  /** What is in doubt about an order that Abacos does not have as it should. */
  state(id: OrderId, now: number, policy: Pick<Policy, 'repairWaitMs'>): EffectState {
    const known = this.#pending.get(id);
    if (known === undefined) return 'none';
    if (known.running || now < this.nextAt(id, policy)) return 'awaited';
    return known.commands < MOST_COMMANDS ? 'denied' : 'exhausted';
  }

  /** From when on another command may be run; -Infinity where nothing is in doubt. */
  nextAt(id: OrderId, policy: Pick<Policy, 'repairWaitMs'>): number {
    const known = this.#pending.get(id);
    return known === undefined ? -Infinity : known.endedAt + this.waitMs(known.task, known.commands, policy);
  }

  /** Whether so long has passed that even a third command may find out whether the other side works again. */
  isLongAgo(id: OrderId, now: number): boolean {
    const known = this.#pending.get(id);
    return known === undefined || now - known.endedAt >= DAY_MS;
  }
}

/** What is known of the commands of an order by their events. */
export interface CommandsSeen {
  /** One has begun, and nobody has seen its end so far: it may be running, or its watcher was killed. */
  readonly running: boolean;
  /** The last one before that may have done its work. */
  readonly inDoubt: boolean;
}

export const NO_COMMANDS: CommandsSeen = { running: false, inDoubt: false };

export type CommandEvent =
  { readonly kind: 'command-started' } | { readonly kind: 'command-ended'; readonly outcome: CommandOutcome };

/** What is known of an order's commands now that another one has begun or ended. */
export function commandsAfter(before: CommandsSeen, event: CommandEvent): CommandsSeen {
  if (event.kind === 'command-started') return { running: true, inDoubt: mayHaveWorked(before) };
  return { running: false, inDoubt: doubtAfter(event.outcome, before.inDoubt) };
}

/** Whether the last command may have done its work, whatever Abacos shows. */
export function mayHaveWorked({ inDoubt, running }: CommandsSeen): boolean {
  return inDoubt || running;
}

/** Whether the last command that ran for an order may have done its work, now that another one has ended. */
export function doubtAfter(outcome: CommandOutcome, before: boolean): boolean {
  // Of one that was not started: what was known of the one before still holds.
  return wasNotStarted(outcome) ? before : isInDoubt(outcome);
}
