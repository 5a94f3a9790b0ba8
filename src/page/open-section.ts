/** The open orders on the overview: what needs somebody and what is in progress, each by cause. However many, it is short. */
import { whole } from '../words/sentence.ts';
import { noneOpen, type Situation } from './headline.ts';
import { html, type Html } from './html.ts';
import { orderLink, type View } from './layout.ts';
import { openColumns, openRow, openTable } from './open-rows.ts';
import { csvPath, openPath } from './paths.ts';
import type { OpenGroup, OpenPart } from './ports.ts';

const PARTS: readonly OpenPart[] = ['action', 'progress'];
/** Up to so many of a part are shown each in a row of its own, and more as one row a cause. */
const MOST_ROWS = 12;
/** So many orders of a cause are named in its row, and so many causes shown. */
const NAMED = 2;
const MOST_GROUPS = 12;

export function openSection(view: View, { open, status }: Situation): Html {
  const { overview } = view.words;
  return html`<section id="open" class="card" aria-labelledby="open-title" data-live>
    <h2 id="open-title">${overview.openTitle}</h2>
    ${
      open.total === 0
        ? html`<p>${noneOpen(view, { status, open })}</p>`
        : PARTS.map((part) =>
            partOf(
              view,
              part,
              open.groups.filter((group) => group.part === part),
            ),
          )
    }
    ${open.total > 0 && html`<p class="actions"><a href="${csvPath({})}" download>${overview.csv}</a></p>`}
  </section>`;
}

function partOf(view: View, part: OpenPart, groups: readonly OpenGroup[]): Html | undefined {
  const { overview } = view.words;
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  const id = `open-${part}`;
  const moreCauses = groups.slice(MOST_GROUPS).reduce((sum, { causes }) => sum + causes, 0);
  return html`<h3 id="${id}">${overview.parts[part](total)}</h3>
    ${
      total <= MOST_ROWS
        ? openTable(id, {
            columns: openColumns(view),
            rows: groups.flatMap(({ sample }) => sample.map((order) => openRow(view, order))),
          })
        : openTable(id, {
            kind: 'by-cause',
            columns: [overview.columns.cause, overview.columns.count, overview.columns.since, overview.columns.orders],
            rows: groups.slice(0, MOST_GROUPS).map((group) => groupRow(view, group)),
          })
    }
    ${
      total > 1 &&
      html`<p class="actions">
        <a href="${openPath({ part })}">${part === 'action' ? overview.choose(total) : overview.all(total)}</a>
        ${moreCauses > 0 && total > MOST_ROWS && html`<span class="soft">${overview.moreCauses(moreCauses)}</span>`}
      </p>`
    }`;
}

function groupRow(view: View, { causes, count, key, part, reason, sample, since, words }: OpenGroup): Html {
  const { format, now } = view;
  const { overview } = view.words;
  const { columns } = overview;
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      ${whole(view.words.finding(reason))} ${words !== undefined && html`<q class="said">${words}</q>`}
      ${causes > 1 && html`<span class="soft">(${overview.moreCauses(causes)})</span>`}
    </th>
    <td role="cell" data-label="${columns.count}">${view.words.grouped(count)}</td>
    <td role="cell" data-label="${columns.since}">
      ${format.moment(since, now)} <span class="soft">${format.aged((age) => `(${age})`, since, now)}</span>
    </td>
    <td role="cell" data-label="${columns.orders}">
      ${sample.slice(0, NAMED).map((order, index) => html`${index > 0 && ', '}${orderLink(view, order)}`)}
      ${count > NAMED && html`&hellip; <a href="${openPath({ part, group: key })}">${overview.all(count)}</a>`}
    </td>
  </tr>`;
}
