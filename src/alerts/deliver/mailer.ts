/** Makes a mail of a message and hands it to the mail server. */
import MailComposer from 'nodemailer/lib/mail-composer/index.js';

import type { Delivery } from './delivery.ts';
import type { Mail } from './message.ts';
import { SUBJECT_PREFIX } from './render.ts';
import { sendOverSmtp, type SmtpServer } from './smtp.ts';

export interface MailSettings {
  readonly server: SmtpServer;
  /** The sender's address. */
  readonly from: string;
  /** Told of everything. */
  readonly subscribers: readonly string[];
  /** Told of orders besides, and of nothing else. */
  readonly ordersTo: readonly string[];
  /** Told of what is down and of faults of the configuration besides, and of nothing else. */
  readonly faultsTo: readonly string[];
  readonly escalateTo: readonly string[];
}

/** Whom a mail is for. */
export type Addressed = Pick<Mail, 'audience' | 'concern'>;

/** Everybody whom a mail is for, each once, without those who have it. */
export function recipientsOf({ done, ...mail }: Addressed & Pick<Mail, 'done'>, settings: MailSettings): string[] {
  return addressesOf(mail, settings).filter((address) => !done.includes(address));
}

function addressesOf({ audience, concern }: Addressed, settings: MailSettings): string[] {
  const { subscribers, ordersTo, faultsTo, escalateTo } = settings;
  const own = { orders: ordersTo, faults: faultsTo, all: [...ordersTo, ...faultsTo] }[concern];
  const told = [...subscribers, ...own];
  // What is nobody's matter is everybody's: nothing is told to nobody while somebody is named.
  const some = told.length > 0 ? told : [...ordersTo, ...faultsTo];
  return [...new Set(audience === 'everyone' ? [...some, ...escalateTo] : some)];
}

/**
 * Hands a mail over, for all recipients at once: they see in it who else was
 * told. Its Message-ID and Date are the same at every attempt, so that one that
 * arrives twice (the answer of the server got lost) shows as the same.
 */
export async function sendMail(
  mail: Mail,
  { settings, host }: { readonly settings: MailSettings; readonly host: string },
  signal: AbortSignal,
): Promise<Delivery> {
  const message = await build(mail, settings, host);
  const envelope = { from: settings.from, to: recipientsOf(mail, settings) };
  return sendOverSmtp({ server: settings.server, clientName: host }, { envelope, message }, signal);
}

async function build(mail: Mail, settings: MailSettings, host: string): Promise<Buffer> {
  const first = messageId(mail.thread, host);
  return new MailComposer({
    from: { name: 'order-monit', address: settings.from },
    to: addressesOf(mail, settings),
    subject: SUBJECT_PREFIX + mail.subject,
    text: mail.text,
    html: mail.html,
    date: new Date(mail.at),
    messageId: messageId(mail.id, host),
    ...(mail.thread === mail.id ? {} : { inReplyTo: first, references: first }),
    headers: {
      'Auto-Submitted': 'auto-generated',
      // Outlook's own: no absence notes in answer.
      'X-Auto-Response-Suppress': 'All',
      'X-Order-Monit': mail.topic,
      // What filters and mail programs sort by (RFC 2919).
      'List-Id': `order-monit <order-monit.${host}>`,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

function messageId(id: string, host: string): string {
  return `<order-monit.${id}@${host}>`;
}
