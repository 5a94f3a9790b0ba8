/** Bytes of a file as text: UTF-8, or UTF-16 as Windows writes it; of other encodings the place at which they show. */
import type { Remark } from './fault.ts';

export type Decoded = { readonly text: string } | (Remark & { readonly text?: never });

const SAVE_AS_UTF8 = 'Save the file in the encoding UTF-8';

/** Reads UTF-8, and UTF-16 by its byte order mark or by the zeros that plain letters have in it, as YAML wants it. */
export function decodeText(content: Uint8Array): Decoded {
  const [one, two, three, four] = content;
  if (
    (one === 0 && two === 0) ||
    (three === 0 && four === 0 && one !== 0 && (two === 0 || (one === 0xff && two === 0xfe)))
  ) {
    return content.length >= 4
      ? { line: 1, problem: 'is UTF-32 text.', remedy: `${SAVE_AS_UTF8}: iconv -f UTF-32 -t UTF-8.` }
      : decodeUtf8(content);
  }
  if ((one === 0xff && two === 0xfe) || (one !== undefined && one !== 0 && two === 0)) return decodeUtf16(content);
  if ((one === 0xfe && two === 0xff) || (one === 0 && two !== undefined && two !== 0)) {
    return decodeUtf16(swapped(content));
  }
  return decodeUtf8(content);
}

/** The bytes of each pair the other way round; one that has no other stays, and is found to be damage. */
function swapped(content: Uint8Array): Uint8Array {
  return content.map((byte, index) => content[index ^ 1] ?? byte);
}

function decodeUtf16(content: Uint8Array): Decoded {
  try {
    return { text: new TextDecoder('utf-16le', { fatal: true }).decode(content) };
  } catch {
    return { problem: 'is UTF-16 text that breaks off or is damaged.', remedy: `${SAVE_AS_UTF8}.` };
  }
}

/** A line feed is never part of a longer UTF-8 sequence, so each line can be looked at alone. */
function decodeUtf8(content: Uint8Array): Decoded {
  const text = tryUtf8(content);
  if (text !== undefined) return { text };
  let start = 0;
  for (let line = 1; ; line++) {
    const end = content.indexOf(0x0a, start);
    const bytes = content.subarray(start, end === -1 ? content.length : end);
    if (tryUtf8(bytes) === undefined || end === -1) {
      return {
        line,
        problem: `is not UTF-8 text: column ${columnOfBadByte(bytes)} has a byte of another encoding.`,
        remedy: `${SAVE_AS_UTF8}; if Windows or an old Linux wrote it: iconv -f WINDOWS-1252 -t UTF-8.`,
      };
    }
    start = end + 1;
  }
}

function tryUtf8(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** Counted from 1, in characters. What is not decoded becomes U+FFFD, of which the first is looked for. */
function columnOfBadByte(line: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(line);
  const index = Array.from(text).findIndex((character, at) => character === '\uFFFD' && !isGenuine(line, text, at));
  return index + 1;
}

/** Whether a U+FFFD stands in the file itself. */
function isGenuine(line: Uint8Array, text: string, at: number): boolean {
  const before = Buffer.byteLength(Array.from(text).slice(0, at).join(''));
  return Buffer.from(line.subarray(before, before + 3)).equals(Buffer.from('\uFFFD'));
}
