/** The answer to a pasted list of orders: a verdict on each, in the words of the order's own page. */
import type { WrittenOrder } from '../core/written-orders.ts';
import { answerTo } from './answer.ts';
import { html, type Html, type Part } from './html.ts';
import { layout, nameOf, orderLink, sign, type Tone, type View } from './layout.ts';
import { isFoundById } from './order-page.ts';
import { orderPath, retryPath } from './paths.ts';
import type { FoundOrder, OrderStory } from './ports.ts';

/** So many orders of a list are looked up. */
export const MOST_LISTED = 50;

interface Verdict {
  readonly tone: Tone;
  /** What it is counted as. */
  readonly kind: keyof View['words']['list']['counts'];
  readonly order: Part;
  readonly why: string;
  readonly todo: string;
  /** What was last said of it by others. */
  readonly said?: string | undefined;
  readonly retry?: Part;
}

export interface OrderList {
  readonly text: string;
  /** All that were named; those past {@link MOST_LISTED} were not looked up. */
  readonly wanted: readonly WrittenOrder[];
  readonly found: readonly FoundOrder[];
}

export function listPage(view: View, { found, text, wanted }: OrderList): Html {
  const { list } = view.words;
  const verdicts = found.map((each, index) => verdictOn(view, each, wanted[index]));
  const left = wanted.length - found.length;
  return layout(view, {
    title: list.title,
    search: text,
    refreshSeconds: 'never',
    body: html`<h1>${list.title}</h1>
      <section class="card" aria-labelledby="list-title">
        <h2 id="list-title">${summaryOf(view, verdicts)}</h2>
        ${left > 0 && html`<p class="note">${list.left(MOST_LISTED, left)}</p>`}
        <table class="stacked" role="table" aria-labelledby="list-title">
          <thead role="rowgroup">
            <tr role="row">
              ${[list.columns.written, list.columns.order, list.columns.why, list.columns.todo].map(
                (column) => html`<th role="columnheader" scope="col">${column}</th>`,
              )}
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${verdicts.map((verdict, index) => row(view, wanted[index]?.text ?? '', verdict))}
          </tbody>
        </table>
      </section>`,
  });
}

function row({ words: { list } }: View, text: string, { order, retry, said, todo, tone, why }: Verdict): Html {
  return html`<tr role="row">
    <th role="rowheader" scope="row">${text}</th>
    <td role="cell" data-label="${list.columns.order}">${order}</td>
    <td role="cell">${sign(tone)}${why}</td>
    <td role="cell" data-label="${list.columns.todo}">
      ${todo} ${retry} ${said !== undefined && html`<blockquote>${said}</blockquote>`}
    </td>
  </tr>`;
}

function summaryOf({ words: { and, list } }: View, verdicts: readonly Verdict[]): string {
  const counts = (['bad', 'none', 'byId', 'wait', 'good'] as const).flatMap((kind) => {
    const count = verdicts.filter((verdict) => verdict.kind === kind).length;
    return count === 0 ? [] : [list.counts[kind](count)];
  });
  return `${list.lookedUp(verdicts.length)}: ${and(counts)}.`;
}

function verdictOn(view: View, found: FoundOrder, written: WrittenOrder | undefined): Verdict {
  const { list, problem } = view.words;
  switch (found.kind) {
    case 'story':
      return verdictOnOrder(view, found.story, written);
    case 'several': {
      const links = found.ids.map(
        (id) => html`<a href="${orderPath({ orderId: id, number: null })}">${view.words.idOnly(id)}</a> `,
      );
      return { tone: 'wait', kind: 'wait', order: links, why: list.several, todo: list.severalTodo };
    }
    case 'none':
      return { tone: 'bad', kind: 'none', order: '–', why: list.none, todo: list.noneTodo };
    case 'unreachable':
      return { tone: 'wait', kind: 'wait', order: '–', why: problem.unreachableTitle, todo: list.unreachableTodo };
  }
}

/** Of one that was found by its id nobody knows whether it is the one that was meant: that it is fine says nothing. */
function verdictOnOrder(view: View, story: OrderStory, written: WrittenOrder | undefined): Verdict {
  const { list, order: words, overview } = view.words;
  const order = orderLink(view, story);
  const { retry: offered, said, todo, tone, why } = answerTo(view, story);
  const retry =
    view.allowRetry &&
    offered === 'first' &&
    html`<a href="${retryPath([story.orderId])}">${overview.retryOne(nameOf(view, story))}</a>`;
  if (written === undefined || !isFoundById(story, written)) {
    return { tone, kind: tone, order, why, todo, said, retry };
  }
  return {
    said,
    tone: tone === 'bad' ? 'bad' : 'wait',
    kind: 'byId',
    order,
    why: `${words.byId(written.text)} ${why}`,
    todo: tone === 'good' ? list.noneTodo : `${list.noneTodo} ${todo}`,
  };
}
