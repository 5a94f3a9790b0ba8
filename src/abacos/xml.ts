import { SaxesParser, type SaxesTagNS } from 'saxes';

import { readPlainly } from './plain-xml.ts';
import { ReplyBuilder, UnreadableReply, type Reply } from './reply.ts';
import { ABACOS_NAMESPACE, SOAP_NAMESPACE } from './request.ts';

/**
 * Reads an answer, which has to be well-formed XML. One in the form that the
 * service is known to send is read by {@link readPlainly}; whatever differs
 * from it in any way is read by a full parser.
 *
 * @throws UnreadableReply
 */
export function readReply(xml: string): Reply {
  return readPlainly(xml) ?? readFully(xml);
}

/** @throws UnreadableReply */
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
  parser.write(xml).close();
  return builder.end();
}

function stepOf({ uri, local }: SaxesTagNS): string {
  if (uri === ABACOS_NAMESPACE) return local;
  if (uri === SOAP_NAMESPACE) return `soap:${local}`;
  return uri === '' ? `:${local}` : `other:${local}`;
}
