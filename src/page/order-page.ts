/** The page of one order, and the choice between several orders of one number. */
import type { WrittenOrder } from '../core/written-orders.ts';
import { whole } from '../words/sentence.ts';
import { answerTo } from './answer.ts';
import { tellEvent } from './story.ts';
import { html, type Html, type Part } from './html.ts';
import { layout, nameOf, sign, type View } from './layout.ts';
import { dismissPath, orderPath, retryPath } from './paths.ts';
import type { CheckpointFinding, OrderStory, ShopFinding, StoryEntry } from './ports.ts';

/** Slower than the overview: each refresh asks Abacos and the shop about this one order. */
const REFRESH_SECONDS = 30;

/** What comes of a retry is wanted at once. */
const REFRESH_AFTER_RETRY_SECONDS = 5;
const RETRY_SHOWN_MS = 10 * 60_000;

function refreshSeconds(view: View, story: OrderStory): number {
  const isWaitedFor = retryAt(view, story) !== undefined || story.running !== undefined;
  return isWaitedFor ? REFRESH_AFTER_RETRY_SECONDS : REFRESH_SECONDS;
}

/** The story of one order: why it is where it is and what to do, then the evidence. */
export function orderPage(view: View, story: OrderStory, written?: WrittenOrder): Html {
  const { order } = view.words;
  const title = order.title(nameOf(view, story));
  const answer = answerTo(view, story);
  return layout(view, {
    title,
    search: story.number ?? `id ${story.orderId}`,
    // What has arrived stays as it is.
    refreshSeconds: answer.tone === 'good' ? 'never' : refreshSeconds(view, story),
    announcement: answer.why,
    body: html`<h1>${title} <span class="soft">(${order.idLabel} ${story.orderId})</span></h1>
      ${written !== undefined && isFoundById(story, written) && html`<p class="note">${order.byId(written.text)}</p>`}
      ${answerSection(view, story)} ${evidenceSection(view, story)} ${storySection(view, story)}`,
  });
}

/** A number was looked for, and there is none: this is the order whose row has it as its id. */
export function isFoundById({ number }: OrderStory, { meant }: WrittenOrder): boolean {
  const numbers = meant.flatMap((reference) => ('number' in reference ? [reference.number] : []));
  const [first] = meant;
  return first !== undefined && 'number' in first && (number === null || !numbers.includes(number));
}

function answerSection(view: View, story: OrderStory): Html {
  const { order } = view.words;
  const { retry, said, todo, tone, why } = answerTo(view, story);
  const offered = view.allowRetry && retryAt(view, story) === undefined ? retry : undefined;
  const mayDismiss =
    view.allowRetry && story.checkpoint.kind === 'open' && story.checkpoint.reason !== 'DISMISSED' && tone !== 'good';
  return html`<section id="answer" class="card headline ${tone}" aria-labelledby="answer-title" data-live>
    <h2 id="answer-title" class="visually-hidden">${order.answerTitle}</h2>
    <p class="lead">${sign(tone)}${why}</p>
    ${happening(view, story)}
    <p><strong>${view.words.whatToDo}:</strong> ${todo}</p>
    ${
      said !== undefined &&
      html`<p class="soft">${order.said}:</p>
        <blockquote>${said}</blockquote>`
    }
    ${
      (offered !== undefined || mayDismiss) &&
      html`<p class="actions">
        ${
          offered !== undefined &&
          html`<a class="${offered === 'first' ? 'button' : 'button plain'}" href="${retryPath([story.orderId])}"
            >${order.retry}</a
          >`
        }
        ${
          mayDismiss &&
          html`<a class="button plain" href="${dismissPath(story.orderId)}">${view.words.dismiss.button}</a>`
        }
      </p>`
    }
  </section>`;
}

/** When its retry was asked for, while people wait for what comes of it. */
function retryAt({ now }: View, { checkpoint }: OrderStory): number | undefined {
  const at = checkpoint.kind === 'open' ? checkpoint.retriedAt : undefined;
  return at !== undefined && now - at < RETRY_SHOWN_MS ? at : undefined;
}

