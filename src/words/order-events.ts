/** What is said of an order: behind its name in the log, and without one in its story. */
import { lastWords, type CommandOutcome } from '../core/command.ts';
import { isRoutine, type Event, type OrderName } from '../core/event.ts';
import { argumentFor } from '../core/order.ts';
import { isDismissed, isUndated } from '../core/record.ts';
import type { FailureReason } from '../core/verdict.ts';
import { duration } from './duration.ts';
import { fieldsOf, named, type Sentence } from './sentence.ts';

export type OrderEvent = Extract<Event, OrderName>;
type Of<Kind extends OrderEvent['kind']> = Extract<OrderEvent, { readonly kind: Kind }>;

/** The whole sentence, with the order's names in it. */
export function namedSentence(event: OrderEvent, maxAttempts: number): Sentence {
  const { level, text, fields } = orderSentence(event, maxAttempts);
  return { level, text: `${subjectOf(event)} ${text}`, fields: { ...fieldsOf(event), ...fields } };
}

function subjectOf(event: OrderEvent): string {
  switch (event.kind) {
    case 'verdict':
      if (event.late) return `${named(event)}, which showed up late,`;
      return event.rewound === true ? `${named(event)}, which a rewind has asked about,` : named(event);
    case 'command-started':
    case 'command-ended':
      return `${named(event)}:`;
    case 'row-gone':
    case 'retry':
    case 'dismissed':
      return `Order id ${event.orderId}`;
    case 'given-up':
    case 'repaired':
    case 'not-repaired':
    case 'lag-learned':
    case 'row-found':
      return named(event);
  }
}

/** What happened to an order, without its names. `maxAttempts` is for "attempt 2 of 4". */
export function orderSentence(event: OrderEvent, maxAttempts: number): Sentence {
  switch (event.kind) {
    case 'verdict':
      return verdictSentence(event);
    case 'given-up':
      return givenUpSentence(event);
    case 'command-started':
      return {
        level: 'info',
        text: `${event.task} is run on the integration server${attemptOf(event, maxAttempts)}`,
        fields: { task: event.task, attempt: event.attempt },
      };
    case 'command-ended': {
      const { outcome, task } = event;
      const { level, text, fields } = ending(outcome);
      const all = { task, outcome: outcome.kind, durationMs: Math.round(outcome.durationMs), ...fields };
      return { level, text: `${task} ${text}`, fields: all };
    }
    case 'repaired':
      return {
        level: 'info',
        text: `is in Abacos now, ${duration(event.openMs)} after it was found failing`,
        fields: { openMs: Math.round(event.openMs) },
      };
    case 'not-repaired': {
      const finding = event.found.status === 'FAILED' ? FINDINGS[event.found.reason] : 'is in Abacos';
      return {
        level: 'warn',
        text: `still ${finding}${because(event.why)} after ${event.task} ended${attemptOf(event, maxAttempts)}`,
        fields: { task: event.task, attempt: event.attempt },
      };
    }
    case 'row-gone':
      return {
        level: 'warn',
        text: `is on record as ${event.record.verdict.reason}, and its row is no longer in the shop's table. It stays on record; nothing is run for it`,
        fields: {},
      };
    case 'row-found':
      return {
        level: event.again ? 'info' : 'debug',
        text: `is on record as ${event.record.verdict.reason}, and its row is in the shop's table${event.again ? ' again' : ''}`,
        fields: {},
      };
    case 'retry':
      return { level: 'info', text: retryText(event, maxAttempts), fields: { by: event.by } };
    case 'dismissed':
      return {
        level: 'info',
        text: `is dismissed by ${event.by}: ${event.why}. Nothing is done about it any more; Abacos is asked about it once a day`,
        fields: { by: event.by },
      };
    case 'lag-learned':
      return lagSentence(event);
  }
}

