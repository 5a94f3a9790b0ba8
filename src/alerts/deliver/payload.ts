/** An alert as JSON for a webhook: `text` is what chat systems show, the rest is for programs. */
import type { Alert, Content } from '../decide/alert.ts';
import { bounded, inert, LONGEST_TEXT, type ChatText } from './chat.ts';
import { orderUrl, type MailBody, type PageLink } from './mail-body.ts';
import { renderText, SUBJECT_PREFIX } from './render.ts';

/** So many orders have their address in a chat, where there is little room. */
const WITH_ADDRESS = 5;

export interface From {
  readonly host: string;
  readonly footer: string;
  readonly page?: PageLink | undefined;
}

/** What a chat shows of an alert, before it is put into the form of any. */
export function chatTextOf(body: MailBody, { footer, page }: Pick<From, 'footer' | 'page'>): ChatText {
  const text = renderText(body, footer, WITH_ADDRESS);
  return { title: `${SUBJECT_PREFIX}${body.subject}`, text, ...(page === undefined ? {} : { page: page.url }) };
}

export function payloadOf(alert: Alert, body: MailBody, from: From): string {
  const { title, text } = chatTextOf(body, from);
  const { host, page } = from;
  return JSON.stringify({
    text: bounded(`*${inert(title)}*\n${inert(text)}`, LONGEST_TEXT),
    order_monit: {
      id: alert.id,
      thread: alert.thread,
      at: new Date(alert.at).toISOString(),
      host,
      subject: body.subject,
      ...(page === undefined ? {} : { page: `${page.url}/` }),
      ...fieldsOf(alert.content, page),
    },
  });
}

function fieldsOf(content: Content, page: PageLink | undefined): Readonly<Record<string, unknown>> {
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
          ...(page === undefined ? {} : { url: orderUrl(one, page) }),
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
