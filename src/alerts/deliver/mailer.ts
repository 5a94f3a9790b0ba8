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
  readonly subscribers: readonly string[];
  readonly escalateTo: readonly string[];
}

/** Everybody whom a mail is for, each once, without those who have it. */
export function recipientsOf({ audience, done }: Pick<Mail, 'audience' | 'done'>, settings: MailSettings): string[] {
  return addressesOf(audience, settings).filter((address) => !done.includes(address));
}

function addressesOf(audience: Mail['audience'], { subscribers, escalateTo }: MailSettings): string[] {
  return [...new Set(audience === 'everyone' ? [...subscribers, ...escalateTo] : subscribers)];
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
    to: addressesOf(mail.audience, settings),
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
