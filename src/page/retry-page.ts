/** The question before a retry. What comes of it is on the orders' own pages. */
import type { OrderId } from '../core/order.ts';
import { html, type Html } from './html.ts';
import { layout, orderLink, type View } from './layout.ts';
import type { OpenOrder } from './ports.ts';
import { MOST_CHANGED } from './request.ts';

/** An order of a retry, by the names it goes by. */
export interface RetryOrder {
  readonly orderId: OrderId;
  readonly number: string | null;
}

/** Gives the orders of a retry their numbers back, as far as they are open. */
export function namedOrders(ids: readonly OrderId[], open: readonly OpenOrder[]): RetryOrder[] {
  const numbers = new Map(open.map(({ orderId, number }) => [orderId, number]));
  return ids.map((orderId) => ({ orderId, number: numbers.get(orderId) ?? null }));
}

/** Asks before anything is done. @param token proves, with the cookie, that the answer comes from this page */
export function confirmPage(view: View, orders: readonly RetryOrder[], token: string): Html {
  return confirmManyPage(view, { orders, leftOut: 0, token });
}

/** So many are named where they are more than people read. */
const NAMED = 20;

export interface Retry {
  readonly orders: readonly RetryOrder[];
  /** So many that were to be retried as well are not. */
  readonly leftOut: number;
  readonly token: string;
}

/** The same of many: it names some of them. */
export function confirmManyPage(view: View, { leftOut, orders, token }: Retry): Html {
  const { overview, retry } = view.words;
  const areMany = orders.length > NAMED;
  const [only] = orders;
  const back = only !== undefined && orders.length === 1 ? `/orders?id=${only.orderId}` : '/';
  return layout(view, {
    title: retry.title,
    body: html`<h1>${retry.question}</h1>
      <section class="card">
        ${areMany && html`<p><strong>${overview.parts.action(orders.length)}</strong></p>`}
        <ul>
          ${orders.slice(0, NAMED).map((order) => html`<li>${orderLink(view, order)}</li>`)}
          ${areMany && html`<li>&hellip;</li>`}
        </ul>
        ${leftOut > 0 && html`<p class="note">${retry.leftOut(leftOut, MOST_CHANGED)}</p>`}
        <p>${retry.explanation}</p>
        <form method="post" action="/retry">
          <input type="hidden" name="token" value="${token}" />
          ${orders.map(({ orderId }) => html`<input type="hidden" name="id" value="${orderId}" />`)}
          <p class="actions">
            <button type="submit">${retry.confirm}</button> <a class="button plain" href="${back}">${retry.cancel}</a>
          </p>
        </form>
      </section>`,
  });
}
