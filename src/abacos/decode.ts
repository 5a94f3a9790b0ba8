/** The text of an answer's bytes, in the character set that they are in. */
import { UnreadableReply } from './reply.ts';

/** Within so many bytes an XML declaration names its encoding. */
const DECLARED_WITHIN_BYTES = 200;

/**
 * Decodes by the marks in the bytes themselves, then by the header, then by the XML declaration. .NET writes
 * `encoding="utf-16"` into what it sends as UTF-8, so that is believed of no bytes that do not look like it. A byte that
 * is none of the set spoils the text it stands in, and no number holds such a text.
 *
 * @throws UnreadableReply for a character set that is not known
 */
export function decode(bytes: Buffer, contentType: string): string {
  const label = markOf(bytes) ?? labelIn(contentType) ?? declaredIn(bytes) ?? 'utf-8';
  if (label === 'utf-8') return bytes.toString('utf8').replace(/^\uFEFF/, '');
  return decodeAs(label, bytes);
}

/** A byte order mark; or the `<` that everything begins with, as UTF-16 has it. */
function markOf(bytes: Buffer): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return undefined;
}

function labelIn(contentType: string): string | undefined {
  return believable(/charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType)?.[1]);
}

function declaredIn(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, DECLARED_WITHIN_BYTES);
  return believable(/^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)/i.exec(start)?.[1]);
}

function believable(label: string | undefined): string | undefined {
  const name = label?.toLowerCase();
  if (name === undefined) return undefined;
  return /^(?:utf-?8|(?:us-)?ascii|utf-?16.*|ucs-?2|unicode)$/.test(name) ? 'utf-8' : name;
}

function decodeAs(label: string, bytes: Buffer): string {
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    throw new UnreadableReply('is in a character set that order-monit does not read');
  }
}
