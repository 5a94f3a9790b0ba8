/** Where decided alerts go: into the spool and from there to people, or, in a dry run, into the log. */
import type { AdviceRule } from '../../core/advice.ts';
import type { OrderName } from '../../core/event.ts';
import { wordsOf, type Language } from '../../words/catalogue.ts';
import { zoneOf } from '../../words/moment.ts';
import type { Clock } from '../clock.ts';
import type { Alert, Content } from '../decide/alert.ts';
import { compose } from './compose.ts';
import { recipientsOf, sendMail, type MailSettings } from './mailer.ts';
import type { PageLink } from './mail-body.ts';
import type { Channel, Concern, Mail, Message } from './message.ts';
import { chatTextOf, payloadOf } from './payload.ts';
import { renderHtml, renderText, SUBJECT_PREFIX } from './render.ts';
import { Sender, type Carried } from './sender.ts';
import type { Spool } from './spool.ts';
import { post, type Webhook } from './webhook.ts';
import { withErpName } from '../../text/erp-name.ts';

/** To whom alerts go, how, and in which words. */
export interface Delivering {
  readonly mail: MailSettings;
  readonly webhook: Webhook | undefined;
  readonly language: Language;
  readonly maxAttempts: number;
  readonly escalateAfterMs: number;
  /** The page that mails lead to. */
  readonly page?: PageLink | undefined;
  /** The shop's own rules for what to do about orders. */
  readonly advice?: readonly AdviceRule[];
}

/** Somebody was told (`sent`), or would have been if the last mail about it were not so recent (`held`). */
export interface AlertReport {
  /** `orders`, `action`, `down`, `back`, `configuration`, `report` or `test`. */
  readonly kind: Content['kind'];
  readonly decision: 'sent' | 'held';
  /** `undefined` for what was held back. */
  readonly channel: Channel | undefined;
  readonly subject: string;
  readonly orders: readonly OrderName[];
}

/** The report on an alert that waits for the pause between two mails to end. */
export function heldReport(content: Content, delivering: Delivering, now: number): AlertReport {
  const words = wordsOf(delivering.language).mail;
  const { subject } = compose({ at: now, content }, { words, ...delivering });
  return { kind: content.kind, decision: 'held', channel: undefined, subject, orders: ordersOf(content) };
}

export type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

/** The messages that an alert becomes: one for each channel that somebody listens to. */
export function messagesFor(alert: Alert, delivering: Delivering, host: string): Message[] {
  const { language, mail, page, webhook } = delivering;
  const words = wordsOf(language).mail;
  const body = compose(alert, { words, ...delivering });
  const footer = words.footer(host, zoneOf(alert.at));
  const { id, at, thread, audience, content } = alert;
  const critical = !('stage' in content && content.stage === 'reminder') && !['report', 'test'].includes(content.kind);
  const { subject } = body;
  const common = { format: 1, id, at, critical, kind: content.kind, subject, orders: ordersOf(content) } as const;
  const messages: Message[] = [];
  const concern = concernOf(content);
  if (recipientsOf({ audience, concern, done: [] }, mail).length > 0) {
    messages.push({
      ...common,
      channel: 'mail',
      topic: topicOf(alert),
      thread,
      audience,
      concern,
      text: withErpName(renderText(body, footer)),
      html: withErpName(renderHtml(body, { footer, language })),
      done: [],
    });
  }
  if (webhook !== undefined) {
    const chat = chatTextOf(body, { footer, page });
    messages.push({
      ...common,
      channel: 'webhook',
      body: withErpName(payloadOf(alert, body, { host, footer, page })),
      chat: { ...chat, title: withErpName(chat.title), text: withErpName(chat.text) },
    });
  }
  return messages;
}

/** So many orders are kept on record with an alert. */
const ON_RECORD = 1000;

