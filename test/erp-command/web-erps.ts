/**
 * Stand-ins for the ERPs that the examples ask: the form of their answers, and the traps of their APIs, as their makers
 * and those who fell into them describe them. No real one was asked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { serve } from '../sandbox/ports.ts';

/** What an ERP has, by the shop's number; several where it has several orders of one number. */
export type State = 'live' | 'shipped' | 'invoiced' | 'cancelled';

/** Sent in place of an answer. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WebErp {
  readonly origin: string;
  readonly orders: [number: string, state: State][];
  /** Paths and queries of the requests. */
  readonly requests: string[];
  /** Whether it gives all of its orders, whatever it is asked. */
  ignoresFilter: boolean;
  /** In place of an answer, from that request on. */
  refusal: (Refusal & { readonly from: number }) | undefined;
  /** Called before each answer. */
  beforeAnswer: () => void;
}

export const SECRET = 'swordfish';
export const COMPANY = '9e0f5c9c-44e3-ea11-bb43-000d3a2feca1';
export const LOJA = '204123456';

/** A test, or whatever else ends. */
export interface Ending {
  readonly after: (end: () => void) => void;
}

interface Request {
  readonly url: URL;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly json: unknown;
}
type Answerer = (request: Request, erp: WebErp) => Reply;

async function start(t: Ending, answer: Answerer): Promise<WebErp> {
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(incoming);
    const url = new URL(incoming.url ?? '/', erp.origin);
    erp.requests.push(`${url.pathname}${decodeURIComponent(url.search)}`);
    if (erp.refusal !== undefined && erp.requests.length >= erp.refusal.from) {
      response.writeHead(erp.refusal.status, erp.refusal.headers ?? {}).end(erp.refusal.body);
      return;
    }
    erp.beforeAnswer();
    const { headers, method = '' } = incoming;
    const { json, status } = answer({ url, method, headers, body }, erp);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(json));
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  const origin = `http://127.0.0.1:${await serve(t, server)}`;
  const erp: WebErp = {
    origin,
    orders: [],
    requests: [],
    ignoresFilter: false,
    refusal: undefined,
    beforeAnswer: () => undefined,
  };
  return erp;
}