const FINDINGS: Readonly<Record<FailureReason, string>> = {
  NOT_FOUND: 'is not in Abacos',
  PAYMENT_PENDING: 'is in Abacos, and its payment is not confirmed there',
  UNKNOWN: 'could not be judged by what Abacos answered; it is asked again in the next cycle',
  BAD_NUMBER: 'can not be asked about; it is looked at again when its row changes',
  NO_DATE: 'has no usable date, and Abacos lacks it or its payment; it is never repaired by itself',
  DISMISSED: 'is dismissed',
};

export function because(why: string | undefined): string {
  return why === undefined ? '' : ` (${why})`;
}

function attemptOf({ attempt }: { readonly attempt: number }, maxAttempts: number): string {
  return ` (attempt ${attempt} of ${maxAttempts})`;
}

/** One that was dismissed is no more than open again, where commands may have done their work. */
function retryText({ by, record: { attempts } }: Of<'retry'>, maxAttempts: number): string {
  if (attempts === 0) return `gets ${attemptsAgain(by, maxAttempts)}`;
  const which =
    attempts === 1
      ? 'a command that may have done its work still counts'
      : `${attempts} commands that may have done their work still count`;
  return `is open again, asked for by ${by}; ${which}`;
}

/** What whoever asked for a retry gives an order. */
export function attemptsAgain(by: string, maxAttempts: number): string {
  return `its ${maxAttempts} attempts again, asked for by ${by}`;
}

function verdictSentence(event: Of<'verdict'>): Sentence {
  const { record } = event;
  const { verdict } = record;
  const fields = { verdict: `${verdict.status} ${verdict.reason}`, attempts: record.attempts };
  if (verdict.status === 'SUCCESS') {
    const isQuiet = isRoutine(event) || (event.previous !== undefined && isUndated(event.previous));
    const payment = verdict.reason === 'OK' ? '' : '; its payment is still to come, or for the shop to confirm';
    return { level: isQuiet ? 'debug' : 'info', text: `is in Abacos${payment}`, fields };
  }
  // Carts have no line each: how many there are is an event of its own.
  const level = isUndated(record) ? 'debug' : isDismissed(record) ? 'info' : 'warn';
  return { level, text: `${FINDINGS[verdict.reason]}${because(event.why)}`, fields };
}

function givenUpSentence(event: Of<'given-up'>): Sentence {
  const { permanentError, record, why } = event;
  return {
    level: 'error',
    text:
      `is given up: ${why}. Look it up in Abacos, find out why it can not be integrated, ` +
      `mend that, then: order-monit retry ${argumentFor(event)}`,
    fields: { attempts: record.attempts, ...(permanentError === undefined ? {} : { permanentError }) },
  };
}

/** How a command ended, behind its task. */
function ending(outcome: CommandOutcome): Sentence {
  const took = duration(outcome.durationMs);
  const words = lastWords(outcome);
  const said = words === undefined ? '' : `; it said: ${words}`;
  switch (outcome.kind) {
    case 'exited': {
      const { status } = outcome;
      const text = `ended with exit status ${status} after ${took}${status === 0 ? '' : said}`;
      return { level: status === 0 ? 'info' : 'warn', text, fields: { exitStatus: status } };
    }
    case 'killed':
      return { level: 'warn', text: `was ended after ${took}: ${outcome.why}${said}`, fields: {} };
    case 'busy':
      return {
        level: 'warn',
        text: 'was not started: a command for this order is still running on the integration server',
        fields: {},
      };
    case 'too-soon':
      return {
        level: 'info',
        text: 'was not started: a command for this order ended moments ago, and Abacos may not show its effect yet',
        fields: {},
      };
    case 'not-started':
      return { level: 'error', text: `could not be started: ${outcome.why}`, fields: {} };
    case 'lost':
      return {
        level: 'warn',
        text: `was lost sight of after ${took}: ${outcome.why}. It may be running still; its lock on the integration server keeps a second one out`,
        fields: {},
      };
  }
}

function lagSentence({ lagMs, task }: Of<'lag-learned'>): Sentence {
  return {
    level: 'warn',
    text:
      'showed up in Abacos only now, after Abacos had denied it: from now on a second ' +
      `${task} of an order waits ${duration(lagMs)}`,
    fields: { task, lagMs },
  };
}
