/** Takes keys and database credentials out of what Abacos says before it is logged, mailed or shown. */
import { oneLine } from '../text/printable.ts';

const HIDDEN = '[hidden]';
const LONGEST = 300;

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** Abacos says `Chave enviada "…"` and repeats what it was sent, of whatever form. */
const QUOTED_KEY = /(chave[^"]{0,40})"[^"]*(?:"|$)/gi;
/** An unquoted value goes on to the semicolon, or else to the end: rather too much is hidden than too little. */
const CONNECTION_VALUE =
  /\b(password|pwd|user ?(?:id|name)?|uid|data source|server|address|addr|initial catalog|database)(\s*=\s*)(?:"(?:[^"]|"")*(?:"|$)|'(?:[^']|'')*(?:'|$)|[^;]*)/gi;

/**
 * Makes a text from outside fit to be logged, mailed and shown: one line, at
 * most 300 characters, without keys and without the values of a database's
 * connection string. Abacos repeats the key in 300015 and the connection
 * string in 300007.
 */
export function redact(text: string, key: string): string {
  const line = oneLine(text, text.length).replaceAll(/\s+/g, ' ');
  return oneLine(hideSecrets(line, [key]).replaceAll(GUID, HIDDEN), LONGEST);
}

/**
 * Hides these secrets in a line, and what Abacos is known to repeat of a key
 * and of a connection string, also where others quote Abacos.
 */
export function hideSecrets(line: string, secrets: readonly string[]): string {
  return secrets
    .reduce(without, line)
    .replaceAll(QUOTED_KEY, `$1"${HIDDEN}"`)
    .replaceAll(CONNECTION_VALUE, `$1$2${HIDDEN}`);
}

function without(line: string, secret: string): string {
  if (secret === '') return line;
  return line.replaceAll(new RegExp(secret.replaceAll(/[^A-Za-z0-9]/g, '\\$&'), 'gi'), HIDDEN);
}
