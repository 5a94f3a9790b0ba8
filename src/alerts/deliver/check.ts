/** Tries what alerts are sent over: by itself without sending anything, and with a test message when asked to. */
import type { CheckFinding } from '../../core/check-finding.ts';
import { Deadline } from '../../net/deadline.ts';
import { isLoopback } from '../../net/socket.ts';
import { recipientsOf, sendMail, type MailSettings } from './mailer.ts';
import { messagesFor, type Delivering } from './outbox.ts';
import { greetSmtp } from './smtp.ts';
import { post } from './webhook.ts';

/** Connects to the mail server, encrypts and logs in as the alerts would. @throws SmtpFailure */
export async function checkMailServer(
  settings: MailSettings,
  host: string,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const { server } = settings;
  const everybody = recipientsOf({ audience: 'everyone', concern: 'all', done: [] }, settings);
  if (everybody.length === 0) {
    return [{ result: 'ok', text: 'email.yml names no subscribers, so no mail is sent' }];
  }
  const { encrypted, loggedIn } = await greetSmtp({ server, clientName: host }, signal);
  const how = [encrypted ? 'encrypted' : 'not encrypted', loggedIn ? 'logged in' : 'without a login'].join(', ');
  const whom = `${everybody.length} ${everybody.length === 1 ? 'address' : 'addresses'}`;
  const findings: CheckFinding[] = [
    {
      result: 'ok',
      text: `${server.host} port ${server.port} answers (${how}); alerts go to ${whom}. To send a test: order-monit check --mail`,
    },
  ];
  if (loggedIn && !encrypted && !isLoopback(server.host)) {
    findings.push({
      result: 'warning',
      text: `the password goes to ${server.host} without encryption, because smtp: allow_cleartext_password is true in email.yml: who listens, or passes for the server, can read it. Better set smtp: tls: required there`,
    });
  }
  return findings;
}

/** Somebody waits for it at a terminal. An alert has longer, and is tried again. */
const TEST_LIMIT_MS = 20_000;

export interface TestOptions {
  readonly host: string;
  readonly id: string;
  readonly now: number;
  /** For each channel. */
  readonly limitMs?: number;
}

/** Sends a test message over every channel there is. */
export async function sendTest(
  delivering: Delivering,
  { host, id, now, limitMs = TEST_LIMIT_MS }: TestOptions,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const alert = { id, at: now, thread: id, audience: 'subscribers', content: { kind: 'test' } } as const;
  const findings: CheckFinding[] = [];
  for (const message of messagesFor(alert, delivering, host)) {
    const deadline = new Deadline(limitMs, signal);
    const within = (): string => (deadline.expired ? ` within ${limitMs / 1000} s` : '');
    if (message.channel === 'mail') {
      const delivery = await sendMail(message, { settings: delivering.mail, host }, deadline.signal);
      const whom = recipientsOf(message, delivering.mail).join(', ');
      if (delivery.kind === 'failed')
        findings.push({ result: 'fault', text: `the test mail was not taken${within()}: ${delivery.why}` });
      else {
        for (const { address, why } of delivery.refused) {
          findings.push({ result: 'fault', text: `the mail server refuses ${address}: ${why}` });
        }
        findings.push({ result: 'ok', text: `the mail server has taken a test mail for ${whom}` });
      }
    } else if (delivering.webhook !== undefined) {
      const delivery = await post(delivering.webhook, message, deadline.signal);
      findings.push(
        delivery.kind === 'failed'
          ? { result: 'fault', text: `the webhook has not taken a test alert${within()}: ${delivery.why}` }
          : { result: 'ok', text: 'the webhook has taken a test alert' },
      );
    }
    deadline.end();
  }
  if (findings.length === 0)
    findings.push({ result: 'fault', text: 'email.yml names neither subscribers nor a webhook' });
  return findings;
}
