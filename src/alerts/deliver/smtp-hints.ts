/** What to do about what a mail server says when it refuses. */

/** The first that fits counts: what says more comes before what says less. */
const HINTS: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /5\.7\.139|SmtpClientAuthentication is disabled|basic authentication is disabled/i,
    'switch on authenticated SMTP for this mailbox (Microsoft 365), or send through another server',
  ],
  [
    /application-specific password|app(?:lication)? password|5\.7\.9\b/i,
    'make a password for applications there, and write that into email.yml',
  ],
  [
    /must issue a starttls|starttls (?:is )?required|encryption (?:is )?required|5\.7\.11\b/i,
    'set smtp: tls: required in email.yml',
  ],
  [
    /5\.7\.60\b|send as this sender|SendAsDenied|not owned by user|sender address rejected: not logged in|not authorized to send/i,
    'set from in email.yml to an address that this login may send with',
  ],
  [
    /client (?:was )?not authenticated|5\.7\.57\b|authentication (?:is )?required|^530\b/i,
    'it wants a login: set smtp: user_name and password in email.yml (port 587 or 465 as a rule)',
  ],
  [
    /authentication (?:failed|unsuccessful|credentials invalid|failure)|authentication failed|username and password not accepted|^53[45]\b/i,
    'check smtp: user_name and password in email.yml',
  ],
  [
    /relay access denied|relaying denied|unable to relay|relay not permitted|not permitted to relay|5\.7\.54\b/i,
    'it carries no mails to these addresses for this host: log in there (smtp: user_name, port 587), or have it let this host through',
  ],
  [
    /helo command rejected|need fully-qualified hostname|invalid (?:helo|ehlo)|helo.*(?:not found|invalid)/i,
    'give this host its full name (hostnamectl; hostname -f shows it)',
  ],
  [
    /sender address rejected|domain of sender|sender domain|sender verify failed|5\.1\.[78]\b/i,
    'set from in email.yml to an address whose domain exists',
  ],
  [
    /blocked using|block ?list|blacklist|spamhaus|banned sending ip|5\.7\.60[67]\b/i,
    "this host's address is on a block list: send through the mail server of your provider (smtp: address, with a login)",
  ],
  [
    /smtputf8|5\.6\.7\b|non-ascii|internationali[sz]ed/i,
    'what stands before the @ of an address has to be plain letters (a-z) for this server',
  ],
];

export function hintFor(said: string): { readonly hint?: string } {
  const hint = HINTS.find(([pattern]) => pattern.test(said))?.[1];
  return hint === undefined ? {} : { hint };
}
