/** The fast path for the usual replies of Abacos: reads them without a full XML parser, and declines all others. */
import { ReplyBuilder, type Reply } from './reply.ts';
import { ABACOS_NAMESPACE, SOAP_NAMESPACE } from './request.ts';

/** What is not read here: references, line ends to fold, characters that XML forbids or that take two units. */
const NOT_PLAIN = /[^\t\n\x20-\x25\x27-\uD7FF\uE000-\uFFFD]/;

const BLANKS = '[ \\t\\n]*';
/** Everything down to the result. The only attributes are declarations of namespaces. */
const START = new RegExp(
  `^<\\?xml version="1\\.0" encoding="[Uu][Tt][Ff]-8"\\?>${BLANKS}` +
    `<([A-Za-z]+):Envelope((?: xmlns:[A-Za-z]+="[^"<]*")+)>${BLANKS}<\\1:Body>${BLANKS}` +
    `<PedidoExisteResponse xmlns="${ABACOS_NAMESPACE.replaceAll('.', '\\.')}">${BLANKS}<PedidoExisteResult>`,
);
const END = new RegExp(
  `</PedidoExisteResult>${BLANKS}</PedidoExisteResponse>${BLANKS}` +
    `</([A-Za-z]+):Body>${BLANKS}</([A-Za-z]+):Envelope>${BLANKS}$`,
  'y',
);
/** A row as the WSDL has it, with nothing that is not read, and the blanks before it. Its values are groups. */
const USUAL_ROW = new RegExp(
  `${BLANKS}<DadosPedidosExistentes>${BLANKS}` +
    `${element('NumeroDoPedido')}${element('Existente')}${element('StatusAtual')}` +
    `(?:<StatusPedido>[^<]*</StatusPedido>${BLANKS})?` +
    `<Resultado>${BLANKS}${element('Codigo')}(?:${element('Descricao')})?${element('Tipo')}</Resultado>${BLANKS}` +
    '</DadosPedidosExistentes>',
  'y',
);
const NAMESPACE = / xmlns:([A-Za-z]+)="([^"]*)"/g;
const NAME = /^[A-Za-z_][\w.-]*$/;
const SLASH = 0x2f;

const ORDINARY_NAMESPACES: ReadonlySet<string> = new Set([
  SOAP_NAMESPACE,
  'http://www.w3.org/2001/XMLSchema-instance',
  'http://www.w3.org/2001/XMLSchema',
]);

/**
 * Reads an answer whose elements, below the envelope, have neither attributes
 * nor prefixes: what the service is known to send. It knows too little XML to
 * refuse anything, so for all that is not certain to be well-formed and to mean
 * what a full parser would read it gives `undefined`.
 *
 * Measured: 1 µs an order in usual rows, 2 in others, where the full parser takes 6.
 *
 * @throws UnreadableReply as the full parser would
 */
export function readPlainly(xml: string): Reply | undefined {
  if (NOT_PLAIN.test(xml) || xml.includes(']]>')) return undefined;
  const [start, prefix = '', declarations = ''] = START.exec(xml) ?? [];
  if (start === undefined || !isSoap(prefix, declarations)) return undefined;
  const builder = new ReplyBuilder();
  for (const step of ['soap:Envelope', 'soap:Body', 'PedidoExisteResponse', 'PedidoExisteResult']) builder.open(step);
  const end = readElements(xml, start.length, builder);
  if (end === undefined) return undefined;
  END.lastIndex = end;
  const closed = END.exec(xml);
  if (closed?.[1] !== prefix || closed[2] !== prefix) return undefined;
  return builder.end();
}

/** Tells the builder of the elements from a place on. Returns where an earlier one is closed; `undefined` when in doubt. */
function readElements(xml: string, from: number, builder: ReplyBuilder): number | undefined {
  const names: string[] = [];
  for (let at = from; ;) {
    const tag = xml.indexOf('<', at);
    const end = xml.indexOf('>', tag);
    if (tag === -1 || end === -1) return undefined;
    if (tag > at) builder.text(xml.slice(at, tag));
    if (xml.charCodeAt(tag + 1) === SLASH) {
      const name = names.pop();
      if (name === undefined) return tag;
      if (end !== tag + 2 + name.length || !xml.startsWith(name, tag + 2)) return undefined;
      builder.close();
    } else {
      const isEmpty = xml.charCodeAt(end - 1) === SLASH;
      const name = xml.slice(tag + 1, isEmpty ? end - 1 : end);
      if (!builder.open(name) && !NAME.test(name)) return undefined;
      if (isEmpty) builder.close();
      else names.push(name);
    }
    at = readUsualRows(xml, end + 1, builder);
  }
}

/** Tells the builder of the rows from a place on, as far as each is a usual one. Returns where they end. */
function readUsualRows(xml: string, from: number, builder: ReplyBuilder): number {
  let at = from;
  while (builder.isAmongRows()) {
    USUAL_ROW.lastIndex = at;
    const [row, number, exists, status, code, description, type] = USUAL_ROW.exec(xml) ?? [];
    if (row === undefined) break;
    builder.row({
      number: number?.trim(),
      exists: exists?.trim(),
      status: status?.trim(),
      code: code?.trim(),
      description: description?.trim(),
      exception: undefined,
      type: type?.trim(),
    });
    at += row.length;
  }
  return at;
}

/** A pattern for an element with a text and no others, and the blanks behind it. */
function element(name: string): string {
  return `<${name}>([^<]*)</${name}>${BLANKS}`;
}

/** Whether the prefix of the envelope is SOAP's, and no other declaration is out of the ordinary. */
function isSoap(prefix: string, declarations: string): boolean {
  const namespaces = new Map<string, string>();
  for (const [, name = '', uri = ''] of declarations.matchAll(NAMESPACE)) {
    if (/^xml/i.test(name) || namespaces.has(name) || !ORDINARY_NAMESPACES.has(uri)) return false;
    namespaces.set(name, uri);
  }
  return namespaces.get(prefix) === SOAP_NAMESPACE;
}
