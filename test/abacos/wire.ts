/** What goes over the wire between order-monit and Abacos, from the side of Abacos. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { SaxesParser } from 'saxes';

export const NAMESPACE = 'http://www.kplsolucoes.com.br/ABACOSWebService';
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';

/** What a request asks. */
export interface Asked {
  readonly key: string;
  readonly numbers: readonly string[];
}

/** Reads a request as strictly as the WSDL has it: the namespace, the elements and their order. */
export function readRequest(body: string): Asked | undefined {
  const steps: string[] = [];
  const path: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  let text = '';
  parser.on('opentag', ({ uri, local }) => {
    path.push(uri === SOAP ? `soap:${local}` : uri === NAMESPACE ? local : `{${uri}}${local}`);
    text = '';
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', () => {
    steps.push(`${path.join('/')}=${text}`);
    path.pop();
    text = '';
  });
  try {
    parser.write(body).close();
  } catch {
    return undefined;
  }
  const call = 'soap:Envelope/soap:Body/PedidoExiste';
  const [key, ...rest] = steps;
  const strings = rest.slice(0, -4);
  const prefix = `${call}/ListaDeNumerosDePedidos/string=`;
  const tail = [`${call}/ListaDeNumerosDePedidos=`, `${call}=`, 'soap:Envelope/soap:Body=', 'soap:Envelope='];
  if (key?.startsWith(`${call}/ChaveIdentificacao=`) !== true) return undefined;
  if (rest.slice(-4).join('\n') !== tail.join('\n') || !strings.every((step) => step.startsWith(prefix))) {
    return undefined;
  }
  return {
    key: key.slice(`${call}/ChaveIdentificacao=`.length),
    numbers: strings.map((step) => step.slice(prefix.length)),
  };
}

export interface AnswerResult {
  readonly code: number;
  readonly type: string;
  readonly text?: string;
}

export interface AnswerRow {
  readonly number: string;
  readonly exists: boolean | string;
  readonly status: string;
  readonly result: AnswerResult;
}

/** The envelope with an answer; no `Rows` where there are none. */
export function answer(top: AnswerResult, rows = ''): string {
  return envelope(
    `<PedidoExisteResponse xmlns="${NAMESPACE}"><PedidoExisteResult><VersaoWebService>5.0B.0081</VersaoWebService>` +
      `<ResultadoOperacao>${resultElements(top)}</ResultadoOperacao>${rows === '' ? '' : `<Rows>${rows}</Rows>`}` +
      '</PedidoExisteResult></PedidoExisteResponse>',
  );
}

export function rowElement(row: AnswerRow, form: { padded?: boolean; plataforma?: boolean } = {}): string {
  const number = form.padded === true ? `  ${row.number}   ` : row.number;
  return (
    `<DadosPedidosExistentes><NumeroDoPedido>${escape(number)}</NumeroDoPedido><Existente>${row.exists}</Existente>` +
    `<StatusAtual>${row.status}</StatusAtual>${form.plataforma === true ? '<StatusPedido>AND</StatusPedido>' : ''}` +
    `<Resultado>${resultElements(row.result)}</Resultado></DadosPedidosExistentes>`
  );
}

function resultElements({ code, type, text }: AnswerResult): string {
  const description = text === undefined ? '' : `<Descricao>${escape(text)}</Descricao>`;
  return `<Codigo>${code}</Codigo>${description}<Tipo>${type}</Tipo>`;
}

function envelope(content: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${SOAP}"><soap:Body>${content}</soap:Body></soap:Envelope>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

interface Sent {
  readonly status: number;
  readonly type: string;
  /** The value of the header Content-Encoding. Whoever gives it has packed the body. */
  readonly encoding?: string | undefined;
  readonly body: string | Uint8Array;
  /** Whether the body is only a beginning, and the rest never comes. */
  readonly endless?: boolean | undefined;
}

export function send(response: ServerResponse, { status, type, encoding, body, endless }: Sent): void {
  if (encoding !== undefined) response.setHeader('Content-Encoding', encoding);
  if (endless === true) {
    response.writeHead(status, { 'Content-Type': type }).write(body);
    return;
  }
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

export function sendXml(response: ServerResponse, body: string): void {
  send(response, { status: 200, type: 'text/xml; charset=utf-8', body });
}

export function sendFault(response: ServerResponse, text: string): void {
  const fault = `<soap:Fault><faultcode>soap:Server</faultcode><faultstring>${escape(text)}</faultstring><detail /></soap:Fault>`;
  send(response, { status: 500, type: 'text/xml; charset=utf-8', body: envelope(fault) });
}

/** Never late with the next byte, and never done. */
export async function drip(response: ServerResponse, xml: string): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8' });
  response.write(xml.slice(0, 60));
  while (!response.destroyed) {
    await delay(10);
    response.write(' ');
  }
}

/** Goes on until the other side has had enough. */
export async function pour(response: ServerResponse, xml: string): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8' });
  response.write(xml.slice(0, xml.indexOf('<ResultadoOperacao>')));
  const row = '<Novidade>0123456789</Novidade>'.repeat(2000);
  while (!response.destroyed) {
    if (!response.write(row)) await delay(1);
  }
}

export async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) {
    if (Buffer.isBuffer(piece)) pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