function keyed(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

/** Odoo 19, JSON-2: rows without an envelope, errors by status with an object of `name` and `message`. */
export async function startOdoo(t: Ending): Promise<WebErp> {
  return start(t, ({ url, method, headers, body }, erp) => {
    const failed = (status: number, name: string, message: string): Reply => ({
      status,
      json: { name, message, arguments: [message], context: {}, debug: 'Traceback (most recent call last): …' },
    });
    if (url.pathname !== '/json/2/sale.order/search_read' || method !== 'POST') {
      return failed(404, 'werkzeug.exceptions.NotFound', 'the model does not exist');
    }
    if (headers['content-type'] !== 'application/json') {
      return failed(400, 'werkzeug.exceptions.BadRequest', 'could not parse the body as json');
    }
    if (headers.authorization !== `bearer ${SECRET}`) {
      return failed(401, 'werkzeug.exceptions.Unauthorized', 'Invalid apikey');
    }
    if (headers['x-odoo-database'] !== 'shop') return failed(404, 'werkzeug.exceptions.NotFound', 'no database');
    const { domain, limit, offset, ...others } = readOdoo(JSON.parse(body));
    if (others.isStrange) return failed(422, 'builtins.TypeError', 'got an unexpected keyword argument');
    const rows = erp.orders
      .map(([number, state], index) => ({
        id: index + 1,
        client_order_ref: number,
        state: state === 'cancelled' ? 'cancel' : 'sale',
        invoice_status: state === 'invoiced' ? 'invoiced' : 'to invoice',
      }))
      .filter(({ client_order_ref: number }) => erp.ignoresFilter || domain.has(number));
    return { status: 200, json: rows.slice(offset, offset + limit) };
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function readOdoo(body: unknown): { domain: Set<unknown>; limit: number; offset: number; isStrange: boolean } {
  const { domain, limit, offset, fields, order, ...others } = Object.fromEntries(keyed(body));
  // A list of one leaf: a field, an operator, and the values.
  const [field, operator, values] = listOf(listOf(domain)[0]);
  const isGood = field === 'client_order_ref' && operator === 'in' && Array.isArray(fields) && order === 'id';
  return {
    domain: new Set(listOf(values)),
    limit: Number(limit),
    offset: Number(offset),
    isStrange: !isGood || Object.keys(others).length > 0,
  };
}

/** So many entities are on a page, whatever is asked; the real one has 20000. */
const BC_PAGE = 15;

/**
 * Business Central, API 2.0, with the login of Microsoft Entra. A filter that it does not know is heeded by no error,
 * but by all rows (microsoft/AL#7761). Numbers are kept in capital letters, and an order that was posted is one no more,
 * but an invoice.
 */
export async function startBusinessCentral(t: Ending): Promise<WebErp> {
  return start(t, ({ url, method, headers, body }, erp) => {
    if (url.pathname === '/tenant/oauth2/v2.0/token') {
      const form = Object.fromEntries(new URLSearchParams(body));
      const isKnown = form['client_id'] === 'client' && form['client_secret'] === SECRET && method === 'POST';
      const isMeant = form['grant_type'] === 'client_credentials' && form['scope'] === `${erp.origin}/.default`;
      return isKnown && isMeant
        ? { status: 200, json: { token_type: 'Bearer', expires_in: 3599, access_token: 'one hour' } }
        : {
            status: 401,
            json: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret.' },
          };
    }
    const failed = (status: number, code: string): Reply => ({ status, json: { error: { code, message: code } } });
    if (headers.authorization !== 'Bearer one hour') return failed(401, 'Authentication_InvalidCredentials');
    const [, company, kind] = /^\/api\/v2\.0\/companies\((.+)\)\/(salesOrders|salesInvoices)$/.exec(url.pathname) ?? [];
    if (company !== COMPANY) return failed(404, 'BadRequest_ResourceNotFound');
    const asked = readFilter(url.searchParams.get('$filter') ?? '');
    const all = erp.orders.flatMap((each, index) => bcRows(each, index, kind ?? ''));
    const rows = all.filter((row) => erp.ignoresFilter || (asked?.has(row.externalDocumentNumber) ?? true));
    const from = Number(url.searchParams.get('$skiptoken') ?? 0);
    const next = new URL(url);
    next.searchParams.set('$skiptoken', String(from + BC_PAGE));
    return {
      status: 200,
      json: {
        '@odata.context': `${erp.origin}/api/v2.0/$metadata#companies(${COMPANY})/${kind ?? ''}`,
        value: rows.slice(from, from + BC_PAGE).map((row) => selected(row, url.searchParams.get('$select'))),
        ...(rows.length > from + BC_PAGE ? { '@odata.nextLink': next.href } : {}),
      },
    };
  });
}

interface BcRow {
  readonly number: string;
  readonly externalDocumentNumber: string;
  readonly orderNumber?: string;
  readonly status: string;
  readonly fullyShipped?: boolean;
}

function bcRows([number, state]: WebErp['orders'][number], index: number, kind: string): readonly BcRow[] {
  const externalDocumentNumber = number.toUpperCase();
  const order = `S-ORD${100_000 + index}`;
  const isPosted = state === 'invoiced' || state === 'cancelled';
  if (isPosted !== (kind === 'salesInvoices')) return [];
  if (!isPosted) return [{ number: order, externalDocumentNumber, status: 'Open', fullyShipped: state === 'shipped' }];
  const status = state === 'cancelled' ? 'Canceled' : 'Open';
  return [{ number: `PS-INV${index}`, orderNumber: order, externalDocumentNumber, status }];
}

/** Only the properties that are asked for. */
function selected(row: BcRow, select: string | null): unknown {
  const properties = select?.split(',');
  return Object.fromEntries(Object.entries(row).filter(([key]) => properties?.includes(key) ?? true));
}

/** `undefined`: none that it heeds. */
function readFilter(filter: string): Set<string> | undefined {
  const terms = filter.split(' or ').map((term) => /^externalDocumentNumber eq '([^']*)'$/.exec(term)?.[1]);
  return terms.includes(undefined) ? undefined : new Set(terms.map((term) => (term ?? '').toUpperCase()));
}

/** Bling, API 3: at most 100 rows on a page, and a parameter that it does not know is ignored. */
export async function startBling(t: Ending): Promise<WebErp> {
  return start(t, ({ url, headers }, erp) => {
    if (url.pathname !== '/Api/v3/pedidos/vendas') {
      return { status: 404, json: { error: { type: 'RESOURCE_NOT_FOUND', message: 'Recurso não encontrado' } } };
    }
    if (headers.authorization !== `Bearer ${SECRET}`) {
      return { status: 401, json: { error: { type: 'invalid_token', message: 'invalid_token' } } };
    }
    const query = url.searchParams;
    const size = Math.min(Number(query.get('limite') ?? 100), 100);
    const from = (Number(query.get('pagina') ?? 1) - 1) * size;
    const wanted = query.getAll('numerosLojas[]');
    const rows = erp.orders
      .filter(([number]) => erp.ignoresFilter || wanted.length === 0 || wanted.includes(number))
      .map(([numeroLoja, state], index) => ({
        id: 20_000_000_000 + index,
        numero: index + 1,
        numeroLoja,
        data: '2026-11-20',
        total: 99.9,
        situacao:
          state === 'cancelled' ? { id: 12, valor: 2 } : state === 'live' ? { id: 6, valor: 0 } : { id: 9, valor: 1 },
        loja: { id: Number(LOJA) },
      }));
    return { status: 200, json: { data: rows.slice(from, from + size) } };
  });
}
