/** A request read into what this page can do. */
import type { IncomingMessage } from 'node:http';

import { isOrderId, type OrderId } from '../core/order.ts';
import { writtenOrders, type WrittenOrder } from '../core/written-orders.ts';
import { ASSETS, type Asset } from './assets.ts';
import { referenceById, type OpenSelection } from './paths.ts';

export type Route =
  | { readonly kind: 'asset'; readonly asset: Asset }
  | { readonly kind: 'health' }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'overview' }
  /** `text` is what was asked for, to be shown; nothing is wanted when it can not be an order. */
  | { readonly kind: 'orders'; readonly text: string; readonly wanted: readonly WrittenOrder[] }
  | { readonly kind: 'open'; readonly selection: OpenSelection; readonly page: number; readonly csv: boolean }
  | { readonly kind: 'retry' | 'dismiss'; readonly ids: readonly OrderId[] }
  | { readonly kind: 'retry-all'; readonly selection: OpenSelection }
  | { readonly kind: 'unknown' };

/** So many orders are changed at once, all those of an outage say: in one write, and one form with their ids. */
export const MOST_CHANGED = 5000;

/** Reads the address of a request. */
export function routeOf({ url = '/' }: IncomingMessage): Route {
  const [path = '/', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  const asset = Object.values(ASSETS).find((known) => known.path === path);
  if (asset !== undefined) return { kind: 'asset', asset };
  switch (path) {
    case '/':
      return { kind: 'overview' };
    case '/healthz':
      return { kind: 'health' };
    case '/metrics':
      return { kind: 'metrics' };
    case '/retry':
      return retried(parameters);
    case '/dismiss':
      return { kind: 'dismiss', ids: idsOf(parameters) };
    case '/open':
    case '/open.csv':
      return listed(parameters, path === '/open.csv');
    case '/orders':
      return searched(parameters);
    default:
      return path.startsWith('/orders/') ? addressed(path.slice('/orders/'.length)) : { kind: 'unknown' };
  }
}

/** What the answer to a form has put into the address that it leads to. */
export function doneOf({ url = '/' }: IncomingMessage): string | undefined {
  return new URLSearchParams(url.split('?', 2)[1]).get('done') ?? undefined;
}

function listed(parameters: URLSearchParams, csv: boolean): Route {
  const page = /^[1-9]\d{0,5}$/.exec(parameters.get('page') ?? '1')?.[0];
  const selection = selectionOf(parameters);
  if (page === undefined || selection === undefined) return { kind: 'unknown' };
  return { kind: 'open', selection, page: Number(page), csv };
}

function retried(parameters: URLSearchParams): Route {
  const selection = parameters.has('part') ? selectionOf(parameters) : undefined;
  return selection === undefined ? { kind: 'retry', ids: idsOf(parameters) } : { kind: 'retry-all', selection };
}

function selectionOf(parameters: URLSearchParams): OpenSelection | undefined {
  const part = parameters.get('part');
  const group = parameters.get('group');
  const known = part === 'action' || part === 'progress' ? part : undefined;
  if (part !== null && known === undefined) return undefined;
  return { ...(known === undefined ? {} : { part: known }), ...(group === null ? {} : { group }) };
}

function searched(parameters: URLSearchParams): Route {
  const number = parameters.get('number');
  const id = parameters.get('id');
  if (number !== null) return { kind: 'orders', text: number.trim(), wanted: writtenOrders(number) };
  if (id !== null) {
    const text = `id ${id}`;
    const reference = referenceById(id);
    return { kind: 'orders', text, wanted: reference === undefined ? [] : [{ text, meant: [reference] }] };
  }
  return { kind: 'unknown' };
}

function addressed(encoded: string): Route {
  try {
    const text = decodeURIComponent(encoded);
    return { kind: 'orders', text, wanted: writtenOrders(text) };
  } catch {
    return { kind: 'unknown' };
  }
}

/** The ids of a retry or a dismissal, each once. What is no id is left out: nothing is done for it. */
export function idsOf(parameters: URLSearchParams): readonly OrderId[] {
  const ids = parameters
    .getAll('id')
    .filter((text) => /^\d{1,16}$/.test(text))
    .map(Number)
    .filter((id) => isOrderId(id));
  return [...new Set(ids)];
}

/** Enough for the ids of {@link MOST_CHANGED} orders. */
const BODY_LIMIT = 131_072;

/** Reads a form. `undefined` when it is larger than any form of this page; the rest of it is thrown away then. */
export async function formOf(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      if (text.length > BODY_LIMIT) return;
      text += chunk;
      if (text.length > BODY_LIMIT) resolve(undefined);
    });
    request.once('error', reject);
    request.once('end', () => {
      resolve(new URLSearchParams(text));
    });
    request.once('close', () => {
      reject(new Error('The visitor went away in the middle of a form'));
    });
  });
}