function ordersOf(content: Content): OrderName[] {
  if (content.kind !== 'orders' && content.kind !== 'action') return [];
  return content.orders.slice(0, ON_RECORD).map(({ orderId, orderNumber }) => ({ orderId, orderNumber }));
}

/**
 * Whose matter an alert is. Repairs that are held are both sides' matter: whether Abacos has lost orders is for the one to
 * find out, and to say so is for the other. So is the daily report, which tells of outages as well.
 */
function concernOf(content: Content): Concern {
  switch (content.kind) {
    case 'orders':
    case 'action':
    case 'undated':
      return 'orders';
    case 'down':
    case 'back':
      return content.dependency === 'repairs' ? 'all' : 'faults';
    case 'configuration':
      return 'faults';
    case 'report':
    case 'test':
      return 'all';
  }
}

/** What a filter can go by: `orders news`, `down reminder`, `report`. */
function topicOf({ content }: Alert): string {
  return 'stage' in content ? `${content.kind} ${content.stage}` : content.kind;
}

export interface Senders {
  readonly mail: Sender;
  readonly webhook: Sender;
}

export interface SenderParts {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly host: string;
  readonly log: Log;
  readonly delivering: () => Delivering;
  /** Told of each message that somebody got. */
  readonly sent: (report: AlertReport) => void;
}

export function createSenders({ spool, clock, host, log, delivering, sent }: SenderParts): Senders {
  return {
    mail: new Sender({
      channel: 'mail',
      spool,
      clock,
      log,
      otherSide: 'The mail server',
      deliver: async (message, signal) =>
        message.channel === 'mail'
          ? carryMail(message, { settings: delivering().mail, host, sent }, signal)
          : { delivery: { kind: 'delivered', refused: [] } },
    }),
    webhook: new Sender({
      channel: 'webhook',
      spool,
      clock,
      log,
      otherSide: 'The webhook',
      deliver: async (message, signal) => {
        const { webhook } = delivering();
        // It is no longer configured: there is nobody to tell.
        if (message.channel !== 'webhook' || webhook === undefined)
          return { delivery: { kind: 'delivered', refused: [] } };
        const delivery = await post(webhook, message, signal);
        if (delivery.kind === 'failed') return { delivery, rest: message };
        sent(sentReport(message));
        return { delivery };
      },
    }),
  };
}

async function carryMail(
  mail: Mail,
  { sent, ...to }: { readonly settings: MailSettings; readonly host: string; readonly sent: SenderParts['sent'] },
  signal: AbortSignal,
): Promise<Carried> {
  const recipients = recipientsOf(mail, to.settings);
  if (recipients.length === 0) return { delivery: { kind: 'delivered', refused: [] } };
  const delivery = await sendMail(mail, to, signal);
  if (delivery.kind === 'failed') return { delivery, rest: mail };
  // Those who get it later, because the server put them off, are no second alert.
  if (mail.done.length === 0) sent(sentReport(mail));
  const again = delivery.refused.filter(({ permanent }) => !permanent).map(({ address }) => address);
  if (again.length === 0) return { delivery };
  return { delivery, rest: { ...mail, done: [...mail.done, ...recipients.filter((one) => !again.includes(one))] } };
}

function sentReport({ kind, channel, subject, orders }: Message): AlertReport {
  return { kind, decision: 'sent', channel, subject, orders };
}

/** What a dry run says in place of sending. */
export function describeUnsent(alert: Alert, delivering: Delivering, host: string): string {
  const { audience, content } = alert;
  const recipients = recipientsOf({ audience, concern: concernOf(content), done: [] }, delivering.mail);
  const to = [...recipients, ...(delivering.webhook === undefined ? [] : ['the webhook'])];
  const words = wordsOf(delivering.language).mail;
  const { subject } = compose(alert, { words, ...delivering });
  const whom = to.length === 0 ? 'nobody: email.yml names no subscribers' : to.join(', ');
  return `Dry run: "${SUBJECT_PREFIX}${subject}" would go to ${whom} (from ${host})`;
}
