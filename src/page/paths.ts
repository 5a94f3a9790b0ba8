/** The addresses of the page, both ways. */
import { isOrderId, isOrderNumber, type OrderReference } from '../core/order.ts';

export { orderPath, retryPath } from '../core/page-paths.ts';

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
