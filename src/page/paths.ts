/** The addresses of the page, both ways. */
import { isOrderId, type OrderReference } from '../core/order.ts';
import type { OpenPart } from './ports.ts';

export { orderPath, retryPath } from '../core/page-paths.ts';

/** Which of the open orders a page lists. */
export interface OpenSelection {
  readonly part?: OpenPart;
  readonly group?: string;
}

/** Where open orders are listed one by one. */
export function openPath(selection: OpenSelection, page = 1): string {
  return `/open${queryOf(selection, page)}`;
}

/** Where a retry of all of them is confirmed. */
export function retryAllPath(selection: OpenSelection): string {
  return `/retry${queryOf(selection, 1)}`;
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

/** Where an order is dismissed. */
export function dismissPath(id: number): string {
  return `/dismiss?id=${id}`;
}

/** Where the answer to a form leads to. @param done what came of it, in a word */
export function donePath(ids: readonly number[], done: string): string {
  const [only] = ids;
  const which = only === undefined || ids.length > 1 ? '/?' : `/orders?id=${only}&`;
  return `${which}done=${encodeURIComponent(done)}`;
}

/** Reads the id of a row. */
export function referenceById(text: string): OrderReference | undefined {
  const id = Number(text);
  return /^\d{1,16}$/.test(text) && isOrderId(id) ? { id } : undefined;
}
