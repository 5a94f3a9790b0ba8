/** systemd's watchdog, tied to the progress of the work: signs of life only while every step is within its deadline. */
import type { Notifier } from './notifier.ts';

/** A part of the loop's work that has to end within a time known beforehand. */
export interface Step {
  /** For people: what hangs when it does not end. */
  readonly name: string;
  readonly startedMs: number;
  readonly deadlineMs: number;
}

/** Whether a step under way is within its deadline. Without a step nothing can be late. */
export function isAlive(step: Step | undefined, nowMs: number): boolean {
  return step === undefined || nowMs - step.startedMs <= step.deadlineMs;
}

/** What is done one step after another. */
export interface WatchedTask {
  /** Begins a step, and ends the one before. Waiting is a step too. */
  step(name: string, deadlineMs: number): void;
  /** Begins what is done beside it. */
  beside(): WatchedTask;
  /** Ends the step without a next one: from here on nothing can be late. */
  end(): void;
}

/**
 * Covers the loop and what runs beside it. A promise that never settles ends the
 * service like a blocked event loop does, and a step that may last ten minutes
 * is left alone for ten minutes.
 */
export interface Heartbeat extends WatchedTask {
  /** What the loop is at; `undefined` between two steps. What is done beside it does not count. */
  readonly current: Step | undefined;
  /** Ends the signs of life for good. */
  stop(): void;
}

export interface HeartbeatOptions {
  readonly notifier: Pick<Notifier, 'watchdog' | 'watchdogMs'>;
  /** Milliseconds since some fixed moment; never goes back. */
  readonly monotonic: () => number;
  /** Told once about each step that is past its deadline: systemd will end the service soon. */
  readonly onHang: (step: Step) => void;
  /** Calls a function at an interval until the returned function is called. Does not keep the process alive. */
  readonly every?: (intervalMs: number, tick: () => void) => () => void;
}

/** Starts the signs of life, the first of them at once. Does nothing where systemd wants none. */
export function createHeartbeat({ notifier, monotonic, onHang, every = atInterval }: HeartbeatOptions): Heartbeat {
  const strands = new Map<symbol, Step>();
  let hanging: Step | undefined;

  const tick = (): void => {
    const late = [...strands.values()].find((step) => !isAlive(step, monotonic()));
    if (late === undefined) {
      notifier.watchdog();
    } else if (late !== hanging) {
      hanging = late;
      onHang(late);
    }
  };

  const strand = (key: symbol): WatchedTask => {
    return {
      step(name, deadlineMs) {
        strands.set(key, { name, startedMs: monotonic(), deadlineMs });
      },
      beside: () => strand(Symbol('beside')),
      end() {
        strands.delete(key);
      },
    };
  };

  // A third: one late tick must not end a healthy service.
  const stop = notifier.watchdogMs === undefined ? () => undefined : every(notifier.watchdogMs / 3, tick);
  if (notifier.watchdogMs !== undefined) tick();

  const loop = Symbol('loop');
  return {
    ...strand(loop),
    stop,
    get current() {
      return strands.get(loop);
    },
  };
}

function atInterval(intervalMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
