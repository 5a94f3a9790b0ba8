/** What mail servers answer when they refuse: Postfix 3, Exim 4, OpenSMTPD, Exchange, Microsoft 365, Gmail. */

export interface MailRefusal {
  readonly from: string;
  /** Where it is said. */
  readonly at: 'login' | 'sender' | 'recipient';
  readonly code: number;
  readonly text: string;
  readonly hint: RegExp;
}

const LOGIN = /check smtp: user_name and password in email\.yml/;
const WANTS_LOGIN = /it wants a login: set smtp: user_name and password/;
const RELAY = /it carries no mails to these addresses for this host/;
const SENDER = /set from in email\.yml to an address whose domain exists/;

export const MAIL_REFUSALS: readonly MailRefusal[] = [
  { from: 'Postfix', at: 'login', code: 535, text: '5.7.8 Error: authentication failed: UGFzc3dvcmQ6', hint: LOGIN },
  { from: 'Exchange', at: 'login', code: 535, text: '5.7.3 Authentication unsuccessful', hint: LOGIN },
  {
    from: 'Microsoft 365',
    at: 'login',
    code: 535,
    text: '5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    hint: /switch on authenticated SMTP for this mailbox/,
  },
  {
    from: 'Gmail',
    at: 'login',
    code: 534,
    text: '5.7.9 Application-specific password required.',
    hint: /make a password for applications/,
  },
  { from: 'Gmail', at: 'login', code: 535, text: '5.7.8 Username and Password not accepted.', hint: LOGIN },
  {
    from: 'Postfix',
    at: 'sender',
    code: 530,
    text: '5.7.0 Must issue a STARTTLS command first',
    hint: /set smtp: tls: required in email\.yml/,
  },
  { from: 'Exchange', at: 'sender', code: 530, text: '5.7.1 Client was not authenticated', hint: WANTS_LOGIN },
  {
    from: 'Microsoft 365',
    at: 'sender',
    code: 530,
    text: '5.7.57 Client not authenticated to send mail.',
    hint: WANTS_LOGIN,
  },
  {
    from: 'Exchange',
    at: 'sender',
    code: 550,
    text: '5.7.60 SMTP; Client does not have permissions to send as this sender',
    hint: /set from in email\.yml to an address that this login may send with/,
  },
  {
    from: 'Postfix',
    at: 'sender',
    code: 553,
    text: '5.7.1 <order-monit@example.com>: Sender address rejected: not owned by user monitor',
    hint: /an address that this login may send with/,
  },
  {
    from: 'Postfix',
    at: 'recipient',
    code: 450,
    text: '4.1.8 <order-monit@host>: Sender address rejected: Domain not found',
    hint: SENDER,
  },
  {
    from: 'Postfix',
    at: 'recipient',
    code: 504,
    text: '5.5.2 <host>: Helo command rejected: need fully-qualified hostname',
    hint: /give this host its full name/,
  },
  { from: 'Postfix', at: 'recipient', code: 554, text: '5.7.1 <one@example.com>: Relay access denied', hint: RELAY },
  { from: 'Exim', at: 'recipient', code: 550, text: 'relay not permitted', hint: RELAY },
  { from: 'Exchange', at: 'recipient', code: 550, text: '5.7.54 SMTP; Unable to relay recipient', hint: RELAY },
  {
    from: 'Postfix',
    at: 'recipient',
    code: 554,
    text: '5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    hint: /address is on a block list/,
  },
];
