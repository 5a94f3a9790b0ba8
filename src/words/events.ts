/**
 * What is said of each event, in one voice for the log, the terminal and
 * whoever else is told: what happened, to which order, what order-monit does
 * about it, what people should do.
 */
import { lastWords, type CommandOutcome } from '../core/command.ts';
import { isRoutine, isUneventful, type CycleReport, type Event } from '../core/event.ts';
import { withHint } from '../core/outage.ts';
import { isUndated } from '../core/record.ts';
import { OURSELVES } from '../core/rewind.ts';
import type { Standing } from '../core/standing.ts';
import type { FailureReason } from '../core/verdict.ts';
import { duration } from './duration.ts';
import { dependencySentence, givenUpSentence, lagSentence, repairWaitSentence } from './repairs.ts';
import { counted, fieldsOf, named, type Sentence } from './sentence.ts';

/** Puts an event into words. `maxAttempts` is for "attempt 2 of 4". */
export function sentenceFor(event: Event, maxAttempts: number): Sentence {
  switch (event.kind) {
    case 'verdict':
      return verdictSentence(event);
    case 'given-up':
      return givenUpSentence(event);
    case 'command-started':
      return {
        level: 'info',
        text: `${named(event)}: ${event.task} is run on the integration server (attempt ${event.attempt} of ${maxAttempts})`,
        fields: { ...fieldsOf(event), task: event.task, attempt: event.attempt },
      };
    case 'command-ended':
      return commandSentence(event, event.outcome);
    case 'repaired':
      return {
        level: 'info',
        text: `${named(event)} is in Abacos now, ${duration(event.openMs)} after it was found failing`,
        fields: { ...fieldsOf(event), openMs: Math.round(event.openMs) },
      };
    case 'not-repaired':
      return notRepairedSentence(event, maxAttempts);
    case 'row-gone':
      return {
        level: 'warn',
        text: `Order id ${event.orderId} is on record as ${event.record.verdict.reason}, and its row is no longer in the shop's table. It stays on record; nothing is run for it`,
        fields: fieldsOf(event),
      };
    case 'retry':
    case 'retry-many':
    case 'run-now':
    case 'rewind':
      return operatorSentence(event, maxAttempts);
    case 'went-back':
      return wentBackSentence(event);
    case 'undated':
      return undatedSentence(event.count);
    case 'strange-ids':
      return strangeIdsSentence(event.ids);
    case 'repairs-wait':
      return repairWaitSentence(event.wait);
    case 'lag-learned':
      return lagSentence(event);
    case 'standing':
      return standingSentence(event.standing);
    case 'down':
    case 'up':
      return dependencySentence(event);
    case 'cycle':
      return cycleSentence(event.report);
    case 'backlog':
      return {
        level: 'info',
        text: `Backlog: ${counted(event.ordersLeft, 'order')} left, ${event.ordersPerMinute} a minute, about ${duration(event.timeLeftMs)} to go`,
        fields: { ordersLeft: event.ordersLeft, ordersPerMinute: event.ordersPerMinute },
      };
  }
}

const FINDINGS: Readonly<Record<FailureReason, string>> = {
  NOT_FOUND: 'is not in Abacos',
  PAYMENT_PENDING: 'is in Abacos, and its payment is not confirmed there',
  UNKNOWN: 'could not be judged by what Abacos answered; it is asked again in the next cycle',
  BAD_NUMBER: 'can not be asked about; it is looked at again when its row changes',
  NO_DATE: 'has no usable date, and Abacos lacks it or its payment; it is never repaired by itself',
};

function verdictSentence(event: Extract<Event, { kind: 'verdict' }>): Sentence {
  const { record } = event;
  const { verdict } = record;
  const fields = { ...fieldsOf(event), verdict: `${verdict.status} ${verdict.reason}`, attempts: record.attempts };
  const late = event.late
    ? ', which showed up late,'
    : event.rewound === true
      ? ', which a rewind has asked about,'
      : '';
  if (verdict.status === 'SUCCESS') {
    const isQuiet = isRoutine(event) || (event.previous !== undefined && isUndated(event.previous));
    const payment = verdict.reason === 'OK' ? '' : '; its payment is still to come, or for the shop to confirm';
    return { level: isQuiet ? 'debug' : 'info', text: `${named(event)}${late} is in Abacos${payment}`, fields };
  }
  const why = event.why === undefined ? '' : ` (${event.why})`;
  // Carts have no line each: how many there are is an event of its own.
  const level = isUndated(record) ? 'debug' : 'warn';
  return { level, text: `${named(event)}${late} ${FINDINGS[verdict.reason]}${why}`, fields };
}

