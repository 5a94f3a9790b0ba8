/** The addresses on the page that others lead to: the page itself and the mails. */
import { isOrderNumber } from './order.ts';

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
