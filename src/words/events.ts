/**
 * What is said of each event, in one voice for the log, the terminal and
 * whoever else is told: what happened, to which order, what order-monit does
 * about it, what people should do.
 */
import { isUneventful, type CycleReport, type Event } from '../core/event.ts';
import { withHint } from '../core/outage.ts';
import type { Role } from '../core/role.ts';
import { duration } from './duration.ts';
import { attemptsAgain, namedSentence } from './order-events.ts';
import { dependencySentence, repairWaitSentence } from './repairs.ts';
import { rewindSentence } from './rewind.ts';
import { counted, type Sentence } from './sentence.ts';

/** Puts an event into words. `maxAttempts` is for "attempt 2 of 4". */
export function sentenceFor(event: Event, maxAttempts: number): Sentence {
  if ('orderId' in event) return namedSentence(event, maxAttempts);
  switch (event.kind) {
    case 'retry-many': {
      const { by, count } = event;
      const text = `${counted(count, 'order')} together: each gets ${attemptsAgain(by, maxAttempts)}`;
      return { level: 'info', text, fields: { count, by } };
    }
    case 'run-now':
      return {
        level: 'info',
        text: `The next cycle begins at once, asked for by ${event.by}`,
        fields: { by: event.by },
      };
    case 'rewind':
      return rewindSentence(event);
    case 'went-back':
      return wentBackSentence(event);
    case 'undated':
      return undatedSentence(event.count);
    case 'strange-ids':
      return strangeIdsSentence(event.ids);
    case 'repairs-wait':
      return repairWaitSentence(event.wait);
    case 'standing':
      return roleSentence(event.standing);
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
      '(orders: table in database.yml). Which ones: order-monit open',
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

function roleSentence(role: Role): Sentence {
  const fields = { standing: role.kind };
  switch (role.kind) {
    case 'active':
      return { level: 'info', text: 'This is the active monitor of this shop', fields };
    case 'standby':
      return {
        level: 'info',
        text: `This monitor stands by: the active one is ${role.leader ?? 'not known yet'}`,
        fields: { ...fields, ...(role.leader === undefined ? {} : { leader: role.leader }) },
      };
    case 'unknown':
      return {
        level: 'warn',
        text: withHint(
          `Which monitor of this shop is the active one can not be told, so this one waits: ${role.outage.reason}`,
          role.outage.hint,
        ),
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
