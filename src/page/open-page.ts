/** The page at `/open`: open orders one by one, page by page, to be chosen for a retry. */
import { html, type Html } from './html.ts';
import { layout, nameOf, type View } from './layout.ts';
import { isRetriedWithOthers, isRetryable, openColumns, openRow, openTable } from './open-rows.ts';
import { csvPath, openPath, retryAllPath, type OpenSelection } from './paths.ts';
import type { OpenOrder, OpenOrders } from './ports.ts';

/** Orders on one page. */
export const PAGE_SIZE = 50;

export interface OpenList {
  readonly selection: OpenSelection;
  /** From 1. */
  readonly page: number;
  readonly open: OpenOrders;
}

export function openOrdersPage(view: View, list: OpenList): Html {
  const { open, selection } = list;
  const { overview } = view.words;
  const { part } = selection;
  const title = part === undefined ? overview.openTitle : overview.parts[part](open.matching);
  const table = openTable('open-title', {
    columns: openColumns(view),
    rows: open.orders.map((order) =>
      openRow(view, order, view.allowRetry && isRetryable(order) ? choiceOf(view, order) : undefined),
    ),
  });
  const choosable = view.allowRetry ? open.orders.filter(isRetryable) : [];
  const all = choosable.length === 0 ? undefined : allButton(view, list);
  const links = pageLinks(view, list);
  return layout(view, {
    title,
    body: html`<h1 id="open-title">${title}</h1>
      <section class="card" aria-labelledby="open-title">
        ${open.orders.length === 0 && html`<p>${overview.noneHere}</p>`}
        ${all !== undefined && html`<p class="actions">${all}</p>`}
        ${links !== undefined && html`<nav class="actions" aria-label="${overview.pagesTitle}">${links}</nav>`}
        ${
          choosable.length === 0
            ? open.orders.length > 0 && table
            : html`<form method="get" action="/retry">
                ${table}
                <p class="actions within-reach"><button type="submit">${overview.retryChosen}</button></p>
              </form>`
        }
        ${links !== undefined && html`<p class="actions">${links}</p>`}
        <p class="actions">
          <a href="/">${view.words.frame.home}</a> <a href="${csvPath(selection)}" download>${overview.csv}</a>
        </p>
      </section>`,
  });
}

/** All that are to be listed, on however many pages. */
function allButton({ words: { overview } }: View, { open, selection }: OpenList): Html | undefined {
  const pages = pagesOf(open);
  const count = open.orders.filter(isRetriedWithOthers).length;
  if (count === 0 || (count === 1 && pages === 1)) return undefined;
  const path = retryAllPath({ ...selection, part: 'action' });
  return html`<a class="button plain" href="${path}">${overview.retryAll(pages === 1 ? count : open.matching)}</a>`;
}

function pagesOf({ matching }: OpenOrders): number {
  return Math.ceil(matching / PAGE_SIZE);
}

function choiceOf(view: View, order: OpenOrder): Html {
  const name = view.words.overview.chooseOne(nameOf(view, order));
  return html`<input type="checkbox" name="id" value="${order.orderId}" aria-label="${name}" /> `;
}

function pageLinks({ words: { overview } }: View, { open, page, selection }: OpenList): Html | undefined {
  const last = pagesOf(open);
  if (last < 2) return undefined;
  return html`${page > 1 && html`<a rel="prev" href="${openPath(selection, page - 1)}">${overview.previousPage}</a>`}
    <span>${overview.pageOf(page, last)}</span>
    ${page < last && html`<a rel="next" href="${openPath(selection, page + 1)}">${overview.nextPage}</a>`}`;
}
