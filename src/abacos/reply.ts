import { SaxesParser, type SaxesTagNS } from 'saxes';

import { ABACOS_NAMESPACE, SOAP_NAMESPACE } from './request.ts';

/** `DadosResultadoOperacao` of the WSDL. Texts are as they came: redact before use. */
export interface Result {
  readonly code: number;
  /** `Tipo`, such as `tdreSucesso`. New ones may appear. */
  readonly type: string;
  /** `Descricao` and `ExceptionMessage`. May hold secrets. */
  readonly text: string;
}

/** `DadosPedidosExistentes` of the WSDL. What was absent or not of its type is undefined. */
export interface Row {
  readonly number: string | undefined;
  readonly exists: boolean | undefined;
  readonly status: string | undefined;
  readonly result: Result | undefined;
}

export type Reply =
  | {
      readonly kind: 'result';
      readonly version: string | undefined;
      readonly top: Result | undefined;
      readonly rows: readonly Row[];
    }
  /** A SOAP fault. Its text may hold secrets. */
  | { readonly kind: 'fault'; readonly text: string };

/** The answer is not what the service sends. The message holds nothing of the answer's content. */
export class UnreadableReply extends Error {
  override readonly name = 'UnreadableReply';
}

const RESULT = 'soap:Envelope/soap:Body/PedidoExisteResponse/PedidoExisteResult';
const ROW = `${RESULT}/Rows/DadosPedidosExistentes`;
const FAULT = 'soap:Envelope/soap:Body/soap:Fault';

/** An answer needs 7 levels; unknown elements may add some. */
const DEEPEST = 64;

const TOP_FIELDS = ['VersaoWebService', ...resultFields('ResultadoOperacao')];
const ROW_FIELDS = ['NumeroDoPedido', 'Existente', 'StatusAtual', ...resultFields('Resultado')];

/** Where each text that is read stands. Everything else is skipped, since elements are added without notice. */
const FIELDS = new Set([
  ...TOP_FIELDS.map((field) => `${RESULT}/${field}`),
  ...ROW_FIELDS.map((field) => `${ROW}/${field}`),
  `${FAULT}/:faultstring`,
]);

function resultFields(parent: string): string[] {
  return ['Codigo', 'Tipo', 'Descricao', 'ExceptionMessage'].map((field) => `${parent}/${field}`);
}

/** Reads one answer as it arrives: `write` its pieces, then `end`. Both throw {@link UnreadableReply}. */
export class ReplyReader {
  readonly #parser = new SaxesParser({ xmlns: true });
  readonly #path: string[] = [];
  readonly #top = new Map<string, string>();
  readonly #rows: Row[] = [];
  #row = new Map<string, string>();
  #text = '';
  #kind: 'none' | 'result' | 'fault' = 'none';

  constructor() {
    this.#parser.on('error', () => {
      throw new UnreadableReply('is not well-formed XML');
    });
    this.#parser.on('doctype', () => {
      throw new UnreadableReply('holds a document type declaration, which SOAP forbids');
    });
    this.#parser.on('opentag', (tag) => {
      this.#open(tag);
    });
    this.#parser.on('closetag', () => {
      this.#close();
    });
    const add = (text: string): void => {
      this.#text += text;
    };
    this.#parser.on('text', add);
    this.#parser.on('cdata', add);
  }

  write(piece: string): void {
    this.#parser.write(piece);
  }

  end(): Reply {
    this.#parser.close();
    if (this.#kind === 'none') throw new UnreadableReply('is no answer to PedidoExiste');
    if (this.#kind === 'fault') return { kind: 'fault', text: this.#top.get(`${FAULT}/:faultstring`) ?? '' };
    return {
      kind: 'result',
      version: this.#top.get(`${RESULT}/VersaoWebService`),
      top: resultIn(this.#top, `${RESULT}/ResultadoOperacao`),
      rows: this.#rows,
    };
  }

  #open(tag: SaxesTagNS): void {
    if (this.#path.length === DEEPEST) throw new UnreadableReply('is nested too deeply');
    this.#path.push(stepOf(tag));
    const place = this.#path.join('/');
    if (place === RESULT || place === FAULT) {
      if (this.#kind !== 'none') throw new UnreadableReply('holds more than one answer');
      this.#kind = place === RESULT ? 'result' : 'fault';
    }
    if (place === ROW) this.#row = new Map();
    this.#text = '';
  }

  #close(): void {
    const place = this.#path.join('/');
    this.#path.pop();
    if (place === ROW) this.#rows.push(rowIn(this.#row));
    if (FIELDS.has(place)) {
      const fields = place.startsWith(`${ROW}/`) ? this.#row : this.#top;
      // Which of two values would count is anyone's guess, and an order may hang on it.
      if (fields.has(place)) throw new UnreadableReply('gives a value twice');
      fields.set(place, this.#text.trim());
    }
    this.#text = '';
  }
}

function stepOf({ uri, local }: SaxesTagNS): string {
  if (uri === ABACOS_NAMESPACE) return local;
  if (uri === SOAP_NAMESPACE) return `soap:${local}`;
  return uri === '' ? `:${local}` : `other:${local}`;
}

function rowIn(fields: ReadonlyMap<string, string>): Row {
  return {
    number: fields.get(`${ROW}/NumeroDoPedido`),
    exists: booleanOf(fields.get(`${ROW}/Existente`)),
    status: fields.get(`${ROW}/StatusAtual`),
    result: resultIn(fields, `${ROW}/Resultado`),
  };
}

function resultIn(fields: ReadonlyMap<string, string>, parent: string): Result | undefined {
  const code = fields.get(`${parent}/Codigo`);
  const type = fields.get(`${parent}/Tipo`);
  if (code === undefined || type === undefined || !/^[+-]?\d{1,10}$/.test(code)) return undefined;
  const texts = [fields.get(`${parent}/Descricao`), fields.get(`${parent}/ExceptionMessage`)];
  return { code: Number(code), type, text: texts.filter((text) => text !== undefined && text !== '').join(' ') };
}

/** The four ways in which XML Schema writes a boolean. */
function booleanOf(text: string | undefined): boolean | undefined {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return undefined;
}
