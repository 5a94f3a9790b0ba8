/**
 * A stand-in for Abacos on loopback. On the wire it does what is known of the
 * real one; the shop's tasks reach it through control endpoints of its own
 * below `/stand-in/`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Socket } from 'node:net';

import {
  answer,
  drip,
  NAMESPACE,
  pour,
  readRequest,
  rowElement,
  send,
  sendFault,
  sendXml,
  textOf,
  type AnswerRow,
  type Asked,
} from '../abacos/wire.ts';
import { freePort } from './ports.ts';

const PEDIDOS = '/AbacosWebSvc/AbacosWSPedidos.asmx';
const PLATAFORMA = '/AbacosWSPlataforma.asmx';
const CONNECTION_STRING = 'Data Source=sql01.example;Initial Catalog=ABACOS;User ID=sa;Password=h0rse staple';

export interface AbacosOptions {
  readonly key: string;
  readonly port?: number;
  /** How long after its insert an order is found. */
  readonly visibleAfterMs?: number;
}

/** How it fails, until it is told otherwise. */
export type FailureMode =
  | 'reset'
  /** Resets a connection only where it has carried a call before. */
  | 'reset-reused'
  | 'black-hole'
  | 'slow-drip'
  | 'html-403'
  | 'html-503'
  | 'soap-fault'
  | 'garbage'
  | 'truncated'
  /** An answer without an end. */
  | 'huge'
  | 'wrong-key'
  | 'database-error'
  | 'no-rows'
  | { readonly fault: string }
  | { readonly failingRows: readonly string[] }
  | { readonly contradict: readonly string[] }
  | { readonly duplicate: readonly string[] }
  /** This instead of an answer. */
  | {
      readonly raw: string | Uint8Array;
      readonly status?: number;
      readonly contentType?: string;
      /** The value of the header Content-Encoding. */
      readonly encoding?: string;
      /** Where a redirect leads. */
      readonly location?: string;
      /** Whether this is only a beginning, and the rest never comes. */
      readonly endless?: boolean;
    };

interface Order {
  status: string;
  visibleAtMs: number;
  inserts: number;
  payments: number;
}

export interface Call {
  readonly numbers: readonly string[];
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

export interface ReceivedRequest {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export async function startAbacos(options: AbacosOptions): Promise<AbacosStandIn> {
  const standIn = new AbacosStandIn(options, options.port ?? (await freePort()));
  await standIn.up();
  return standIn;
}

export class AbacosStandIn {
  /** Every call of PedidoExiste that could be read, also those that were then failed. */
  readonly calls: Call[] = [];
  readonly received: ReceivedRequest[] = [];
  /** How many connections were accepted. */
  connections = 0;
  /** How many of them are open. */
  openConnections = 0;
  /** How long each answer takes. */
  latencyMs = 0;
  readonly #options: AbacosOptions;
  readonly #orders = new Map<string, Order>();
  readonly #used = new WeakSet<Socket>();
  #server: Server | undefined;
  readonly #port: number;
  #mode: FailureMode | undefined;
  /** Calls about one of these numbers fail, beside whatever else they are about. */
  readonly #bad = new Map<string, FailureMode>();

  constructor(options: AbacosOptions, port: number) {
    this.#options = options;
    this.#port = port;
  }

