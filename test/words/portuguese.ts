/** Tells English in a Portuguese text. */
import assert from 'node:assert/strict';

import { translated } from '../../src/words/pt-br/phrases.ts';

/** Words that no Portuguese sentence has. */
export const ENGLISH =
  /(?<!\p{L})(?:the|is|are|was|were|and|of|to|with|that|which|there|this|it|its|not|may|must|has|have|had|can|check|whether|ask|from|by|on|at|what|who|did|does|answered|answer|refused|refuses|unknown|set|run|said|says|lasts|until|order|orders|payment|write|remove|make|look|file|keys|in)(?!\p{L})/iu;

/** What stays: keys, files, commands, SQL, and what others have said, which stands in quotes. */
export function ours(text: string): string {
  return text
    .replaceAll(/"[^"]*"|`[^`]*`/g, '')
    .replaceAll(
      /order-monit [a-z-]+(?: --?[\w-]+)*|order-monit|journalctl.*$|ssh-keygen [^;,)]*|openssl [^;,)]*|iconv [^;,)]*/g,
      '',
    )
    .replaceAll(
      /GRANT .*? TO |SHOW COLUMNS FROM|IDENTIFIED WITH \S+ BY|set -o pipefail|Not allowed at this time|CREATE TABLE .*?InnoDB|SET GLOBAL \S+|FLUSH HOSTS|TRUNCATE TABLE \S+/g,
      '',
    )
    .replaceAll(/ssl: mode: \w+|orders: \w+|in-progress|insert_order|rewind --since|IDENTIFIED BY|from=|key_file/g, '')
    .replaceAll(/\bapplication pool\b|\bhealth check\b|SQL SECURITY INVOKER|MATCH USER|gssapi-with-mic/gi, '')
    .replaceAll(/\b[\w]+(?:[._/=-]+\w+)+\b/g, '');
}

/** A text, as readers have it, has no English in it. `from` is what it was made of. */
export function assertPortuguese(text: string, from = text): void {
  const left = ENGLISH.exec(ours(text));
  assert.equal(left, null, `"${left?.[0] ?? ''}" in: ${text}\nfrom: ${from}`);
}

/** What was said in English is known in Portuguese. */
export function assertTranslated(...texts: readonly (string | undefined)[]): void {
  for (const text of texts) if (text !== undefined) assertPortuguese(translated(text), text);
}
