/** The keys of ActionMailer, the mail gem, Pony and Nodemailer: see `foreign-keys.ts`. */
import { each, ignored, means, ONE_CA_FILE, words, type ForeignKeys, type ReadValue } from './foreign-keys.ts';

/** As `smtp_settings`, `via_options` and Pony's own have them. */
function smtpKeys(keys: ForeignKeys): ForeignKeys {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [`smtp.${name}`, key]));
}

/** Ports at which a server speaks without encryption first. */
const STARTTLS_PORTS = new Set(['25', '587', '2525']);

/** ActionMailer means TLS from the first byte, and older plug-ins STARTTLS: the port tells. Both are encrypted. */
const smtpTls: ReadValue = (written, beside) => {
  const isWanted = words({ true: 'yes', yes: 'yes', on: 'yes', false: 'no', no: 'no' })(written, beside);
  if (isWanted === undefined) return undefined;
  if (isWanted === 'no') return '';
  return STARTTLS_PORTS.has(beside('port') ?? '25') ? 'required' : 'implicit';
};

const loginWord = words({ none: '', false: '', nil: '', true: '', on: '', auto: '' });

const CHECKED_WHERE_IT_COUNTS =
  'Write the authority of the certificate as smtp.ca. smtp.verify_certificate: false gives the check up, so that ' +
  'anybody may pass for the server.';

export const EMAIL_KEYS: ForeignKeys = {
  ...each('subscribers to cc bcc recipients exception_recipients', { kind: 'list', key: 'subscribers' }),
  orders_to: { kind: 'list', key: 'orders_to' },
  faults_to: { kind: 'list', key: 'faults_to' },
  escalate_to: { kind: 'list', key: 'escalate_to' },
  ...each('sender_address from_address', means('from')),
  ...each('smtp_settings async_smtp_settings via_options', means('smtp')),
  ...each('delivery_method via', {
    kind: 'replaced',
    key: 'smtp.address',
    remedy: 'Mails go to a mail server by SMTP, without smtp.address to that of this host.',
    fits: /^:?(?:smtp|async_smtp)$/,
  }),
  ...each('url smtp_url mail_url email_url mailer_dsn smtp.url', {
    kind: 'replaced',
    key: 'smtp.address',
    remedy: 'Write smtp.address, port, user_name and password; smtps:// is port: 465.',
    isFault: true,
  }),
  ...each(
    'sendmail sendmail_path sendmail_settings exim_settings mailgun_settings postmark_settings sendgrid_settings',
    {
      kind: 'replaced',
      key: 'smtp.address',
      remedy: 'Mails go to a mail server by SMTP, without smtp.address to that of this host.',
    },
  ),
  perform_deliveries: {
    kind: 'replaced',
    key: 'subscribers',
    remedy: 'Remove the subscribers if nobody is to be told.',
    fits: /^true$/i,
  },
  default_options: { kind: 'replaced', key: 'from', remedy: 'Write from here, at the margin.' },
  'smtp.from': means('from'),
  ...ignored(
    'subject subject_prefix email_prefix reply_to return_path headers body html_body charset content_type body_part_header ' +
      'text_part_charset default_url_options asset_host raise_delivery_errors perform_caching ' +
      'deliver_later_queue_name file_settings test_settings letter_opener_settings preview_path',
  ),
  ...smtpKeys({
    ...each('table', means('smtp')), // an OpenStruct as Ruby 1.9 wrote it
    ...each('host hostname server', means('smtp.address')),
    ...each('user username', means('smtp.user_name')),
    ...each('pass', means('smtp.password')),
    authentication: means('smtp.authentication', { read: loginWord }),
    ...each('auth type', means('smtp.authentication', { read: loginWord })),
    ...each('tls ssl secure', means('smtp.tls', { read: smtpTls, told: true })),
    enable_starttls: means('smtp.tls', {
      read: words({ true: 'required', always: 'required', auto: '', false: '' }),
      told: true,
    }),
    ...each('requireTLS', means('smtp.tls', { read: words({ true: 'required', false: '' }), told: true })),
    ...each('ignoreTLS', means('smtp.tls', { read: words({ true: 'off', false: '' }), told: true })),
    service: {
      kind: 'replaced',
      key: 'smtp.address',
      remedy: 'Write the name of the mail server, smtp.gmail.com say, and smtp.port: 587.',
      isFault: true,
    },
    ca_file: means('smtp.ca'),
    ca_path: { kind: 'replaced', key: 'smtp.ca', remedy: ONE_CA_FILE },
    openssl_verify_mode: {
      kind: 'replaced',
      key: 'smtp.verify_certificate',
      remedy: CHECKED_WHERE_IT_COUNTS,
      fits: /^:?(?:1|peer|client_once|fail_if_no_peer_cert|(?:openssl::ssl::)?verify_peer)$/i,
    },
    rejectUnauthorized: {
      kind: 'replaced',
      key: 'smtp.verify_certificate',
      remedy: CHECKED_WHERE_IT_COUNTS,
      fits: /^true$/i,
    },
    ...ignored(
      'domain helo open_timeout read_timeout timeout connection_timeout return_response logger debug_output ' +
        'ssl_context_params modifiable pool name maxConnections maxMessages connectionTimeout greetingTimeout socketTimeout ' +
        'dnsTimeout opportunisticTLS debug servername minVersion ciphers',
    ),
  }),
};
