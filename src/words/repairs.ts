/** What is said of repairs that wait or are held, and of what the work depends on. */
import type { Event } from '../core/event.ts';
import { downText, upText, withHint } from '../core/outage.ts';
import type { RepairWait } from '../core/repair-wait.ts';
import { duration } from './duration.ts';
import { capital, counted, type Sentence } from './sentence.ts';

type Of<Kind extends Event['kind']> = Extract<Event, { readonly kind: Kind }>;

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
