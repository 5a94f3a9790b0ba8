/** The page at `/`: how things are, what is open, what order-monit depends on, and the last 48 hours. */
import { TASKS } from '../core/command.ts';
import type { Dependency } from '../core/outage.ts';
import { whole } from '../words/sentence.ts';
import { chartSection } from './chart.ts';
import { announcementOf, DISPLAY_ORDER, headlineOf, noneOpen, type Situation } from './headline.ts';
import { html, type Html } from './html.ts';
import { layout, nameOf, orderLink, sign, type View } from './layout.ts';
import { retryPath } from './paths.ts';
import type { OpenOrder, OpenOrders, PageStatus } from './ports.ts';

const REFRESH_SECONDS = 10;

/** The whole page; its title counts the open orders. */
export function overviewPage(view: View, situation: Situation): Html {
  const { overview } = view.words;
  return layout(view, {
    title: situation.open.total === 0 ? overview.title : `(${situation.open.total}) ${overview.title}`,
    refreshSeconds: REFRESH_SECONDS,
    announcement: announcementOf(view, situation),
    body: html`<h1 class="visually-hidden">${overview.title}</h1>
      ${headline(view, situation)} ${openSection(view, situation)} ${dependencySection(view, situation)}
      ${chartSection(view, situation.chart)}
      <p class="soft" id="running" data-live>
        ${view.words.frame.running(situation.status.version, view.format.duration(view.now - situation.status.startedAt))}
      </p>`,
  });
}

function headline(view: View, situation: Situation): Html {
  const { words, format } = view;
  const { lead, more, tone } = headlineOf(view, situation);
  const { lastLookMs } = situation.status;
  const look =
    lastLookMs === undefined ? words.overview.neverLooked : words.overview.lastLook(format.duration(lastLookMs));
  return html`<section id="headline" class="card headline ${tone}" data-live>
    <p>${sign(tone)}${lead}</p>
    ${more.map((sentence) => html`<p>${sentence}</p>`)}
    <p class="soft">${look}</p>
  </section>`;
}

function openSection(view: View, { open, status }: Situation): Html {
  const { overview } = view.words;
  return html`<section id="open" class="card" aria-labelledby="open-title" data-live>
    <h2 id="open-title">${overview.openTitle}</h2>
    ${open.total === 0 ? html`<p>${noneOpen(view, { status, open })}</p>` : openTable(view, open)}
  </section>`;
}

/** The roles say what the elements are by themselves: a narrow screen shows the rows as blocks, which takes that away. */
function openTable(view: View, { orders, total }: OpenOrders): Html {
  const { overview } = view.words;
  const { columns } = overview;
  const givenUp = orders.filter((order) => order.givenUp).map(({ orderId }) => orderId);
  return html`<table class="stacked" role="table" aria-labelledby="open-title">
      <thead role="rowgroup">
        <tr role="row">
          ${[columns.order, columns.what, columns.since, columns.attempts, columns.next].map(
            (column) => html`<th role="columnheader" scope="col">${column}</th>`,
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${orders.map((order) => openRow(view, order))}
      </tbody>
    </table>
    ${orders.length < total && html`<p class="soft">${overview.more(total - orders.length)}</p>`}
    ${
      view.allowRetry &&
      givenUp.length > 1 &&
      html`<p class="actions">
        <a class="button" href="${retryPath(givenUp)}">${overview.retryAll(givenUp.length)}</a>
      </p>`
    }`;
}

function openRow(view: View, order: OpenOrder): Html {
  const { format, now } = view;
  const { overview } = view.words;
  const { columns } = overview;
  return html`<tr role="row">
    <th role="rowheader" scope="row">${orderLink(view, order)}</th>
    <td role="cell">
      ${whole(view.words.finding(order.reason))}
      ${order.why !== undefined && html`<blockquote>${order.why}</blockquote>`}
    </td>
    <td role="cell" data-label="${columns.since}">
      ${format.moment(order.since, now)} <span class="soft">(${format.duration(now - order.since)})</span>
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
        view.allowRetry &&
        order.givenUp &&
        html`<a href="${retryPath([order.orderId])}">${overview.retryOne(nameOf(view, order))}</a>`
      }
    </td>
  </tr>`;
}

function nextFor({ words: { overview }, format }: View, { everyMs, givenUp, reason }: OpenOrder): string {
  const every = format.duration(everyMs);
  if (reason === 'BAD_NUMBER') return overview.nextBadNumber;
  if (reason === 'NO_DATE') return overview.nextUndated(every);
  if (givenUp) return overview.nextGivenUp(every);
  return reason === 'UNKNOWN' ? overview.nextLook(every) : overview.next(every);
}

function dependencySection(view: View, { status }: Situation): Html {
  return html`<section id="dependencies" class="card" aria-labelledby="dependencies-title" data-live>
    <h2 id="dependencies-title">${view.words.overview.dependenciesTitle}</h2>
    <ul class="dependencies">
      ${DISPLAY_ORDER.map((dependency) => dependencyItem(view, dependency, status))}
    </ul>
  </section>`;
}

function dependencyItem(view: View, dependency: Dependency, status: PageStatus): Html {
  const state = status.dependencies[dependency];
  const { overview } = view.words;
  const role = html`<span class="soft">&ndash; ${overview.dependencyRoles[dependency]}</span>`;
  const name = html`<strong>${overview.dependencies[dependency]}</strong>`;
  if (state.state === 'up' && dependency === 'repairs') return repairsItem(view, { name, role, status });
  if (state.state === 'up') return html`<li>${sign('good')}${name}: ${overview.up} ${role}</li>`;
  if (state.state === 'not-asked') return html`<li>${sign('wait')}${name}: ${overview.notAsked} ${role}</li>`;
  const { since, reason } = state;
  const { held, lasting, whatToDo } = view.words;
  const hint =
    dependency === 'repairs'
      ? `${held.lookInto} ${held.isReal} order-monit rewind --since "${held.aMoment}"`
      : state.hint;
  return html`<li>
    ${sign('bad')}${name}:
    <span class="down">${overview.downSinceShort(dependency)} ${lasting(view.format.duration(view.now - since))}</span>
    ${role}
    <blockquote>${reason}</blockquote>
    ${hint !== undefined && html`<p><strong>${whatToDo}:</strong> ${hint}</p>`}
  </li>`;
}

/** Repairs that are not held: whether they wait, and what has been learned about effects that show late. */
function repairsItem(
  { words: { overview }, format, now }: View,
  { name, role, status }: { readonly name: Html; readonly role: Html; readonly status: PageStatus },
): Html {
  const { lags, repairsWait } = status;
  const state = repairsWait && overview.waiting(repairsWait.orders, format.text(repairsWait.until, now));
  return html`<li>
    ${sign(state === undefined ? 'good' : 'wait')}${name}: ${state ?? overview.up} ${role}
    ${TASKS.map((task) => {
      const lagMs = lags[task];
      return lagMs !== undefined && html`<p class="soft">${overview.lag[task](format.duration(lagMs))}</p>`;
    })}
  </li>`;
}
