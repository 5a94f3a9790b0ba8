/** Schema and defaults of `email.yml`: who gets alerts, the mail server's encryption and login, the webhook. */
import * as v from 'valibot';

import { readCaFile } from './ca.ts';
import type { Source } from './config-file.ts';
import { EMAIL_KEYS } from './foreign-mail-keys.ts';
import type { Place } from './place.ts';
import type { Report } from './report.ts';
import { findSecret } from './secret-search.ts';
import type { Secret } from './secret.ts';
import {
  flag,
  hostName,
  mailAddress,
  oneOf,
  path,
  port,
  seconds,
  secret,
  text,
  secretUrl,
  timeOfDay,
} from './values.ts';

const addresses = () => v.array(mailAddress(), 'is not a list.');

const SCHEMA = v.object({
  subscribers: v.optional(addresses(), []),
  orders_to: v.optional(addresses(), []),
  faults_to: v.optional(addresses(), []),
  smtp: v.optional(
    v.object(
      {
        address: v.optional(hostName(), 'localhost'),
        port: v.optional(port(), '25'),
        enable_starttls_auto: v.optional(flag(), 'true'),
        tls: v.optional(oneOf(['off', 'offered', 'required', 'implicit'])),
        verify_certificate: v.optional(flag(), 'true'),
        ca: v.optional(path('a file of CA certificates in PEM form')),
        user_name: v.optional(text('the name to log in with at the mail server')),
        password: v.optional(secret('the password for the mail server')),
        password_file: v.optional(path('a file that holds the password')),
        authentication: v.optional(oneOf(['plain', 'login', 'cram_md5']), 'plain'),
        allow_cleartext_password: v.optional(flag(), 'false'),
      },
      'is not a section.',
    ),
    {},
  ),
  from: v.optional(mailAddress()),
  min_interval: v.optional(seconds({ min: 1, max: 86_400 }), '300'),
  remind_after: v.optional(seconds({ min: 60, max: 30 * 86_400 }), '86400'),
  escalate_to: v.optional(addresses(), []),
  escalate_after: v.optional(seconds({ min: 60, max: 30 * 86_400 }), '14400'),
  daily_report_at: v.optional(timeOfDay()),
  webhook: v.optional(secretUrl('the URL that alerts are posted to')),
  webhook_format: v.optional(oneOf(['json', 'slack', 'teams', 'discord', 'google_chat'])),
  webhook_ca: v.optional(path('a file of CA certificates in PEM form')),
});

/** `email.yml`: whom alerts go to, and how. */
export interface EmailConfig {
  /** Told of everything. */
  readonly subscribers: readonly string[];
  /** Told of orders besides. */
  readonly ordersTo: readonly string[];
  /** Told of outages and faults of the configuration besides. */
  readonly faultsTo: readonly string[];
  readonly smtp: SmtpConfig;
  /** `undefined`: order-monit at this host. */
  readonly from: string | undefined;
  /** Between two mails about the same matter. */
  readonly minIntervalMs: number;
  readonly remindAfterMs: number;
  readonly escalateTo: readonly string[];
  readonly escalateAfterMs: number;
  /** Minutes after midnight, local time; `undefined`: no report. */
  readonly dailyReportAtMinute: number | undefined;
  /** A secret, because such URLs carry what authorizes the sender. */
  readonly webhook: Secret | undefined;
  /** `undefined`: told by the host of the URL. */
  readonly webhookFormat: Values['webhook_format'];
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly webhookCa: string | undefined;
}

export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  /** `offered`: STARTTLS where the server has it; `required`: no mail without it; `implicit`: TLS from the first byte. */
  readonly encryption: 'off' | 'offered' | 'required' | 'implicit';
  readonly verifyCertificate: boolean;
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly ca: string | undefined;
  /** Whether to log in without encryption at a server on another host. */
  readonly allowCleartextPassword: boolean;
  readonly login:
    | {
        readonly userName: string;
        readonly password: Secret;
        readonly authentication: 'plain' | 'login' | 'cram_md5';
      }
    | undefined;
}

type Values = v.InferOutput<typeof SCHEMA>;

function resolve({ values, report, place }: Source<typeof SCHEMA>): EmailConfig {
  const { smtp } = values;
  const login = resolveLogin(smtp, report, place);
  const encryption = encryptionOf(smtp);
  return {
    subscribers: values.subscribers,
    ordersTo: values.orders_to,
    faultsTo: values.faults_to,
    smtp: {
      host: smtp.address,
      port: smtp.port,
      encryption,
      // Where a mail would go without encryption just the same, a certificate that does not fit changes nothing;
      // Debian's mail servers come with one that nobody has signed.
      verifyCertificate: smtp.verify_certificate && (encryption !== 'offered' || login !== undefined),
      ca: readCaFile({ key: 'smtp.ca', file: smtp.ca }, report, place),
      allowCleartextPassword: smtp.allow_cleartext_password,
      login,
    },
    from: values.from,
    minIntervalMs: values.min_interval,
    remindAfterMs: values.remind_after,
    escalateTo: values.escalate_to,
    escalateAfterMs: values.escalate_after,
    dailyReportAtMinute: values.daily_report_at,
    webhook: values.webhook,
    webhookFormat: values.webhook_format,
    webhookCa: readCaFile({ key: 'webhook_ca', file: values.webhook_ca }, report, place),
  };
}

export const EMAIL_FILE = { name: 'email.yml', schema: SCHEMA, foreignKeys: EMAIL_KEYS, flat: 'smtp', resolve };

/** The port that is TLS from the first byte by its registration (RFC 8314). */
const SUBMISSIONS_PORT = 465;

function encryptionOf({ tls, port, enable_starttls_auto: startTls }: Values['smtp']): SmtpConfig['encryption'] {
  if (tls !== undefined) return tls;
  if (port === SUBMISSIONS_PORT) return 'implicit';
  return startTls ? 'offered' : 'off';
}

function resolveLogin(smtp: Values['smtp'], report: Report, place: Place): SmtpConfig['login'] {
  const found = findSecret(
    place,
    {
      inline: { key: 'smtp.password', secret: smtp.password },
      file: { key: 'smtp.password_file', path: smtp.password_file },
      credential: 'smtp_password',
    },
    report,
  );
  if (smtp.user_name === undefined) {
    // A credential without a user name is left alone: the unit may offer it always.
    if (found.kind === 'found' && 'key' in found.from) {
      report.error({ key: found.from.key, problem: 'is given without smtp.user_name.', remedy: 'Give both, or none.' });
    }
    return undefined;
  }
  if (found.kind === 'none') {
    report.error({
      key: 'smtp.user_name',
      problem: 'is given without a password.',
      remedy: 'Add smtp.password or smtp.password_file, or remove smtp.user_name.',
    });
  }
  return found.kind === 'found'
    ? { userName: smtp.user_name, password: found.secret, authentication: smtp.authentication }
    : undefined;
}
