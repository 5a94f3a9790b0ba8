/** The addresses of the page, both ways. */
import { isOrderId, isOrderNumber, type OrderReference } from '../core/order.ts';

/** A number that may stand in a path as it is. Slashes and dots would be rewritten on the way, by browsers and proxies. */
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** Where the story of an order is. */
export function orderPath(order: { readonly orderId: number; readonly number: string | null }): string {
  const { orderId, number } = order;
  if (number === null || !isOrderNumber(number)) return `/orders?id=${orderId}`;
  return PLAIN.test(number) ? `/orders/${number}` : `/orders?number=${encodeURIComponent(number)}`;
}

/** Where a retry is confirmed. */
export function retryPath(ids: readonly number[]): string {
  return `/retry?${ids.map((id) => `id=${id}`).join('&')}`;
}

/** Where an order is dismissed. */
export function dismissPath(id: number): string {
  return `/dismiss?id=${id}`;
}

/** Reads what somebody searches for: an order number, or `#` and the id of its row. `undefined` when it can be neither. */
export function referenceOf(text: string): OrderReference | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('#')) return referenceById(trimmed.slice(1).trim());
  return isOrderNumber(trimmed) ? { number: trimmed } : undefined;
}

/** Reads the id of a row. */
export function referenceById(text: string): OrderReference | undefined {
  const id = Number(text);
  return /^\d{1,16}$/.test(text) && isOrderId(id) ? { id } : undefined;
}
