/** Plays events to the decisions about alerts, without any I/O, and gives what was told and when. */
import { decide } from '../../src/alerts/decide/decide.ts';
import type { Settings } from '../../src/alerts/decide/decision.ts';
import { newState, parseState, printState, type AlertState } from '../../src/alerts/decide/state.ts';
import { takeEvent } from '../../src/alerts/decide/take.ts';
import { compose } from '../../src/alerts/deliver/compose.ts';
import type { Event } from '../../src/core/event.ts';
import type { OrderId } from '../../src/core/order.ts';
import type { OrderRecord } from '../../src/core/record.ts';
import { wordsOf } from '../../src/words/catalogue.ts';
import { DAY, HOUR, MINUTE, NINE, SECOND } from './manual-clock.ts';

export const SETTINGS: Settings = {
  minIntervalMs: 5 * MINUTE,
  remindAfterMs: DAY,
  escalateAfterMs: 4 * HOUR,
  escalates: false,
  dailyReportAtMinute: undefined,
  runningCycleMs: 120_000,
  maxAttempts: 4,
};

/** Something that happens at a time after the begin; `restart` as after a clean stop. */
export type Step = readonly [
  afterMs: number,
  what: Event | readonly Event[] | 'restart' | ((state: AlertState, now: number) => AlertState),
];

interface Told {
  readonly at: number;
  readonly subject: string;
  readonly audience: string;
  readonly thread: string;
  readonly id: string;
}

/** The clock ticks every ten seconds. */
export function play(
  steps: readonly Step[],
  { settings = SETTINGS, untilMs = 0, open = new Map<OrderId, OrderRecord>() } = {},
): Told[] {
  let state = newState('s', NINE);
  const told: Told[] = [];
  const words = wordsOf('en').mail;
  const pending = [...steps];
  const end = Math.max(untilMs, ...steps.map(([at]) => at));
  for (let after = 0; after <= end; after += 10 * SECOND) {
    const now = NINE + after;
    const say = (): void => {
      const decision = decide(state, { now, settings, open });
      state = decision.state;
      for (const { at, audience, content, id, thread } of decision.alerts) {
        const { subject } = compose(
          { at, content },
          { words, maxAttempts: 4, escalateAfterMs: settings.escalateAfterMs },
        );
        told.push({ at: after, subject, audience, thread, id });
      }
    };
    for (let step = pending[0]; step !== undefined && step[0] <= after; step = pending[0]) {
      pending.shift();
      const [, what] = step;
      if (what === 'restart') state = parseState(printState(state));
      else if (typeof what === 'function') state = what(state, now);
      else for (const event of [what].flat()) state = takeEvent(state, event, now);
      say();
    }
    say();
  }
  return told;
}

export const lines = (told: readonly Told[]): string[] => told.map(({ at, subject }) => `${at / MINUTE} ${subject}`);
