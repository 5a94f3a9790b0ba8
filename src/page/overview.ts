/** The page at `/`: how things are, what is open, what order-monit depends on, and the last 48 hours. */
import { TASKS } from '../core/command.ts';
import type { Dependency } from '../core/outage.ts';
import { chartSection } from './chart.ts';
import { announcementOf, DISPLAY_ORDER, headlineOf, type Situation } from './headline.ts';
import { html, type Html } from './html.ts';
import { layout, sign, type View } from './layout.ts';
import { openSection } from './open-section.ts';
import type { PageStatus } from './ports.ts';

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
        ${view.format.aged((age) => view.words.frame.running(situation.status.version, age), situation.status.startedAt, view.now)}
      </p>`,
  });
}

function headline(view: View, situation: Situation): Html {
  const { words, format, now } = view;
  const { lead, more, tone } = headlineOf(view, situation);
  const { lastLookMs } = situation.status;
  const look =
    lastLookMs === undefined
      ? words.overview.neverLooked
      : format.aged((ago) => words.overview.lastLook(ago), now - lastLookMs, now);
  return html`<section id="headline" class="card headline ${tone}" data-live>
    <p>${sign(tone)}${lead}</p>
    ${more.map((sentence) => html`<p>${sentence}</p>`)}
    <p class="soft">${look} ${nowRunning(view, situation.status)}</p>
  </section>`;
}

const MOST_COMMANDS = 3;

/** What order-monit is at: commands, and a cycle or the pause before the next one. A monitor that stands by has neither. */
function nowRunning({ words: { overview }, format, now }: View, status: PageStatus): Html | undefined {
  const { pausedUntil, running, standsBy } = status;
  if (standsBy !== undefined && running.length === 0) return undefined;
  const loop =
    pausedUntil === undefined || pausedUntil <= now ? overview.nowCycle : overview.nowPause(format.clock(pausedUntil));
  const commands = running
    .slice(0, MOST_COMMANDS)
    .map(({ order, since, task }) => format.aged((age) => overview.nowCommands[task](order, age), since, now));
  const more = running.length - commands.length;
  const parts = [...commands, ...(more > 0 ? [overview.nowMore(more)] : []), ...(standsBy === undefined ? [loop] : [])];
  return html`<span id="now">${overview.now}: ${parts.map((part, index) => html`${index > 0 && '; '}${part}`)}.</span>`;
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
    <span class="down">${overview.downSinceShort(dependency)} ${view.format.aged(lasting, since, view.now)}</span>
    ${role}
    <blockquote>${view.words.translated(reason)}</blockquote>
    ${hint !== undefined && html`<p><strong>${whatToDo}:</strong> ${view.words.translated(hint)}</p>`}
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