function commandSentence(event: Extract<Event, { kind: 'command-ended' }>, outcome: CommandOutcome): Sentence {
  const took = duration(outcome.durationMs);
  const words = lastWords(outcome);
  const said = words === undefined ? '' : `; it said: ${words}`;
  const subject = `${named(event)}: ${event.task}`;
  const fields = {
    ...fieldsOf(event),
    task: event.task,
    outcome: outcome.kind,
    durationMs: Math.round(outcome.durationMs),
  };
  switch (outcome.kind) {
    case 'exited':
      return {
        level: outcome.status === 0 ? 'info' : 'warn',
        text: `${subject} ended with exit status ${outcome.status} after ${took}${outcome.status === 0 ? '' : said}`,
        fields: { ...fields, exitStatus: outcome.status },
      };
    case 'killed':
      return { level: 'warn', text: `${subject} was ended after ${took}: ${outcome.why}${said}`, fields };
    case 'busy':
      return {
        level: 'warn',
        text: `${subject} was not started: a command for this order is still running on the integration server`,
        fields,
      };
    case 'too-soon':
      return {
        level: 'info',
        text: `${subject} was not started: a command for this order ended moments ago, and Abacos may not show its effect yet`,
        fields,
      };
    case 'not-started':
      return { level: 'error', text: `${subject} could not be started: ${outcome.why}`, fields };
    case 'lost':
      return {
        level: 'warn',
        text: `${subject} was lost sight of after ${took}: ${outcome.why}. It may be running still; its lock on the integration server keeps a second one out`,
        fields,
      };
  }
}

function notRepairedSentence(event: Extract<Event, { kind: 'not-repaired' }>, maxAttempts: number): Sentence {
  const { found } = event;
  const finding = found.status === 'FAILED' ? FINDINGS[found.reason] : 'is in Abacos';
  const why = event.why === undefined ? '' : ` (${event.why})`;
  return {
    level: 'warn',
    text: `${named(event)} still ${finding}${why} after ${event.task} ended (attempt ${event.attempt} of ${maxAttempts})`,
    fields: { ...fieldsOf(event), task: event.task, attempt: event.attempt },
  };
}

/** What people have asked for, and who they were. */
function operatorSentence(
  event: Extract<Event, { kind: 'retry' | 'retry-many' | 'run-now' | 'rewind' }>,
  maxAttempts: number,
): Sentence {
  const { by } = event;
  const again = `its ${maxAttempts} attempts again, asked for by ${by}`;
  switch (event.kind) {
    case 'retry':
      return { level: 'info', text: `Order id ${event.orderId} gets ${again}`, fields: { ...fieldsOf(event), by } };
    case 'retry-many':
      return {
        level: 'info',
        text: `${counted(event.count, 'order')} together: each gets ${again}`,
        fields: { count: event.count, by },
      };
    case 'run-now':
      return { level: 'info', text: `The next cycle begins at once, asked for by ${by}`, fields: { by } };
    case 'rewind':
      return rewindSentence(event);
  }
}

function wentBackSentence({ from, head, newest }: Extract<Event, { kind: 'went-back' }>): Sentence {
  const left = newest === 0 ? 'no order that is old enough' : `no such order newer than id ${newest}`;
  const happened =
    `The shop's orders up to id ${head} were checked, and it has ${left} any more: ` +
    'its database went back to an earlier state, or they were deleted';
  const again = `Whatever gets an id from ${from} on again is asked about`;
  const remedy =
    `. What gets one from ${newest + 1} to ${from - 1} is not: once those orders are there and older than settle_time, ` +
    'order-monit rewind --since the moment to which it went back';
  return {
    level: 'warn',
    text: `${happened}. ${again}${newest + 1 < from ? remedy : ''}`,
    fields: { head, newest, from },
  };
}

