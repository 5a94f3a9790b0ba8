/** A sentence about an event, and the pieces that several of them have in common. */
import type { OrderName } from '../core/event.ts';
import { oneLine } from '../text/printable.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** A sentence, how much it matters, and the values in it that people search for. */
export interface Sentence {
  readonly level: Level;
  readonly text: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

export function named(order: OrderName): string {
  return order.orderNumber === null
    ? `Order id ${order.orderId}`
    : `Order ${shown(order.orderNumber)} (id ${order.orderId})`;
}

export function fieldsOf(order: OrderName): Record<string, string | number> {
  return order.orderNumber === null
    ? { orderId: order.orderId }
    : { orderId: order.orderId, orderNumber: shown(order.orderNumber) };
}

/** A number as the shop stores it may hold anything. */
function shown(number: string): string {
  return oneLine(number, 60);
}

export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** A part of a sentence as a whole one. */
export function whole(text: string): string {
  return `${capital(text)}.`;
}

/** `a, b and c`. */
export function listed(parts: readonly string[], and: string): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${and} ${parts.at(-1) ?? ''}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
