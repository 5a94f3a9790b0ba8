/** Reads XML into a `Reply`: the usual form by the fast path of `plain-xml.ts`, everything else by a full parser. */
import { SaxesParser, type SaxesTagNS } from 'saxes';

import { readPlainly } from './plain-xml.ts';
import { ReplyBuilder, REPLACEMENT, UnreadableReply, type Reply } from './reply.ts';
import { ABACOS_NAMESPACE, SOAP_NAMESPACE } from './request.ts';

const FORBIDDEN = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const EVERY_FORBIDDEN = new RegExp(FORBIDDEN, 'gu');
/**
 * A reference to a character by its number; or a whole section of character
 * data, in which there are no references. A section without an end is taken
 * to the end of the text, so that no text is looked through twice.
 */
const REFERENCE_OR_CDATA = /&#(?:x([\da-fA-F]+)|(\d+));|<!\[CDATA\[[^]*?(?:\]\]>|$)/g;

/**
 * Reads an answer, which has to be well-formed XML.
 *
 * @throws UnreadableReply
 */
export function readReply(xml: string): Reply {
  return readPlainly(xml) ?? readFully(xml);
}

/**
 * Reads also what holds characters that XML forbids, which ASP.NET writes.
 *
 * @throws UnreadableReply
 */
export function readFully(xml: string): Reply {
  const builder = new ReplyBuilder();
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', () => {
    throw new UnreadableReply('is not well-formed XML');
  });
  parser.on('doctype', () => {
    throw new UnreadableReply('holds a document type declaration, which SOAP forbids');
  });
  parser.on('opentag', (tag) => {
    builder.open(stepOf(tag));
  });
  parser.on('closetag', () => {
    builder.close();
  });
  const add = (text: string): void => {
    builder.text(text);
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.write(withoutForbidden(xml)).close();
  return builder.end();
}

/**
 * Puts U+FFFD where a character stands that XML 1.0 forbids, or a reference to
 * one. That is neither markup nor a blank, and stands in no order number, no
 * boolean, no status and no code: a value that holds it counts as none of these.
 * In a tag it makes an element that is not known, and the row then lacks a value.
 */
function withoutForbidden(xml: string): string {
  return xml
    .replace(EVERY_FORBIDDEN, REPLACEMENT)
    .replace(REFERENCE_OR_CDATA, (found: string, hexadecimal?: string, decimal?: string) => {
      const digits = hexadecimal ?? decimal;
      if (digits === undefined) return found;
      const code = Number.parseInt(digits, hexadecimal === undefined ? 10 : 16);
      return code > 0x10ffff || FORBIDDEN.test(String.fromCodePoint(code)) ? REPLACEMENT : found;
    });
}

function stepOf({ uri, local }: SaxesTagNS): string {
  if (uri === ABACOS_NAMESPACE) return local;
  if (uri === SOAP_NAMESPACE) return `soap:${local}`;
  return uri === '' ? `:${local}` : `other:${local}`;
}