function undatedSentence(count: number): Sentence {
  const fields = { count };
  if (count === 0) return { level: 'info', text: 'No open order is without a date any more', fields };
  return {
    level: 'warn',
    text:
      `${counted(count, 'order')} on record without a usable date in the shop's table: Abacos lacks them, or their payment. ` +
      'None is repaired by itself, as such rows may be carts. If they are, give order-monit a view without them ' +
      '(orders: table in database.yml). Which ones: order-monit checkpoint failed',
    fields,
  };
}

function strangeIdsSentence(ids: readonly string[]): Sentence {
  const fields = { ids: ids.join(' ') };
  const usable = `from 1 to ${Number.MAX_SAFE_INTEGER}`;
  return ids.length === 0
    ? { level: 'info', text: `All ids of the shop's table are ${usable} again`, fields }
    : {
        level: 'warn',
        text: `The shop's table has rows that are left out, as their ids are not ${usable}: id ${ids.join(', id ')}`,
        fields,
      };
}

function standingSentence(standing: Standing): Sentence {
  const fields = { standing: standing.kind };
  switch (standing.kind) {
    case 'active':
      return { level: 'info', text: 'This is the active monitor of this shop', fields };
    case 'standby':
      return {
        level: 'info',
        text: `This monitor stands by: the active one is ${standing.leader ?? 'not known yet'}`,
        fields: { ...fields, ...(standing.leader === undefined ? {} : { leader: standing.leader }) },
      };
    case 'unknown':
      return {
        level: 'warn',
        text: withHint(
          `Which monitor of this shop is the active one can not be told, so this one waits: ${standing.outage.reason}`,
          standing.outage.hint,
        ),
        fields,
      };
  }
}

/** A person says by it that Abacos has really lost orders. */
const LETS_REPAIRS_GO_ON = '. As long as this lasts, repairs go on even where Abacos denies orders that it had before';

function rewindSentence({ by, rewind, step }: Extract<Event, { kind: 'rewind' }>): Sentence {
  const { asked, failing, from, next, through } = rewind;
  const fields = { step, by, from, next, through, asked, failing };
  const result = `${counted(asked, 'order')} asked about, ${failing} of them failing`;
  switch (step) {
    case 'begun':
      return {
        level: 'info',
        text: `The orders with ids from ${next} to ${through} are asked about again, asked for by ${by}${by === OURSELVES ? '' : LETS_REPAIRS_GO_ON}`,
        fields,
      };
    case 'resumed':
      return {
        level: 'info',
        text: `The rewind to order id ${from}, asked for by ${by}, goes on at ${next} of ${through}: ${result}`,
        fields,
      };
    case 'cancelled':
      return {
        level: 'info',
        text: `The rewind to order id ${from} is called off at ${next} by ${by}: ${result}`,
        fields,
      };
    case 'ended':
      return {
        level: 'info',
        text: `The rewind to order id ${from} has come to its end at ${through}: ${result}`,
        fields,
      };
  }
}

function cycleSentence(report: CycleReport): Sentence {
  const { fresh, due, late } = report.judged;
  const parts = [`${counted(fresh + late, 'new order')} checked, ${report.settled} of them in Abacos`];
  if (report.failing > 0) parts.push(`${report.failing} failing`);
  if (due > 0) parts.push(`${due} open looked at again`);
  if (report.commands > 0)
    parts.push(`${counted(report.commands, 'command')} run, ${counted(report.repaired, 'order')} repaired`);
  const quiet = fresh + due + late === 0;
  const cutShort = report.interrupted ? '. Cut short: what could not be asked about is taken up again' : '';
  const ending = report.openOrders === undefined ? cutShort : '. New ones wait: too many are open';
  return {
    level: quiet || isUneventful(report) ? 'debug' : 'info',
    text: `Cycle of ${duration(report.durationMs)}: ${parts.join(', ')}${ending}`,
    fields: {
      fresh,
      due,
      late,
      commands: report.commands,
      repaired: report.repaired,
      durationMs: Math.round(report.durationMs),
      workLeft: String(report.workLeft),
    },
  };
}