  get base(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** As it is configured: the address of the WSDL. */
  get url(): string {
    return `${this.base}${PEDIDOS}?wsdl`;
  }

  /** The newer merged service, which has one element more in each row. */
  get plataformaUrl(): string {
    return `${this.base}${PLATAFORMA}?wsdl`;
  }

  /** An order that is there already. */
  place(number: string, status = 'tspeeEmAndamento'): void {
    this.#orders.set(number, { status, visibleAtMs: 0, inserts: 0, payments: 0 });
  }

  /** Counts each insert and never refuses one, as Abacos does not either. */
  insert(number: string): void {
    const order = this.#orders.get(number);
    if (order !== undefined) {
      order.inserts += 1;
      return;
    }
    const visibleAtMs = Date.now() + (this.#options.visibleAfterMs ?? 0);
    this.#orders.set(number, { status: 'tspeeEmAndamento', visibleAtMs, inserts: 1, payments: 0 });
  }

  /** Whether there is such an order. */
  confirmPayment(number: string): boolean {
    const order = this.#orders.get(number);
    if (order === undefined) return false;
    order.payments += 1;
    return true;
  }

  /** Loses an order, as a restored backup does. */
  lose(number: string): void {
    this.#orders.delete(number);
  }

  insertsOf(number: string): number {
    return this.#orders.get(number)?.inserts ?? 0;
  }

  paymentsOf(number: string): number {
    return this.#orders.get(number)?.payments ?? 0;
  }

  numbers(): string[] {
    return [...this.#orders.keys()];
  }

  fail(mode: FailureMode | undefined): void {
    this.#mode = mode;
  }

  /** Has every call fail that is about this number, until it is told otherwise. */
  spoil(number: string, mode: FailureMode | undefined): void {
    if (mode === undefined) this.#bad.delete(number);
    else this.#bad.set(number, mode);
  }

  /** Lets go of what is kept of calls, which a million of them would make heavy. */
  forgetCalls(): void {
    this.calls.length = 0;
    this.received.length = 0;
  }

  /** Listens, on the same port as before. */
  async up(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    server.on('connection', (socket) => {
      this.connections += 1;
      this.openConnections += 1;
      socket.once('close', () => {
        this.openConnections -= 1;
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
  }

  /** Stops listening and cuts the connections. */
  async down(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  }

  async stop(): Promise<void> {
    await this.down();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.base);
    const body = await textOf(request);
    if (url.pathname.startsWith('/stand-in/')) {
      this.#control(`${request.method ?? ''} ${url.pathname}`, url.searchParams.has('visible'), response);
    } else if (url.pathname === PEDIDOS || url.pathname === PLATAFORMA) {
      this.received.push({ headers: request.headers, body });
      await this.#serve(request, body, response);
    } else {
      send(response, { status: 404, type: 'text/html', body: '<html><body>Not Found</body></html>' });
    }
  }

  #control(call: string, visibleOnly: boolean, response: ServerResponse): void {
    const [, method, encoded = '', action] = /^(\w+) \/stand-in\/orders\/([^/]+)(?:\/(\w+))?$/.exec(call) ?? [];
    const number = decodeURIComponent(encoded);
    const json = (value: unknown): void => {
      send(response, { status: 200, type: 'application/json', body: JSON.stringify(value) });
    };
    if (method === 'GET' && action === undefined) {
      json({ exists: visibleOnly ? this.#visible(number) !== undefined : this.#orders.has(number) });
    } else if (method === 'POST' && action === 'insert') {
      this.insert(number);
      response.writeHead(201).end();
    } else if (method === 'POST' && action === 'payment') {
      response.writeHead(this.confirmPayment(number) ? 204 : 404).end();
    } else if (call === 'GET /stand-in/counts') {
      json(Object.fromEntries([...this.#orders].map(([key, { inserts, payments }]) => [key, { inserts, payments }])));
    } else {
      response.writeHead(404).end();
    }
  }

  async #serve(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      send(response, { status: 500, type: 'text/html', body: '<html>Request format is unrecognized.</html>' });
      return;
    }
    if (!/^text\/xml; *charset=utf-8$/i.test(request.headers['content-type'] ?? '')) {
      send(response, { status: 415, type: 'text/html', body: '<html>Unsupported Media Type</html>' });
      return;
    }
    if (request.headers['soapaction'] !== `"${NAMESPACE}/PedidoExiste"`) {
      sendFault(response, 'Server did not recognize the value of HTTP Header SOAPAction.');
      return;
    }
    const asked = readRequest(body);
    if (asked === undefined) {
      sendFault(response, 'Server was unable to read request. ---> There is an error in XML document (1, 1).');
      return;
    }
    this.calls.push({ numbers: asked.numbers, atMs: Date.now() });
    const reused = this.#used.has(request.socket);
    this.#used.add(request.socket);
    const mode = this.#mode ?? this.#bad.get(asked.numbers.find((number) => this.#bad.has(number)) ?? '');
    if (mode === 'reset' || (mode === 'reset-reused' && reused)) {
      request.socket.resetAndDestroy();
      return;
    }
    const xml = this.#resultFor(asked, request.url?.startsWith(PLATAFORMA) ?? false);
    if (this.latencyMs > 0) await delay(this.latencyMs);
    await this.#misbehave(mode, xml, response);
  }

  /** Sends the answer, or what the mode has instead of it. */
  async #misbehave(mode: FailureMode | undefined, xml: string, response: ServerResponse): Promise<void> {
    if (mode === 'black-hole') return;
    if (mode === 'html-403')
      send(response, { status: 403, type: 'text/html', body: '<html><h1>Forbidden</h1></html>' });
    else if (mode === 'html-503') send(response, { status: 503, type: 'text/html', body: '<html>Unavailable</html>' });
    else if (mode === 'soap-fault') sendFault(response, 'Server was unable to process request. ---> Timeout expired.');
    else if (mode === 'garbage') sendXml(response, 'PK\u0003\u0004 <<< not XML >>> &&&');
    else if (mode === 'truncated') {
      response.writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8', 'Content-Length': Buffer.byteLength(xml) });
      response.write(xml.slice(0, xml.length / 2), () => response.destroy());
    } else if (mode === 'slow-drip') await drip(response, xml);
    else if (mode === 'huge') await pour(response, xml);
    else if (typeof mode === 'object' && 'fault' in mode) sendFault(response, mode.fault);
    else if (typeof mode === 'object' && 'raw' in mode) {
      const {
        status = 200,
        contentType: type = 'text/xml; charset=utf-8',
        encoding,
        endless,
        location,
        raw: body,
      } = mode;
      if (location !== undefined) response.setHeader('Location', location);
      send(response, { status, type, encoding, endless, body });
    } else sendXml(response, xml);
  }

  #resultFor({ key, numbers }: Asked, plataforma: boolean): string {
    const mode = this.#mode;
    if (key !== this.#options.key || mode === 'wrong-key') {
      return answer({
        code: 300015,
        type: 'tdreErroDados',
        text: `A chave para identificação da interface de integração não é válida. Chave enviada "${key}".`,
      });
    }
    if (mode === 'database-error') {
      return answer({ code: 300007, type: 'tdreErroDataBase', text: `Sem conexão: ${CONNECTION_STRING}` });
    }
    if (numbers.length === 0) return answer({ code: 300012, type: 'tdreErroDados', text: 'A lista está vazia.' });
    if (mode === 'no-rows') return answer({ code: 0, type: 'tdreIndefinido' });
    const failing = typeof mode === 'object' && 'failingRows' in mode ? mode.failingRows : [];
    // The order of the rows is nothing to rely on.
    const rows = [...numbers].reverse().flatMap((number) => this.#rowsFor(number));
    const elements = rows.map((row, index) => rowElement(row, { padded: index % 2 === 1, plataforma }));
    const anyFails = numbers.some((number) => failing.includes(number));
    const top = anyFails
      ? { code: 100001, type: 'tdreAlerta', text: 'Ocorreram erros.' }
      : { code: 0, type: 'tdreIndefinido' };
    return answer(top, elements.join(''));
  }

  #rowsFor(number: string): AnswerRow[] {
    const mode = this.#mode;
    const status = this.#visible(number)?.status;
    const row = {
      number,
      exists: status !== undefined,
      status: status ?? 'tspeeNaoEncontrado',
      result: { code: 200002, type: 'tdreSucesso', text: 'OK.' },
    };
    if (typeof mode !== 'object') return [row];
    if ('failingRows' in mode && mode.failingRows.includes(number)) {
      const result = { code: 300005, type: 'tdreErroDataBase', text: `Pedido = ${number}\nErro ao consultar` };
      return [{ ...row, exists: false, status: 'tspeeNaoEncontrado', result }];
    }
    if ('contradict' in mode && mode.contradict.includes(number)) {
      return [{ ...row, exists: true, status: 'tspeeNaoEncontrado' }];
    }
    if ('duplicate' in mode && mode.duplicate.includes(number)) {
      return [
        { ...row, exists: true, status: 'tspeeFaturado' },
        { ...row, exists: false, status: 'tspeeNaoEncontrado' },
      ];
    }
    return [row];
  }

  #visible(number: string): Order | undefined {
    const order = this.#orders.get(number);
    return order !== undefined && order.visibleAtMs <= Date.now() ? order : undefined;
  }
}
