import { UnreadableBody } from '../net/unreadable-body.ts';

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

export interface ResultReply {
  readonly kind: 'result';
  readonly version: string | undefined;
  readonly top: Result | undefined;
  readonly rows: readonly Row[];
}

export type Reply =
  | ResultReply
  /** A SOAP fault. Its text may hold secrets. */
  | { readonly kind: 'fault'; readonly text: string };

/** The answer is not what the service sends. The message holds nothing of the answer's content. */
export class UnreadableReply extends UnreadableBody {
  override readonly name = 'UnreadableReply';
}

/** What stands where a character could not be read. */
export const REPLACEMENT = '\uFFFD';

/** An answer needs 7 levels; unknown elements may add some. */
const DEEPEST = 64;

/** The texts that are read, of a row or of what stands above the rows. */
class Fields {
  version: string | undefined;
  fault: string | undefined;
  number: string | undefined;
  exists: string | undefined;
  status: string | undefined;
  code: string | undefined;
  type: string | undefined;
  description: string | undefined;
  exception: string | undefined;
}

type ResultFields = Pick<Fields, 'code' | 'type' | 'description' | 'exception'>;
/** The texts of a row, without the blanks around them. */
export type RowFields = Omit<Fields, 'version' | 'fault'>;

/** An element whose place in the document is known. */
interface KnownElement {
  readonly is: 'result' | 'fault' | 'row' | 'other';
  /** The text to keep of it. */
  readonly field?: keyof Fields;
  readonly inside: ReadonlyMap<string, KnownElement>;
}

function element(is: KnownElement['is'], inside: Readonly<Record<string, KnownElement>>): KnownElement {
  return { is, inside: new Map(Object.entries(inside)) };
}

function field(name: keyof Fields): KnownElement {
  return { is: 'other', field: name, inside: new Map() };
}

const OUTCOME = element('other', {
  Codigo: field('code'),
  Tipo: field('type'),
  Descricao: field('description'),
  ExceptionMessage: field('exception'),
});

const ROWS = element('other', {
  DadosPedidosExistentes: element('row', {
    NumeroDoPedido: field('number'),
    Existente: field('exists'),
    StatusAtual: field('status'),
    Resultado: OUTCOME,
  }),
});

/** Where everything stands that is read. The rest is skipped, since elements are added without notice. */
const DOCUMENT = element('other', {
  'soap:Envelope': element('other', {
    'soap:Body': element('other', {
      PedidoExisteResponse: element('other', {
        PedidoExisteResult: element('result', {
          VersaoWebService: field('version'),
          ResultadoOperacao: OUTCOME,
          Rows: ROWS,
        }),
      }),
      'soap:Fault': element('fault', { ':faultstring': field('fault') }),
    }),
  }),
});

const ELSEWHERE = element('other', {});

/**
 * Makes a reply of the elements of an answer, told in the order of the document
 * by whoever reads the XML. All methods throw {@link UnreadableReply}.
 */
export class ReplyBuilder {
  readonly #path: KnownElement[] = [DOCUMENT];
  readonly #top = new Fields();
  readonly #rows: Row[] = [];
  #row = new Fields();
  /** Where the texts of the element at hand go. */
  #fields = this.#top;
  #text = '';
  #kind: 'none' | 'result' | 'fault' = 'none';

  /**
   * @param step the local name in the service's namespace, `soap:` and it in SOAP's, `:` and it in none
   * @returns whether it is an element that the service is known to send there
   */
  open(step: string): boolean {
    if (this.#path.length > DEEPEST) throw new UnreadableReply('is nested too deeply');
    const opened = this.#path[this.#path.length - 1]?.inside.get(step) ?? ELSEWHERE;
    this.#path.push(opened);
    if (opened.is === 'row') this.#fields = this.#row = new Fields();
    else if (opened.is !== 'other') {
      if (this.#kind !== 'none') throw new UnreadableReply('holds more than one answer');
      this.#kind = opened.is;
    }
    this.#text = '';
    return opened !== ELSEWHERE;
  }

  text(piece: string): void {
    this.#text += piece;
  }

  close(): void {
    const closed = this.#path.pop();
    if (closed?.field !== undefined) {
      // Which of two values would count is anyone's guess, and an order may hang on it.
      if (this.#fields[closed.field] !== undefined) throw new UnreadableReply('gives a value twice');
      this.#fields[closed.field] = this.#text.trim();
    } else if (closed?.is === 'row') {
      this.#rows.push(rowIn(this.#row));
      this.#fields = this.#top;
    }
    this.#text = '';
  }

  /** Whether rows may stand here. */
  isAmongRows(): boolean {
    return this.#path[this.#path.length - 1] === ROWS;
  }

  /** A whole row, where rows may stand. */
  row(fields: RowFields): void {
    this.#rows.push(rowIn(fields));
  }

  end(): Reply {
    const { fault, version } = this.#top;
    if (this.#kind === 'none') throw new UnreadableReply('is no answer to PedidoExiste');
    if (this.#kind === 'fault') return { kind: 'fault', text: fault ?? '' };
    return { kind: 'result', version, top: resultIn(this.#top), rows: this.#rows };
  }
}

function rowIn(fields: RowFields): Row {
  const { exists, number, status } = fields;
  return { number, exists: booleanOf(exists), status, result: resultIn(fields) };
}

function resultIn({ code, type, description, exception }: ResultFields): Result | undefined {
  if (code === undefined || type === undefined || !/^[+-]?\d{1,10}$/.test(code)) return undefined;
  // The name of a failure might be spoilt so that it is not known for one.
  if (type.includes(REPLACEMENT)) return undefined;
  const text = [description, exception].filter((each) => each !== undefined && each !== '').join(' ');
  return { code: Number(code), type, text };
}

/** The four ways in which XML Schema writes a boolean. */
function booleanOf(text: string | undefined): boolean | undefined {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return undefined;
}
