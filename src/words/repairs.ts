/** What is said of repairs: why they wait, are held or were given up, and of what they depend on. */
import type { Event } from '../core/event.ts';
import { argumentFor } from '../core/order.ts';
import { downText, upText, withHint } from '../core/outage.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import { duration } from './duration.ts';
import { capital, counted, fieldsOf, named, type Sentence } from './sentence.ts';

type Of<Kind extends Event['kind']> = Extract<Event, { readonly kind: Kind }>;

export function givenUpSentence(event: Of<'given-up'>): Sentence {
  const { permanentError, record, why } = event;
  return {
    level: 'error',
    text:
      `${named(event)} is given up: ${why}. Look it up in Abacos, find out why it can not be integrated, ` +
      `mend that, then: order-monit retry ${argumentFor(event)}`,
    fields: {
      ...fieldsOf(event),
      attempts: record.attempts,
      ...(permanentError === undefined ? {} : { permanentError }),
    },
  };
}

/** Something that the work depends on went down or works again; `repairs` are held or go on. */
export function dependencySentence(event: Of<'down'> | Of<'up'>): Sentence {
  const { dependency } = event;
  if (event.kind === 'up') {
    return {
      level: 'info',
      text: capital(upText(dependency, duration(event.downMs))),
      fields: { dependency, downMs: Math.round(event.downMs) },
    };
  }
  const meanwhile = dependency === 'repairs' ? 'No command is run, and checking goes on' : 'It is tried again';
  return {
    level: 'error',
    text: withHint(`${capital(downText(dependency))}: ${event.reason}. ${meanwhile}`, event.hint),
    fields: { dependency },
  };
}

/** Why repairs wait although everything works. */
export const WAITING: Readonly<Record<RepairWait['why'], string>> = {
  settling: 'the shop gets its own time (settle_time) to send them, counted while Abacos is up',
  draining: "missing orders turn up without a command, so the shop's own queue is still sending",
};

export function repairWaitSentence(wait: RepairWait | undefined): Sentence {
  if (wait === undefined) return { level: 'info', text: 'No repair waits for the shop any more', fields: {} };
  const until = new Date(wait.until).toISOString();
  return {
    level: 'info',
    text: `Repairs of ${counted(wait.orders, 'order')} wait until ${until} or longer: ${WAITING[wait.why]}`,
    fields: { why: wait.why, orders: wait.orders, until },
  };
}

export function lagSentence(event: Of<'lag-learned'>): Sentence {
  const { lagMs, task } = event;
  return {
    level: 'warn',
    text:
      `${named(event)} showed up in Abacos only now, after Abacos had denied it: from now on a second ` +
      `${task} of an order waits ${duration(lagMs)}`,
    fields: { ...fieldsOf(event), task, lagMs },
  };
}
