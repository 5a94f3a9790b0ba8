/** The question before a retry. What comes of it is on the orders' own pages. */
import { html, type Html } from './html.ts';
import { layout, orderLink, type View } from './layout.ts';
import type { ChosenOrder } from './ports.ts';

/** Asks before anything is done. @param token proves, with the cookie, that the answer comes from this page */
export function confirmPage(view: View, orders: readonly ChosenOrder[], token: string): Html {
  const { retry } = view.words;
  const [only] = orders;
  const back = only !== undefined && orders.length === 1 ? `/orders?id=${only.orderId}` : '/';
  return layout(view, {
    title: retry.title,
    body: html`<h1>${retry.question}</h1>
      <section class="card">
        <ul>
          ${orders.map(
            (order) =>
              html`<li>${orderLink(view, order)}${order.inDoubt && html`: <strong>${retry.inDoubt}</strong>`}</li>`,
          )}
        </ul>
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
