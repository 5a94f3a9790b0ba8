/** The frame of every page (head, search, footer), and what all pages show alike: tones, names and links of orders. */
import type { Language, PageWords } from '../words/catalogue.ts';
import { ASSETS } from './assets.ts';
import type { Done } from './done.ts';
import type { Format } from './format.ts';
import { html, type Html, type Part } from './html.ts';
import { orderPath } from './paths.ts';

/** Everything that a page is written with, besides what it tells. */
export interface View {
  readonly language: Language;
  readonly words: PageWords;
  readonly format: Format;
  readonly now: number;
  readonly allowRetry: boolean;
  /** What came of the form whose answer has led here. */
  readonly done?: Done;
}

/** How good the news is: it decides the colour and the sign beside it, never the words alone. */
export type Tone = 'good' | 'wait' | 'bad';

export interface PageContent {
  readonly title: string;
  readonly body: Part;
  /** Written into the search field. */
  readonly search?: string;
  /**
   * The script fetches the page again this often and puts what is new in place; `never`: it only notices when nothing
   * answers any more. No script without it.
   */
  readonly refreshSeconds?: number | 'never';
  /** What a screen reader is told when it changes: without durations, so that it changes only with the facts. */
  readonly announcement?: string;
}

/** A whole page. */
export function layout(view: View, content: PageContent): Html {
  const { words, format, language } = view;
  const { title, body, refreshSeconds, announcement } = content;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} &ndash; order-monit</title>
        <link rel="icon" href="${ASSETS.icon.path}" />
        <link rel="stylesheet" href="${ASSETS.style.path}" />
        ${refreshSeconds !== undefined && html`<script src="${ASSETS.script.path}" defer></script>`}
      </head>
      <body${refreshSeconds !== undefined && html` data-refresh="${refreshSeconds}" data-now="${view.now}"`}>
        <a class="skip" href="#main">${words.frame.skip}</a>
        ${header(view, content)}
        <main id="main" tabindex="-1">${notice(view)}${body}</main>
        <footer>
          <p class="visually-hidden" id="announcement" role="status" data-live>${announcement}</p>
          <p>
            <span id="as-of" data-live>${words.frame.asOf} ${format.exact(view.now)}.</span>
            ${words.frame.timesIn(format.timeZone, format.offset(view.now))}
          </p>
          <p class="actions">
            <a href="">${words.frame.reload}</a>
            ${
              typeof refreshSeconds === 'number' &&
              html`<button type="button" class="plain" id="pause" aria-pressed="false" hidden>
                ${words.frame.pause}
              </button>`
            }
          </p>
        </footer>
      </body>
    </html> `;
}

/** What came of a retry or a dismissal that was asked for a moment ago. */
function notice(view: View): Html | undefined {
  const { done, words } = view;
  if (done === undefined) return undefined;
  const { changed, named, unchanged, what } = done;
  const more = unchanged - named.length;
  return html`<section class="card" id="done" role="status">
    ${changed > 0 && html`<p><strong>${words[what].done(changed)}</strong></p>`}
    ${
      unchanged > 0 &&
      html`<p>${words[what].notDone(unchanged)}</p>
        <ul>
          ${named.map((orderId) => html`<li>${orderLink(view, { orderId, number: null })}</li>`)}
          ${more > 0 && html`<li>${words[what].more(more)}</li>`}
        </ul>`
    }
  </section>`;
}

/** Shown by the script while what the page says is old; where no script runs, that it never refreshes itself. */
function freshness({ words: { frame }, format, now }: View): Html {
  return html`<div class="freshness" id="stale" hidden>
      <p role="alert" id="no-answer" hidden>${frame.stale}</p>
      <p role="alert" id="paused" hidden>${frame.paused}</p>
      <p>
        <span id="stale-as-of" data-live
          >${frame.asOf} ${format.exact(now)} ${format.aged((ago) => frame.asOfAgo(ago), now, now)}.</span
        >
      </p>
    </div>
    <noscript><p class="freshness">${frame.still}</p></noscript>`;
}

function header(view: View, { refreshSeconds, search }: PageContent): Html {
  const { frame } = view.words;
  return html`<header>
    <nav aria-label="order-monit"><a class="brand" href="/">order-monit</a> <a href="/">${frame.home}</a></nav>
    <form action="/orders" method="get" role="search">
      <label for="search">${frame.findLabel}</label>
      <input
        id="search"
        name="number"
        value="${search}"
        required
        maxlength="3000"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        aria-describedby="search-hint"
      />
      <span id="search-hint" class="visually-hidden">${frame.findHint}</span>
      <button type="submit">${frame.find}</button>
    </form>
    ${refreshSeconds !== undefined && freshness(view)}
  </header>`;
}

const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', wait: '…', bad: '!' };

/** The sign that stands for a tone. The words beside it say the same. */
export function sign(tone: Tone): Html {
  return html`<span class="sign ${tone}" aria-hidden="true">${SIGNS[tone]}</span>`;
}

/** What an order is called in a page: its number, or the id of its row where it has none that could be shown. */
export function nameOf(view: View, order: { readonly orderId: number; readonly number: string | null }): string {
  return order.number ?? view.words.idOnly(order.orderId);
}

export function orderLink(view: View, order: { readonly orderId: number; readonly number: string | null }): Html {
  return html`<a href="${orderPath(order)}">${nameOf(view, order)}</a>`;
}
