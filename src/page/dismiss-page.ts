/** The form that asks why nothing need be done about orders. */
import { LONGEST_REASON } from '../core/dismissal.ts';
import { html, type Html } from './html.ts';
import { layout, orderLink, type View } from './layout.ts';
import type { ChosenOrder } from './ports.ts';

/** Asks why, before anything is done. @param token proves, with the cookie, that the answer comes from this page */
export function askWhyPage(view: View, orders: readonly ChosenOrder[], token: string): Html {
  const { dismiss, retry } = view.words;
  const back = orders.map(({ orderId }) => `/orders?id=${orderId}`)[0] ?? '/';
  return layout(view, {
    title: dismiss.title,
    body: html`<h1>${dismiss.question}</h1>
      <section class="card">
        <ul>
          ${orders.map((order) => html`<li>${orderLink(view, order)}</li>`)}
        </ul>
        <p>${dismiss.explanation}</p>
        <form method="post" action="/dismiss">
          <input type="hidden" name="token" value="${token}" />
          ${orders.map(({ orderId }) => html`<input type="hidden" name="id" value="${orderId}" />`)}
          <p>
            <label for="why">${dismiss.whyLabel}</label>
            <input id="why" name="why" required maxlength="${LONGEST_REASON}" autocomplete="off" />
          </p>
          <p class="actions">
            <button type="submit">${dismiss.confirm}</button> <a class="button plain" href="${back}">${retry.cancel}</a>
          </p>
        </form>
      </section>`,
  });
}
