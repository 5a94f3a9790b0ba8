/** Open orders as rows of a table: what is wrong with each, since when, and what happens next. */
import { whole } from '../words/sentence.ts';
import { html, type Html, type Part } from './html.ts';
import { nameOf, orderLink, type View } from './layout.ts';
import { retryPath } from './paths.ts';
import type { OpenOrder } from './ports.ts';

/**
 * The roles say what the elements are by themselves: a narrow screen shows the rows as blocks, which takes that away.
 *
 * @param labelledBy the id of what names the table
 */
export function openTable(
  labelledBy: string,
  {
    columns,
    kind = '',
    rows,
  }: { readonly columns: readonly Part[]; readonly kind?: string; readonly rows: readonly Part[] },
): Html {
  return html`<table class="stacked ${kind}" role="table" aria-labelledby="${labelledBy}">
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`;
}

export function openColumns({ words: { overview } }: View): readonly string[] {
  const { columns } = overview;
  return [columns.order, columns.what, columns.since, columns.attempts, columns.next];
}

/** Whether a retry does something for it. */
export function isRetryable({ givenUp, reason, rowGone }: OpenOrder): boolean {
  return givenUp && rowGone !== true && reason !== 'BAD_NUMBER' && reason !== 'NO_DATE';
}

/** Whether it may be retried unseen: one that a command may have sent is looked up in Abacos before. */
export function isRetriedWithOthers(order: OpenOrder): boolean {
  return isRetryable(order) && !order.inDoubt;
}

/** @param choice what stands before the name: a box to choose the order by */
export function openRow(view: View, order: OpenOrder, choice?: Html): Html {
  const { format, now } = view;
  const { overview } = view.words;
  const { columns } = overview;
  return html`<tr role="row">
    <th role="rowheader" scope="row">${choice}${orderLink(view, order)}</th>
    <td role="cell">
      ${whole(view.words.finding(order.reason))}
      ${order.why !== undefined && html`<blockquote>${view.words.translated(order.why)}</blockquote>`}
    </td>
    <td role="cell" data-label="${columns.since}">
      ${format.moment(order.since, now)}
      <span class="soft">${format.aged((age) => `(${age})`, order.since, now)}</span>
    </td>
    <td role="cell" data-label="${columns.attempts}">
      ${
        order.givenUp || order.attempts === undefined
          ? html`<span class="tag">${overview.givenUp}</span>`
          : overview.attempts(order.attempts, order.maxAttempts)
      }
    </td>
    <td role="cell">
      ${nextFor(view, order)}
      ${
        choice === undefined &&
        view.allowRetry &&
        isRetryable(order) &&
        html`<a href="${retryPath([order.orderId])}">${overview.retryOne(nameOf(view, order))}</a>`
      }
    </td>
  </tr>`;
}

/** What order-monit does about it by itself. */
export function nextFor(
  { words: { order, overview }, format }: View,
  { everyMs, givenUp, reason, rowGone }: OpenOrder,
): string {
  if (rowGone === true) return `${order.gone} ${order.goneTodo}`;
  const every = format.duration(everyMs);
  if (reason === 'BAD_NUMBER') return overview.nextBadNumber;
  if (reason === 'NO_DATE') return overview.nextUndated(every);
  if (givenUp) return overview.nextGivenUp(every);
  return reason === 'UNKNOWN' ? overview.nextLook(every) : overview.next(every);
}
