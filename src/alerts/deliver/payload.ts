/** An alert as JSON for a webhook: `text` is what chat systems show, the rest is for programs. */
import type { Alert, Content } from '../decide/alert.ts';
import { bounded, inert, LONGEST_TEXT, type ChatText } from './chat.ts';
import type { MailBody } from './mail-body.ts';
import { renderText, SUBJECT_PREFIX } from './render.ts';

/** What a chat shows of an alert, before it is put into the form of any. */
export function chatTextOf(body: MailBody, footer: string): ChatText {
  return { title: `${SUBJECT_PREFIX}${body.subject}`, text: renderText(body, footer) };
}

export function payloadOf(
  alert: Alert,
  body: MailBody,
  from: { readonly host: string; readonly footer: string },
): string {
  const { title, text } = chatTextOf(body, from.footer);
  return JSON.stringify({
    text: bounded(`*${inert(title)}*\n${inert(text)}`, LONGEST_TEXT),
    order_monit: {
      id: alert.id,
      thread: alert.thread,
      at: new Date(alert.at).toISOString(),
      host: from.host,
      subject: body.subject,
      ...fieldsOf(alert.content),
    },
  });
}

function fieldsOf(content: Content): Readonly<Record<string, unknown>> {
  switch (content.kind) {
    case 'orders':
    case 'action':
      return {
        kind: content.kind,
        stage: content.stage,
        ...(content.repairsWait === undefined
          ? {}
          : {
              repairsWait: { why: content.repairsWait.why, until: new Date(content.repairsWait.until).toISOString() },
            }),
        orders: content.orders.map((one) => ({
          id: one.orderId,
          number: one.orderNumber,
          state: one.settledAt === null ? 'open' : 'settled',
          reason: one.reason,
          givenUp: one.givenUp !== null,
          // Of the others what the record counts is not how many commands ran.
          ...(one.settledAt === null && one.givenUp === null ? { attempts: one.attempts } : {}),
          since: new Date(one.openedAt).toISOString(),
          ...(one.settledAt === null ? {} : { settledAt: new Date(one.settledAt).toISOString() }),
        })),
      };
    case 'down': {
      const { kind, stage, dependency, since, reason, hint } = content;
      return {
        kind,
        stage,
        dependency,
        since: new Date(since).toISOString(),
        reason,
        ...(hint === null ? {} : { hint }),
      };
    }
    case 'back': {
      const { kind, dependency, since, until } = content;
      return { kind, dependency, since: new Date(since).toISOString(), until: new Date(until).toISOString() };
    }
    case 'configuration':
      return { kind: content.kind, stage: content.stage, faults: content.text.split('\n') };
    case 'undated': {
      const { kind, count, ids, since } = content;
      return { kind, count, ids, since: new Date(since).toISOString() };
    }
    case 'report': {
      const { kind, uncheckedSince, checked, inAbacos, repaired, medianMs, givenUp, openCount, undated } = content;
      const unchecked = uncheckedSince === null ? {} : { uncheckedSince: new Date(uncheckedSince).toISOString() };
      return { kind, checked, inAbacos, repaired, medianMs, givenUp, open: openCount, undated, ...unchecked };
    }
    case 'test':
      return { kind: content.kind };
  }
}
