/** The text of an answer's bytes, in the character set that they are in. */
import { UnreadableBody } from './unreadable-body.ts';

/** Within so many bytes an XML declaration names its encoding. */
const DECLARED_WITHIN_BYTES = 200;

/**
 * Decodes by the marks in the bytes themselves, then by the header, then by the XML declaration. .NET writes
 * `encoding="utf-16"` into what it sends as UTF-8, so that is believed of no bytes that do not look like it. A byte that
 * is none of the set spoils the text it stands in, and no number holds such a text.
 *
 * @throws UnreadableBody for a character set that is not known
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

/**
 * The text of what people are to read, whatever it says of its character set: where that is not known, or the bytes are
 * none of it, they are UTF-8 if they can be, and what Windows writes otherwise.
 */
export function decodePage(bytes: Buffer, contentType: string): string {
  const named = markOf(bytes) ?? unmarkedUtf16(bytes) ?? labelIn(contentType) ?? declaredIn(bytes) ?? metaIn(bytes);
  for (const label of [named, 'utf-8']) {
    const text = label === undefined ? undefined : decodeStrictly(label, bytes);
    if (text !== undefined) return text;
  }
  return new TextDecoder('windows-1252').decode(bytes);
}

/** The letters of Latin have a NUL beside them there. */
function unmarkedUtf16([first, second]: Buffer): string | undefined {
  if (first === undefined || second === undefined || (first === 0) === (second === 0)) return undefined;
  return second === 0 ? 'utf-16le' : 'utf-16be';
}

/** Within so many bytes a page names its character set. */
const META_WITHIN_BYTES = 1024;

function metaIn(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, META_WITHIN_BYTES);
  return believable(/<meta\b[^>]*?\bcharset\s*=\s*["']?([\w.:-]+)/i.exec(start)?.[1]);
}

/** `undefined` where the set is not known, or a byte is none of it. What a cut has left at the end is passed over. */
function decodeStrictly(label: string, bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

function decodeAs(label: string, bytes: Buffer): string {
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    throw new UnreadableBody('is in a character set that order-monit does not read');
  }
}
