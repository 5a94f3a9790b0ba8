/** The question before a retry. What comes of it is on the orders' own pages. */
import { html, type Html } from './html.ts';
import { layout, orderLink, type View } from './layout.ts';
import type { ChosenOrder } from './ports.ts';
import { MOST_CHANGED } from './request.ts';

/** So many are named where they are more than people read. */
const NAMED = 20;

export interface Retry {
  readonly orders: readonly ChosenOrder[];
  /** So many that were to be retried as well are not. */
  readonly leftOut: number;
  /** Proves, with the cookie, that the answer comes from this page. */
  readonly token: string;
}

/** Asks before anything is done. Of many it names some. */
export function confirmPage(view: View, { leftOut, orders, token }: Retry): Html {
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
          ${orders
            .slice(0, NAMED)
            .map(
              (order) =>
                html`<li>${orderLink(view, order)}${order.inDoubt && html`: <strong>${retry.inDoubt}</strong>`}</li>`,
            )}
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
