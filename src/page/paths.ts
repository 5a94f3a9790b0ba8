/** The addresses of the page, both ways. */
import { isOrderId, isOrderNumber, type OrderReference } from '../core/order.ts';
import type { OpenPart } from './ports.ts';

/** A number that may stand in a path as it is. Slashes and dots would be rewritten on the way, by browsers and proxies. */
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** Where the story of an order is. */
export function orderPath(order: { readonly orderId: number; readonly number: string | null }): string {
  const { orderId, number } = order;
  if (number === null || !isOrderNumber(number)) return `/orders?id=${orderId}`;
  return PLAIN.test(number) ? `/orders/${number}` : `/orders?number=${encodeURIComponent(number)}`;
}

/** Which of the open orders a page lists. */
export interface OpenSelection {
  readonly part?: OpenPart;
  readonly group?: string;
}

/** Where open orders are listed one by one. */
export function openPath(selection: OpenSelection, page = 1): string {
  return `/open${queryOf(selection, page)}`;
}

/** The same for a spreadsheet. */
export function csvPath(selection: OpenSelection): string {
  return `/open.csv${queryOf(selection, 1)}`;
}

function queryOf({ group, part }: OpenSelection, page: number): string {
  const parameters = [
    ...(part === undefined ? [] : [`part=${part}`]),
    ...(group === undefined ? [] : [`group=${encodeURIComponent(group)}`]),
    ...(page === 1 ? [] : [`page=${page}`]),
  ];
  return parameters.length === 0 ? '' : `?${parameters.join('&')}`;
}

/** Where a retry is confirmed. */
export function retryPath(ids: readonly number[]): string {
  return `/retry?${ids.map((id) => `id=${id}`).join('&')}`;
}

/** Reads the id of a row. */
export function referenceById(text: string): OrderReference | undefined {
  const id = Number(text);
  return /^\d{1,16}$/.test(text) && isOrderId(id) ? { id } : undefined;
}
