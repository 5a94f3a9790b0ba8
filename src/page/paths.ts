/** The addresses of the page, both ways. */
import { isOrderId, type OrderReference } from '../core/order.ts';

export { orderPath, retryPath } from '../core/page-paths.ts';

/** Reads the id of a row. */
export function referenceById(text: string): OrderReference | undefined {
  const id = Number(text);
  return /^\d{1,16}$/.test(text) && isOrderId(id) ? { id } : undefined;
}