/** A retry that was asked for moments ago, and the command that runs. */
function happening(view: View, story: OrderStory): Part[] {
  const { format, now, words } = view;
  const { running } = story;
  const at = retryAt(view, story);
  return [
    at !== undefined && html`<p class="note">${words.order.retried(format.clock(at))}</p>`,
    running !== undefined &&
      html`<p class="note">
        ${words.overview.now}:
        ${format.aged((age) => words.overview.nowCommands[running.task](running.order, age), running.since, now)}.
      </p>`,
  ];
}

function evidenceSection(view: View, story: OrderStory): Html {
  const { order } = view.words;
  return html`<section id="evidence" class="card" aria-labelledby="evidence-title" data-live>
    <h2 id="evidence-title">${order.evidenceTitle}</h2>
    <dl>
      <dt>${order.abacos}</dt>
      <dd>${abacosText(view, story.abacos)}</dd>
      <dt>${order.shop}</dt>
      <dd>${shopText(view, story.shop)}</dd>
      <dt>${order.checkpoint}</dt>
      <dd>${checkpointText(view, story.checkpoint)}</dd>
    </dl>
  </section>`;
}

function abacosText({ words: { order } }: View, abacos: OrderStory['abacos']): string {
  switch (abacos.kind) {
    case 'exists':
      return order.answers.exists(order.erp[abacos.status]);
    case 'missing':
      return order.answers.missing;
    case 'unknown':
      return order.answers.unknown(abacos.why);
    case 'not-asked':
      return order.notAsked(abacos.why);
  }
}

function shopText({ words: { order }, format, now }: View, shop: ShopFinding): Part {
  switch (shop.kind) {
    case 'row':
      return html`${order.shopState} <strong>${shop.state}</strong>
        <ul>
          ${shop.details.map(
            ({ value, what }) =>
              html`<li>${order.shopNotes[what]}: ${typeof value === 'number' ? format.moment(value, now) : value}</li>`,
          )}
        </ul>`;
    case 'no-row':
      return order.shopNoRow;
    case 'not-asked':
      return order.notAsked(shop.why);
  }
}

function checkpointText({ words, format, now }: View, finding: CheckpointFinding): Part {
  const { order, overview } = words;
  switch (finding.kind) {
    case 'open':
    case 'settled': {
      const what =
        finding.kind === 'open' ? whole(words.finding(finding.reason)) : order.recorded(finding.payment?.kind);
      const givenUp = finding.kind === 'open' && finding.givenUp;
      return html`${what} ${givenUp && html`<span class="tag">${overview.givenUp}</span>`}
        <ul>
          ${finding.attempts !== undefined && html`<li>${order.attempts(finding.attempts)}</li>`}
          <li>${order.firstSeen} ${format.moment(finding.since, now)}</li>
          <li>${order.lastSeen} ${format.moment(finding.updatedAt, now)}</li>
        </ul>`;
    }
    case 'not-yet':
      return order.notYet;
    case 'none':
      return order.noRecord;
  }
}

function storySection(view: View, { entries, entriesSince }: OrderStory): Html {
  const { story } = view.words;
  return html`<section id="story" class="card" aria-labelledby="story-title" data-live>
    <h2 id="story-title">${view.words.happenedTitle}</h2>
    ${
      entries.length === 0
        ? html`<p>${story.none}</p>`
        : html`<ol class="story">
            ${entries.map((entry) => storyItem(view, entry))}
          </ol>`
    }
    <p class="soft">${story.since(view.format.text(entriesSince, view.now))}</p>
  </section>`;
}

function storyItem(view: View, { at, what }: StoryEntry): Html {
  const { quote, sentence } = tellEvent(view, what);
  return html`<li>
    ${view.format.exact(at)} ${sentence} ${quote !== undefined && html`<blockquote>${quote}</blockquote>`}
  </li>`;
}

/** Where the shop has several orders of one number: which is meant? */
export function severalPage(view: View, number: string, ids: readonly number[]): Html {
  const { order } = view.words;
  return layout(view, {
    title: order.severalTitle,
    search: number,
    body: html`<h1>${order.severalTitle}</h1>
      <section class="card">
        <p>${order.several(number)}</p>
        <ul>
          ${ids.map((id) => html`<li><a href="${orderPath({ orderId: id, number: null })}">${view.words.idOnly(id)}</a></li>`)}
        </ul>
      </section>`,
  });
}
